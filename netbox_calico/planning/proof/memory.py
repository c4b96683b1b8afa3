"""What was computed already: proofs of the same states, or of the other family's where nothing but names differs, and
the ways in states that stretches have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import fields
from operator import attrgetter

from .exporting import UNDERLAY
from .forwarding import Ways
from .prove import Proof, prove
from .world import HalfSession, Originate, Speaker, World


class Memory:
    """Proofs by what the worlds are apart from the names of speakers and subnets."""

    def __init__(self) -> None:
        self._proofs: dict[Hashable, Proof] = {}
        self._ways: dict[Hashable, Ways] = {}
        self._beneath: dict[Hashable, Ways] = {}

    def prove(self, worlds: Sequence[World]) -> Proof:
        """The proof of these worlds; indexes are theirs, whoever it was made for."""
        key = tuple(_bare(worlds))
        if key not in self._proofs:
            self._proofs[key] = prove(worlds, ways=self._ways_of, everyone=True)
        return self._proofs[key]

    def _ways_of(self, world: World) -> Ways:
        key = (world.speakers, world.sessions, frozenset(world.encapsulation.items()))
        if key not in self._ways:
            underlay = _underlay(world)
            self._ways[key] = Ways(world, pruned=True, beneath=self._beneath.get(underlay))
            self._beneath.setdefault(underlay, self._ways[key])
        return self._ways[key]


def _underlay(world: World) -> Hashable:
    """All that the default and the routes to subnets depend on: the mesh carries neither."""
    return (
        tuple(map(_of_ground, world.speakers)),
        tuple(
            half
            for half in world.sessions
            if half.default_originate is not Originate.NEVER or not UNDERLAY.isdisjoint(half.exports & half.accepts)
        ),
    )


def _bare(worlds: Sequence[World]) -> Sequence[Hashable]:
    numbers: dict[str, str] = {'': ''}

    def number(name: str) -> str:
        return numbers.setdefault(name, str(len(numbers)))

    order = {router_id: rank for rank, router_id in enumerate(sorted({s.router_id for s in worlds[0].speakers}))}
    return [
        (
            tuple(
                (
                    _of_speaker(speaker),
                    order[speaker.router_id],
                    number(speaker.home),
                    number(speaker.rack),
                    frozenset(map(number, sorted(speaker.subnets))),
                    frozenset(map(number, sorted(speaker.announced_subnets))),
                )
                for speaker in world.speakers
            ),
            tuple(
                (_of_session(half), number(half.sender_subnet), number(half.receiver_subnet)) for half in world.sessions
            ),
            frozenset(world.encapsulation.items()),
        )
        for world in worlds
    ]


def _all_but(of: type[Speaker | HalfSession], *names: str) -> Callable[[object], Hashable]:
    return attrgetter(*(field.name for field in fields(of) if field.name not in names))


_of_speaker = _all_but(Speaker, 'name', 'router_id', 'home', 'rack', 'subnets', 'announced_subnets')
_of_ground = _all_but(Speaker, 'mesh', 'blocks', 'services')
_of_session = _all_but(HalfSession, 'sender_subnet', 'receiver_subnet')
