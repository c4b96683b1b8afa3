"""Which speakers are alike: the true symmetries of a world, so that one stands for thousands.

Not colour refinement, which takes two separate fabrics for one. Alike are nodes of a rack with equal attributes and
the same peers, and racks whose complete descriptions are equal: their hubs (routers, and nodes that reflect to the
rack) in an order, with all that is outside the rack named as what it is, and how many nodes of which kind they have.
Swapping such racks changes nothing but names. Where the order of hubs is unclear racks may be told apart that are
alike: that costs time, not truth. What is alike in all states of a transition at once is alike in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from .scopes import Scopes, Tokens
from .world import HalfSession, Role, Software, World

KEPT = 3
"""How many of what is alike are told apart: an origin, the one that a tie picks, and another."""

type End = tuple[int, bool, int, HalfSession]
"""A half session seen from one end: the state, whether this end sends, the other end, and itself."""


@dataclass(frozen=True, slots=True)
class Classes:
    """``of`` is the class of every speaker; ``racks`` the racks by class, ``concrete`` who stands for itself alone."""

    of: tuple[int, ...]
    racks: tuple[tuple[str, ...], ...]
    concrete: frozenset[int]


def classify(worlds: Sequence[World]) -> Classes:
    """The classes of the speakers of one world, or of several states of it at once."""
    return _Classifier(worlds).classes()


class _Classifier:
    def __init__(self, worlds: Sequence[World]) -> None:
        self._worlds = worlds
        self._speakers = worlds[0].speakers
        self._scopes = Scopes(worlds)
        self._numbers: dict[Hashable, int] = {}
        self._options: dict[Hashable, int] = {}
        self._ends: list[list[End]] = [[] for _ in self._speakers]
        for state, world in enumerate(worlds):
            for half in world.sessions:
                self._ends[half.sender].append((state, True, half.receiver, half))
                self._ends[half.receiver].append((state, False, half.sender, half))
        self._concrete = {i for i, speaker in enumerate(self._speakers) if not speaker.rack or self._serves_afar(i)}

    def classes(self) -> Classes:
        members: dict[str, list[int]] = {}
        for index, speaker in enumerate(self._speakers):
            if speaker.rack:
                members.setdefault(speaker.rack, []).append(index)
        racks: dict[int, list[str]] = {}
        of = [self._number(('concrete', index)) for index in range(len(self._speakers))]
        for rack, inside in members.items():
            description, kinds = self._rack(rack, inside)
            number = self._number(('rack', description))
            racks.setdefault(number, []).append(rack)
            for index, kind in kinds.items():
                of[index] = self._number((number, kind))
        return Classes(tuple(of), tuple(tuple(some) for some in racks.values()), frozenset(self._concrete))

    def _rack(self, rack: str, inside: list[int]) -> tuple[Hashable, dict[int, Hashable]]:
        """The description of a rack, and within it that of each of its speakers."""
        tokens = self._scopes.tokens(rack)
        hubs = [index for index in inside if self._is_hub(index)]
        unnumbered = {index: self._number(('hub', self._alone(index))) for index in hubs}
        hubs.sort(key=lambda index: (unnumbered[index], self._speakers[index].router_id))
        place = {index: position for position, index in enumerate(hubs)}
        described = tuple(self._describe(index, tokens, place, hubs_alone=True) for index in hubs)
        kinds: dict[int, Hashable] = {index: ('hub', position) for index, position in place.items()}
        nodes = {index: self._describe(index, tokens, place) for index in inside if index not in place}
        counts = Counter(nodes.values())
        kinds.update(nodes)
        return (described, frozenset((kind, min(count, KEPT)) for kind, count in counts.items())), kinds

    def _is_hub(self, index: int) -> bool:
        if self._speakers[index].software is Software.FRR:
            return True
        rack = self._speakers[index].rack
        return index not in self._concrete and any(
            sends and half.to_client and self._speakers[other].rack == rack
            for _, sends, other, half in self._ends[index]
        )

    def _serves_afar(self, index: int) -> bool:
        speaker = self._speakers[index]
        return speaker.role is Role.NODE and any(
            sends and half.to_client and self._speakers[other].rack != speaker.rack
            for _, sends, other, half in self._ends[index]
        )

    def _describe(self, index: int, tokens: Tokens, place: dict[int, int], *, hubs_alone: bool = False) -> Hashable:
        """Attributes and sessions. A hub's sessions with nodes of its rack stand with the nodes."""
        rack = self._speakers[index].rack
        sessions = Counter(
            (
                state,
                sends,
                ('hub', place[other]) if other in place else other,
                self._option(half),
                tokens.token('as', half.sender_as if sends else half.receiver_as, index, other),
                tokens.token('as', half.receiver_as if sends else half.sender_as, index, other),
                self._cluster(half, sends, index, other, tokens),
                tokens.token('subnet', half.sender_subnet if sends else half.receiver_subnet, index, other),
                tokens.token('subnet', half.receiver_subnet if sends else half.sender_subnet, index, other),
            )
            for state, sends, other, half in self._ends[index]
            if not hubs_alone or other in place or self._speakers[other].rack != rack
        )
        attributes = tuple(self._attributes(world, index, tokens, place) for world in self._worlds)
        own = index if index in self._concrete else None
        return self._number(('speaker', own, attributes, frozenset(sessions.items())))

    def _alone(self, index: int) -> Hashable:
        """What orders hubs: their sessions beyond the rack, without names that only the rack knows."""
        rack = self._speakers[index].rack
        beyond = Counter(
            (state, sends, other, self._option(half))
            for state, sends, other, half in self._ends[index]
            if self._speakers[other].rack != rack
        )
        return (self._speakers[index].software, frozenset(beyond.items()))

    def _attributes(self, world: World, index: int, tokens: Tokens, place: dict[int, int]) -> Hashable:
        speaker = world.speakers[index]
        has_own_as = speaker.mesh or speaker.software is Software.FRR
        return (
            speaker.software,
            speaker.role,
            speaker.present,
            tokens.token('as', speaker.asn, index) if has_own_as else None,
            tokens.token('subnet', speaker.home, index),
            _each(tokens.token('subnet', subnet, index) for subnet in sorted(speaker.subnets)),
            _each(tokens.token('subnet', subnet, index) for subnet in sorted(speaker.announced_subnets)),
            _each(('hub', place[gateway]) if gateway in place else gateway for gateway in speaker.kernel_default),
            speaker.blocks,
            speaker.services,
            (speaker.exit, speaker.mesh, speaker.host_routes, speaker.host_default_wins, speaker.local_preference),
            (speaker.multipath_relax, speaker.ibgp_multipath, speaker.checks_peer_as),
        )

    def _cluster(self, half: HalfSession, sends: bool, index: int, other: int, tokens: Tokens) -> Hashable:
        """The cluster IDs that play a part on a session: the sender's if it may reflect, the receiver's likewise."""
        near = half.sender_cluster if sends else half.receiver_cluster
        far = half.receiver_cluster if sends else half.sender_cluster
        return (
            None if near is None else tokens.token('cluster', near, index, other),
            None if far is None else tokens.token('cluster', far, index, other),
        )

    def _option(self, half: HalfSession) -> int:
        return self._options.setdefault(
            (
                half.exports,
                half.accepts,
                half.rejects_learned,
                half.add_paths,
                half.sends_back,
                half.as_override,
                half.prepends,
                half.next_hop,
                half.default_originate,
                half.to_client,
                half.from_client,
                half.own_as_allowed,
                half.local_preference,
            ),
            len(self._options),
        )

    def _number(self, description: Hashable) -> int:
        return self._numbers.setdefault(description, len(self._numbers))


def _each(names: Iterable[Hashable]) -> Hashable:
    return frozenset(Counter(names).items())
