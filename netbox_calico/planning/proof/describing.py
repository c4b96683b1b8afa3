"""Descriptions of speakers and sessions without accidental names, as numbers: equal numbers, equal descriptions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from .scopes import Scopes, Tokens
from .world import HalfSession, Role, Software, World

type End = tuple[int, bool, int, HalfSession]
"""A half session seen from one end: the state, whether this end sends, the other end, and itself."""


class Describing:
    """What can be said of the speakers of ``worlds``, the states of one network."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self.speakers = worlds[0].speakers
        self.scopes = Scopes(worlds)
        self.ends: list[list[End]] = [[] for _ in self.speakers]
        for state, world in enumerate(worlds):
            for half in world.sessions:
                self.ends[half.sender].append((state, True, half.receiver, half))
                self.ends[half.receiver].append((state, False, half.sender, half))
        self._worlds = worlds
        self._numbers: dict[Hashable, int] = {}
        self._options: dict[Hashable, int] = {}

    def number(self, description: Hashable) -> int:
        return self._numbers.setdefault(description, len(self._numbers))

    def reflectors(self) -> list[int]:
        """The nodes that reflect beyond their racks, by more than reflecting back to who reflects to more racks.

        In BIRD two reflectors with an ID each are clients of each other: one that reflects to its own rack does so to
        those above it too, and belongs to its rack all the same.
        """
        clients = {index: found for index in range(len(self.speakers)) if (found := self._clients_afar(index))}
        reach = {index: len({self.speakers[other].rack for other in found}) for index, found in clients.items()}
        return [
            index for index, found in clients.items() if any(reach.get(other, 0) <= reach[index] for other in found)
        ]

    def _clients_afar(self, index: int) -> set[int]:
        """The speakers of other racks that a node in a rack reflects to."""
        speaker = self.speakers[index]
        if speaker.role is not Role.NODE or not speaker.rack:
            return set()
        return {
            other
            for _, sends, other, half in self.ends[index]
            if sends and half.to_client and self.speakers[other].rack != speaker.rack
        }

    def serves_its_rack(self, index: int) -> bool:
        rack = self.speakers[index].rack
        return any(
            sends and half.to_client and self.speakers[other].rack == rack for _, sends, other, half in self.ends[index]
        )

    def beyond(self, index: int) -> Hashable:
        """What orders hubs: their sessions beyond the rack, without names that only the rack knows."""
        rack = self.speakers[index].rack
        sessions = (
            (state, sends, other, self._option(half))
            for state, sends, other, half in self.ends[index]
            if self.speakers[other].rack != rack
        )
        return (self.speakers[index].software, self._each(sessions))

    def sessions(self, index: int, tokens: Tokens, place: dict[int, int], wanted: Callable[[int], bool]) -> Hashable:
        """The sessions with ``wanted`` peers: hubs of the rack are named by their place, others as what they are."""
        return self._each(
            (
                ('hub', place[other]) if other in place else other,
                self.session(state, sends, half, index, other, tokens),
                tokens.token('subnet', half.sender_subnet if sends else half.receiver_subnet, index, other),
                tokens.token('subnet', half.receiver_subnet if sends else half.sender_subnet, index, other),
            )
            for state, sends, other, half in self.ends[index]
            if wanted(other)
        )

    def session(self, state: int, sends: bool, half: HalfSession, index: int, other: int, tokens: Tokens) -> Hashable:
        """A half session but for who the other end is and on which subnets."""
        near = half.sender_cluster if sends else half.receiver_cluster
        far = half.receiver_cluster if sends else half.sender_cluster
        return (
            state,
            sends,
            self._option(half),
            tokens.token('as', half.sender_as if sends else half.receiver_as, index, other),
            tokens.token('as', half.receiver_as if sends else half.sender_as, index, other),
            None if near is None else tokens.token('cluster', near, index, other),
            None if far is None else tokens.token('cluster', far, index, other),
            half.next_hops
            and self._each(tokens.token('subnet', subnet, index, other) for subnet in sorted(half.next_hops)),
        )

    def blocks(self, index: int) -> Hashable:
        return tuple(world.speakers[index].blocks for world in self._worlds)

    def attributes(self, index: int, tokens: Tokens, place: dict[int, int]) -> Hashable:
        """All but its blocks: what a speaker does with the routes of others does not depend on them."""
        return tuple(self._attributes(world, index, tokens, place) for world in self._worlds)

    def _attributes(self, world: World, index: int, tokens: Tokens, place: dict[int, int]) -> Hashable:
        speaker = world.speakers[index]
        has_own_as = speaker.mesh or speaker.software is Software.FRR
        return (
            speaker.software,
            speaker.role,
            speaker.present,
            tokens.token('as', speaker.asn, index) if has_own_as else None,
            tokens.token('subnet', speaker.home, index),
            self._each(tokens.token('subnet', subnet, index) for subnet in sorted(speaker.subnets)),
            self._each(tokens.token('subnet', subnet, index) for subnet in sorted(speaker.announced_subnets)),
            self._each(('hub', place[gateway]) if gateway in place else gateway for gateway in speaker.kernel_default),
            speaker.services,
            (speaker.exit, speaker.mesh, speaker.host_routes, speaker.host_default_wins, speaker.local_preference),
            (speaker.multipath_relax, speaker.ibgp_multipath, speaker.checks_peer_as),
        )

    def _each(self, names: Iterable[Hashable]) -> Hashable:
        """Things in any order, each by its number: numbers are compared faster than what they stand for."""
        return tuple(sorted(map(self.number, names)))

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
                half.no_export,
                half.no_advertise,
                half.incomplete,
            ),
            len(self._options),
        )
