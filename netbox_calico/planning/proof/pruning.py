"""Paths that no verdict depends on, so that a mesh or a set of reflectors is computed in bearable time.

Only for verdicts: the tables of speakers lack what is pruned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .prefix import Prefix
from .resolving import Resolver
from .sessions import Sessions
from .world import HalfSession, Path, World


class Skipped:
    """Sessions of the mesh that need not carry ``prefix``.

    Who has the owner's own path through the mesh, and can resolve it, prefers that to what other members learned and
    pass on; and the owner prefers its own.
    """

    def __init__(self, world: World, sessions: Sessions, resolver: Resolver, prefix: Prefix) -> None:
        self._speakers = world.speakers
        self._sessions = sessions
        self._resolver = resolver
        self._owner = prefix.owner
        self._served: dict[int, bool] = {}

    def __contains__(self, key: int) -> bool:
        owner = self._owner
        if owner is None or not self._speakers[owner].mesh or not self._speakers[owner].present:
            return False
        half = self._sessions.half[key]
        if half.sender == owner or half.sender_as != half.receiver_as:
            return False
        return half.receiver == owner or self._is_served(half.receiver, owner)

    def _is_served(self, receiver: int, owner: int) -> bool:
        served = self._served.get(receiver)
        if served is None:
            to, at = self._speakers[owner], self._speakers[receiver]
            served = to.asn == at.asn and self._resolver.resolve(receiver, (owner, to.home)) is not None
            self._served[receiver] = served
        return served


def without_detours(paths: list[Path], halves: Mapping[int, HalfSession]) -> list[Path]:
    """Of reflected paths that are alike but for their clusters, those whose clusters contain another's are dropped.

    They came round by more reflectors: whoever would take them takes the shorter one too, and a client session that
    stops the shorter one stops them.
    """
    alike: dict[tuple[object, ...], list[Path]] = {}
    for path in paths:
        if path.clusters:
            like = (path.local_preference, path.as_path, path.next_hop, path.originator)
            alike.setdefault((*like, halves[path.session].from_client), []).append(path)
    dropped: set[Path] = set()
    for some in alike.values():
        if len(some) > 1:
            dropped.update(_detours(some))
    return [path for path in paths if path not in dropped] if dropped else paths


def _detours(alike: list[Path]) -> Iterable[Path]:
    kept: list[frozenset[int]] = []
    for path in sorted(alike, key=lambda path: (len(path.clusters), path.session)):
        clusters = frozenset(path.clusters)
        if any(shorter < clusters for shorter in kept):
            yield path
        else:
            kept.append(clusters)
