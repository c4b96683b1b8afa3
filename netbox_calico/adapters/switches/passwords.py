"""BGP passwords: put in place of their references just before lines are sent, and taken out of what comes back.

Nothing outside of this folder ever sees a value: not a plan, not an observation, not a message of an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from netbox_calico.planning.errors import CalicoError, CredentialError
from netbox_calico.planning.known_passwords import UNKNOWN

_REFERENCE = re.compile(r'\$\{secret:([^}]*)\}')
# TCP MD5 takes 80 octets; on a command line ! and # begin comments, ? calls for help, and Calico takes no ".
_SENDABLE = re.compile(r'[!-~]{1,80}')
_MEANING = frozenset('!#?"')


class Passwords:
    """Values by reference (``NAME/KEY``), each asked for once."""

    def __init__(self, secret: Callable[[str, str], str]) -> None:
        self._secret = secret
        self._value = lru_cache(maxsize=None)(self._resolved)

    def filled_in(self, artefact: str, quoted: Callable[[str], str] = str) -> str:
        """The lines with values, as ``quoted`` writes them.

        Raises ``CredentialError`` that names a reference without one.
        """
        return _REFERENCE.sub(lambda found: quoted(self._value(found[1])), artefact)

    def naming(self, known: Iterable[str], artefact: str = '') -> Callable[[str], str]:
        """Names a value by its reference, of those known and those in ``artefact``; ``unknown`` if it has none."""

        def reference(value: str) -> str:
            for candidate in dict.fromkeys([*references(artefact), *known]):
                try:
                    if self._value(candidate) == value:
                        return candidate
                except CalicoError:
                    # What cannot be read cannot be what stands there either; the check of Secrets reports it.
                    continue
            return UNKNOWN

        return reference

    def scrubbed(self, text: str, artefact: str) -> str:
        """The text without the values that the references in ``artefact`` stand for."""
        for reference in references(artefact):
            try:
                text = text.replace(self._value(reference), f'${{secret:{reference}}}')
            except CalicoError:
                continue
        return text

    def _resolved(self, reference: str) -> str:
        name, _, key = reference.partition('/')
        if not name or not key:
            raise CredentialError(
                'The BGP password that stood on the router before is not known here: set it on the router by hand.'
            )
        value = self._secret(name, key)
        if not _SENDABLE.fullmatch(value) or _MEANING & set(value):
            raise CredentialError(
                f'The BGP password under key {key!r} of Secret {name} cannot be sent to a router: use at most 80 '
                'printable ASCII characters without spaces, and none of !#?".'
            )
        return value


def references(artefact: str) -> list[str]:
    """The references in an artefact, in order."""
    return _REFERENCE.findall(artefact)
