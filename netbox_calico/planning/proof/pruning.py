"""Paths that no verdict depends on, so that a mesh or a set of reflectors is computed in bearable time.

Only for verdicts: the tables of speakers lack what is pruned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .exporting import UNDERLAY
from .prefix import Prefix
from .resolving import Resolver
from .sessions import Group, Sessions
from .world import HalfSession, Path, World


class Mesh:
    """The sessions of the mesh that carry one prefix: made only where they do, since a mesh has so many.

    Nodes pass on no underlay. Pruned: who has the owner's own path through the mesh, and can resolve it, prefers that
    to what other members learned and pass on; and the owner prefers its own. So does each that announces what many do,
    and none of theirs leaves it where it tells nobody what it learned.
    """

    def __init__(
        self, world: World, sessions: Sessions, resolver: Resolver, prefix: Prefix, *, pruned: bool = False
    ) -> None:
        self._speakers = world.speakers
        self._sessions = sessions
        self._resolver = resolver
        pruned = pruned and self._is_internal()
        self._owner = prefix.owner if pruned else None
        self._members = frozenset(() if prefix.kind in UNDERLAY else sessions.mesh)
        if self._owner not in self._members:
            self._owner = None
        self._unserved: list[int] | None = None
        self._outgoing: dict[int, list[Group]] = {}
        self._receivers = sessions.mesh
        if pruned and prefix.owner is None:
            announcing = {index for index in prefix.origins if not self._passes_on(index)}
            self._receivers = tuple(index for index in sessions.mesh if index not in announcing)

    def outgoing(self, sender: int) -> list[Group]:
        if sender not in self._members:
            return []
        if sender not in self._outgoing:
            self._outgoing[sender] = self._of(sender)
        return self._outgoing[sender]

    def _of(self, sender: int) -> list[Group]:
        if self._owner is None or sender == self._owner:
            return self._sessions.over_mesh(sender, self._receivers)
        if self._unserved is None:
            self._unserved = [index for index in self._receivers if index != self._owner and not self._is_served(index)]
        return self._sessions.over_mesh(sender, self._unserved)

    def _is_internal(self) -> bool:
        return len({self._speakers[index].asn for index in self._sessions.mesh}) == 1

    def _passes_on(self, member: int) -> bool:
        halves = (self._sessions.half[key] for key in self._sessions.outgoing[member])
        return any(half.add_paths and not half.rejects_learned for half in halves)

    def _is_served(self, receiver: int) -> bool:
        owner = self._owner
        return owner is not None and self._resolver.resolve(receiver, (owner, self._speakers[owner].home)) is not None


def without_detours(paths: list[Path], halves: Mapping[int, HalfSession]) -> list[Path]:
    """Of reflected paths that are alike but for their clusters, those whose clusters contain another's are dropped.

    They came round by more reflectors: whoever would take them takes the shorter one too, and a client session that
    stops the shorter one stops them.
    """
    alike: dict[tuple[object, ...], list[Path]] = {}
    for path in paths:
        if path.clusters:
            like = (path.local_preference, path.as_path, path.incomplete, path.next_hop, path.originator)
            alike.setdefault((like, halves[path.session].from_client), []).append(path)
    dropped = {id(path) for some in alike.values() if len(some) > 1 for path in _detours(some)}
    return [path for path in paths if id(path) not in dropped] if dropped else paths


def _detours(alike: list[Path]) -> Iterable[Path]:
    passed = {path.clusters: frozenset(path.clusters) for path in alike}
    shortest: list[frozenset[int]] = []
    for clusters in sorted(set(passed.values()), key=len):
        if not any(map(clusters.issuperset, shortest)):
            shortest.append(clusters)
    return (path for path in alike if passed[path.clusters] not in shortest)
