"""Hubs: nodes that many racks name, as reflectors are, and which of them can stand for one another.

Hubs can where whoever has a session with one has the same with all: then they differ by their racks alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from netbox_calico.planning.expansion import Session
from netbox_calico.planning.model.observation import IPAddress

HUB = 3
"""Who is named from more other racks than this is a hub."""

type Sessions = tuple[Session, ...]


class Alike(NamedTuple):
    """The sessions that some nodes share, these nodes, and the nodes at the other ends."""

    sessions: Sessions
    names: list[str]
    far: frozenset[str]


class Hubs:
    """The hubs by name, and the ``kind`` of those that can stand for one another."""

    def __init__(
        self,
        states: Sequence[Mapping[str, Sessions]],
        place_of: Mapping[str, int],
        name_of: Mapping[IPAddress, str],
        like: Callable[[str], Hashable],
    ) -> None:
        """``states`` have the sessions of the nodes, which nodes alike share. Equals in ``like`` are so without them.

        ``name_of`` and ``place_of`` are of the nodes, by their addresses and by their names.
        """
        self._place_of, self._name_of = place_of, name_of
        self._far: dict[int, str | None] = {}
        self._alike = [self._by_sessions(sessions) for sessions in states]
        self.names = frozenset(self._named_from_afar())
        found: dict[Hashable, list[str]] = defaultdict(list)
        for name in sorted(self.names):
            found[like(name)].append(name)
        self.kind = {
            name: number
            for number, names in enumerate(found.values())
            if all(self._stand_for_one_another(frozenset(names), alike) for alike in self._alike)
            for name in names
        }

    def far(self, session: Session) -> str | None:
        """The node at the other end, if it is one."""
        # An address is one object wherever it is a neighbour.
        key = id(session.neighbor)
        if key not in self._far:
            self._far[key] = self._name_of.get(session.neighbor)
        return self._far[key]

    def _by_sessions(self, states: Mapping[str, Sessions]) -> list[Alike]:
        """Nodes by the sessions that they share, the fewest first."""
        found: dict[int, tuple[Sessions, list[str]]] = {}
        for name, its in states.items():
            found.setdefault(id(its), (its, []))[1].append(name)
        return sorted(
            (
                Alike(its, names, frozenset(far for far in map(self.far, its) if far is not None))
                for its, names in found.values()
            ),
            key=lambda alike: len(alike.sessions),
        )

    def _named_from_afar(self) -> Iterator[str]:
        """Whom many racks name, but for those that only name them back: a client of many reflectors is no hub."""
        naming: dict[str, list[list[str]]] = defaultdict(list)
        for alike in self._alike:
            for _, names, far in alike:
                for node in far:
                    naming[node].append(names)
        reach = {node: len(self._places(groups) - {self._place_of[node]}) for node, groups in naming.items()}
        for node, groups in naming.items():
            if reach[node] > HUB:
                here = self._place_of[node]
                others = (name for names in groups for name in names if self._place_of[name] != here)
                if any(reach.get(name, 0) <= reach[node] for name in others):
                    yield node

    def _places(self, groups: Iterable[Iterable[str]]) -> set[int]:
        return {self._place_of[name] for names in groups for name in names}

    def _stand_for_one_another(self, hubs: frozenset[str], alike: Sequence[Alike]) -> bool:
        """Whether in one state all that have a session with one have it with all, and these with them."""
        theirs: set[Sessions] = set()
        for sessions, names, far in alike:
            to_hubs = far & hubs
            if to_hubs and hubs - to_hubs - set(names):
                return False
            if to_hubs:
                told: dict[str, set[Hashable]] = defaultdict(set)
                for session in sessions:
                    other = self.far(session)
                    if other in hubs:
                        told[other].add(_but_for_whom(session))
                if any(one != next(iter(told.values())) for one in told.values()):
                    return False
            if not hubs.isdisjoint(names):
                if to_hubs and len(names) > 1:
                    return False
                theirs.add(
                    tuple([one for one in sessions if (other := self.far(one)) is not None and other not in hubs])
                )
        return len(theirs) <= 1


def _but_for_whom(session: Session) -> Hashable:
    return (
        session.family,
        session.local_as,
        session.remote_as,
        session.secret,
        session.ttl_security,
        session.rr_client,
        session.rr_cluster_id,
        session.next_hop,
        session.allow_local_as,
        session.import_filters,
        session.export_filters,
    )
