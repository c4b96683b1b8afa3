"""The states that a plan goes through, and which of them a packet may meet on one journey.

A gate on routes, reflected or not, or on the mesh says that routes have come to rest; until one does, everything since
the last one may be mixed: what was before, what each step makes of it, and the moment in which what goes has gone and
what comes is not there yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from netbox_calico.planning.model.plan import GateKind, Step

from .build import Built
from .state import Sections, State, applied
from .world import World

_AT_REST = frozenset({GateKind.ROUTES, GateKind.DEFAULT, GateKind.MESH, GateKind.REFLECTED})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Steps between two moments of rest: their numbers in the plan, from 0, and the states before and after each."""

    steps: tuple[int, ...]
    states: tuple[State, ...]


def states_of(start: State, steps: Sequence[Step], sections: Sections, rack_label: str) -> Iterator[State]:
    """The state after every step; the same object where a step changes nothing."""
    state = start
    for step in steps:
        if step.items:
            state = applied(state, step.items, sections, rack_label)
        yield state


def stretches(start: State, steps: Sequence[Step], states: Sequence[State]) -> Iterator[Stretch]:
    """The plan cut at its gates. Stretches in which nothing changes are left out."""
    numbers: list[int] = []
    mixed = [start]
    for number, (step, state) in enumerate(zip(steps, states, strict=True)):
        if state is not mixed[-1]:
            numbers.append(number)
            mixed.append(state)
        if step.gate.kind in _AT_REST or number == len(steps) - 1:
            if numbers:
                yield Stretch(tuple(numbers), tuple(mixed))
            numbers, mixed = [], [state]


def mixture(built: Sequence[Built]) -> tuple[World, ...]:
    """The worlds that a packet may meet: each state, and what all of them have in common."""
    worlds: list[World] = []
    for world in (*(found.world for found in built), _common(built)):
        if world not in worlds:
            worlds.append(world)
    return tuple(worlds)


def _common(built: Sequence[Built]) -> World:
    """The last state without the sessions, explicit or of the mesh, that were not up all the while."""
    last = built[-1]
    up = [{(half.sender, half.receiver) for half in found.world.sessions} for found in built]
    always = {pair for pair in set.intersection(*up) if len({found.marks.get(pair) for found in built}) == 1}
    return replace(
        last.world,
        speakers=tuple(
            replace(speaker, mesh=False)
            if speaker.mesh and not all(found.world.speakers[index].mesh for found in built)
            else speaker
            for index, speaker in enumerate(last.world.speakers)
        ),
        sessions=tuple(half for half in last.world.sessions if (half.sender, half.receiver) in always),
    )
