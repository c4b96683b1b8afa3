"""Secrets as far as sessions depend on them: which keys have a value, and which values are equal. Never a value."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.plan import Finding, Severity

from .fields import Fields
from .objects import SecretKey

PASSWORD_MAX = 80
"""Longest password of a TCP session, in bytes (RFC 2385, as Linux has it)."""

_IN_QUOTES = re.compile(rb'[^"\n]*')

type Keys = Mapping[str, int]
"""Keys that are not empty, each with a number that equal values share."""


def secret_of_keys(name: str, keys: Iterable[str]) -> Mapping[str, Any]:
    """A manifest of a Secret of which no value is known: each is taken to differ from every other."""
    values = {key: sha256(f'{name} {key}'.encode()).hexdigest() for key in keys}
    return {'apiVersion': 'v1', 'kind': 'Secret', 'metadata': {'name': name}, 'stringData': values}


class SecretKeys:
    """Gathers the Secrets of a cluster, or of one namespace of it if ``namespace`` says which counts."""

    def __init__(self, namespace: str | None = None) -> None:
        self._namespace = namespace
        self._numbers: dict[bytes, int] = {}
        self._found: dict[str, dict[str, Keys]] = {}
        self._unfit: set[SecretKey] = set()

    def add(self, manifest: Fields) -> None:
        """A Secret as Kubernetes has it: ``data`` in base64, ``stringData`` in the clear."""
        metadata = manifest.section('metadata')
        name, namespace = metadata.text('name'), metadata.text('namespace') or 'default'
        if self._namespace in (None, namespace):
            held = _texts(manifest, 'data'), _texts(manifest, 'stringData')
            values = {key: _decoded(text) for key, text in held[0].items()}
            values.update((key, text.encode()) for key, text in held[1].items())
            self._keep(manifest.subject, name, namespace, values)

    def add_plain(self, manifest: Fields) -> None:
        """A Secret with its ``data`` in the clear."""
        values = {key: text.encode() for key, text in _texts(manifest, 'data').items()}
        self._keep(manifest.subject, manifest.section('metadata').text('name'), '', values)

    def by_name(self, referred: Iterable[SecretKey | None]) -> dict[str, Keys]:
        """Secrets by name. Raises InvalidInput for one that is referred to and differs between namespaces."""
        wanted = {reference.name for reference in referred if reference}
        for name in sorted(wanted & self._found.keys()):
            several = self._found[name]
            if len(set(map(_comparable, several.values()))) > 1:
                raise InvalidInput(
                    f'Secret/{name} is in the namespaces {", ".join(sorted(several))} and differs: say which of them is'
                    " calico-node's (--namespace), or leave the others out."
                )
        return {name: next(iter(several.values())) for name, several in sorted(self._found.items())}

    def findings(self, referred: Iterable[SecretKey | None]) -> Iterator[Finding]:
        """The passwords that BIRD cannot read, or not use."""
        for reference in self._unfit.intersection(referred):
            yield Finding(
                Severity.WARNING,
                'calico-password-unfit',
                f'Secret/{reference.name}',
                f'Key {reference.key!r} has more than {PASSWORD_MAX} bytes, a quotation mark or a line break (as at the'
                ' end of a file), and BIRD refuses its whole configuration: write another.',
            )

    def _keep(self, subject: str, name: str, namespace: str, values: Mapping[str, bytes]) -> None:
        self._unfit.update(SecretKey(name, key) for key, value in values.items() if not _fits(value))
        keys = {key: self._numbers.setdefault(value, len(self._numbers)) for key, value in values.items() if value}
        if self._found.setdefault(name, {}).setdefault(namespace, keys) != keys:
            raise InvalidInput(f'{subject} is given twice and differs: leave one of the two out.')


def _texts(manifest: Fields, field: str) -> Mapping[str, str]:
    """The texts by key; a message about one that is no text does not show it."""
    section = manifest.section(field)
    for key, value in section.values.items():
        if not isinstance(value, str | None):
            section.refuse(key, 'is no text; write it in quotes')
    return {key: value or '' for key, value in section.values.items()}


def _decoded(text: str) -> bytes:
    """What is no base64 stands for itself: the Kubernetes API never gives that, but whoever writes by hand may."""
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode()


def _fits(password: bytes) -> bool:
    return len(password) <= PASSWORD_MAX and _IN_QUOTES.fullmatch(password) is not None


def _comparable(keys: Keys) -> frozenset[tuple[str, int]]:
    return frozenset(keys.items())
