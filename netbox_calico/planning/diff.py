"""Objects of the Kubernetes API: what is ours there against what should be.

Ours is what bears our label with this cluster's handle, and of that only the fields that we write. Everything else is
left alone: nothing is ever deleted for not being on a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import artefact
from .digest import plain
from .item import changing, reverse
from .model.intent import WantedResource
from .model.observation import ClusterObservation, Resource
from .model.plan import Finding, Item, Operation, Severity
from .naming import OWNER_LABEL

OWNED_FIELDS: Mapping[str, frozenset[str]] = {
    'BGPFilter': frozenset({'exportV4', 'importV4', 'exportV6', 'importV6'}),
    'BGPPeer': frozenset(
        {
            'node',
            'nodeSelector',
            'peerSelector',
            'peerIP',
            'asNumber',
            'localASNumber',
            'numAllowedLocalASNumbers',
            'filters',
            'reversePeering',
            'nextHopMode',
            'password',
        }
    ),
}
"""The kinds that are ours alone, and the fields that we may have written; the API adds defaults to others."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Items that make observed objects equal to wanted ones, each with what takes it back; by kind and name."""

    pairs: tuple[tuple[Item, Item], ...]

    def select(self, kind: str, *operations: Operation) -> tuple[tuple[Item, Item], ...]:
        """The pairs of a kind and of these operations."""
        start = artefact.target(kind, '')
        return tuple(
            pair for pair in self.pairs if pair[0].target.startswith(start) and pair[0].operation in operations
        )


def owned(resource: Resource) -> dict[str, Any]:
    """The part of an observed object that we write."""
    fields = OWNED_FIELDS[resource.kind]
    return {key: plain(value) for key, value in resource.spec.items() if key in fields}


def is_ours(resource: Resource, handle: str) -> bool:
    """Whether the object bears our label for this cluster."""
    return resource.labels.get(OWNER_LABEL) == handle


def compare(handle: str, wanted: Iterable[WantedResource], observed: ClusterObservation) -> Differences:
    """What has to be created, updated and deleted; an object of the same name that is not ours stays as it is."""
    version = artefact.api_version(observed.api_group)
    existing = _existing(observed)
    pairs: list[tuple[Item, Item]] = []
    wishes = {(wish.kind, wish.name): wish for wish in wanted}
    for key, wish in sorted(wishes.items()):
        found = existing.get(key)
        if found is not None and not is_ours(found, handle):
            continue
        before, after = (owned(found) if found is not None else {}), plain(wish.spec)
        if before != after:
            pairs.append(_pair(handle, version, *key, before, after))
    for key, found in sorted(existing.items()):
        if key not in wishes and is_ours(found, handle):
            pairs.append(_pair(handle, version, *key, owned(found), {}))
    return Differences(tuple(pairs))


def taken(handle: str, wanted: Iterable[WantedResource], observed: ClusterObservation) -> tuple[Finding, ...]:
    """Objects that are not ours and have the name of a wanted one."""
    existing = _existing(observed)
    names = sorted({(wish.kind, wish.name) for wish in wanted} & existing.keys())
    return tuple(_foreign(existing[key]) for key in names if not is_ours(existing[key], handle))


def _existing(observed: ClusterObservation) -> Mapping[tuple[str, str], Resource]:
    return {(found.kind, found.name): found for found in observed.resources if found.kind in OWNED_FIELDS}


def _pair(
    handle: str, version: str, kind: str, name: str, before: dict[str, Any], after: dict[str, Any]
) -> tuple[Item, Item]:
    operation = Operation.UPDATE if before and after else Operation.CREATE if after else Operation.DELETE
    do = changing(
        artefact.target(kind, name),
        f'{kind} {name}',
        operation,
        _document(handle, version, kind, name, after),
        before,
        after,
    )
    return do, reverse(do, _document(handle, version, kind, name, before))


def _document(handle: str, version: str, kind: str, name: str, spec: dict[str, Any]) -> str:
    if not spec:
        return artefact.delete(version, kind, name)
    head = artefact.reference(version, kind, name)
    head['metadata']['labels'] = {OWNER_LABEL: handle}
    return artefact.apply({**head, 'spec': spec})


def _foreign(found: Resource) -> Finding:
    return Finding(
        Severity.ERROR,
        'name-taken',
        f'{found.kind}/{found.name}',
        f'There is a {found.kind} named {found.name} that was not made by this plugin for this cluster, and it is left '
        f'alone. Rename or delete it; or give it the label {OWNER_LABEL} if it shall be taken over.',
    )
