"""Hubs: nodes that many racks name, as reflectors are, and which of them can stand for one another.

Hubs can where whoever has a session with one has the same with all: then they differ by their racks alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from netbox_calico.planning.expansion import Session
from netbox_calico.planning.model.observation import IPAddress

HUB = 3
"""Who is named from more other racks than this is a hub."""

type Sessions = tuple[Session, ...]


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
        self._alike = [_by_sessions(sessions) for sessions in states]
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
        key = id(session)
        if key not in self._far:
            self._far[key] = self._name_of.get(session.neighbor)
        return self._far[key]

    def _named_from_afar(self) -> Iterator[str]:
        """Whom many racks name, but for those that only name them back: a client of many reflectors is no hub."""
        naming: dict[str, list[list[str]]] = defaultdict(list)
        for alike in self._alike:
            for sessions, names in alike:
                for node in {self.far(session) for session in sessions}:
                    if node is not None:
                        naming[node].append(names)
        reach = {node: len(self._places(groups) - {self._place_of[node]}) for node, groups in naming.items()}
        for node, groups in naming.items():
            here = self._place_of[node]
            others = (name for names in groups for name in names if self._place_of[name] != here)
            if reach[node] > HUB and any(reach.get(name, 0) <= reach[node] for name in others):
                yield node

    def _places(self, groups: Iterable[Iterable[str]]) -> set[int]:
        return {self._place_of[name] for names in groups for name in names}

    def _stand_for_one_another(self, hubs: frozenset[str], alike: Sequence[tuple[Sessions, list[str]]]) -> bool:
        """Whether in one state all that have a session with one have it with all, and these with them."""
        theirs: set[Sessions] = set()
        for sessions, names in alike:
            told: dict[str, set[Hashable]] = defaultdict(set)
            for session in sessions:
                far = self.far(session)
                if far in hubs:
                    told[far].add(_but_for_whom(session))
            if told and (
                hubs - told.keys() - set(names) or any(one != next(iter(told.values())) for one in told.values())
            ):
                return False
            if not hubs.isdisjoint(names):
                if told and len(names) > 1:
                    return False
                theirs.add(tuple([one for one in sessions if (far := self.far(one)) is not None and far not in hubs]))
        return len(theirs) <= 1


def _by_sessions(sessions: Mapping[str, Sessions]) -> list[tuple[Sessions, list[str]]]:
    found: dict[int, tuple[Sessions, list[str]]] = {}
    for name, its in sessions.items():
        found.setdefault(id(its), (its, []))[1].append(name)
    return list(found.values())


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
