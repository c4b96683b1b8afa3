"""The reduced world: a few of what is alike, the sessions among them, and nothing else of it changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .classes import KEPT, Classes
from .world import HalfSession, Speaker, World


@dataclass(frozen=True, slots=True)
class Reduced:
    """``worlds`` are the states, reduced to the same speakers. ``original`` gives their indexes before that."""

    worlds: tuple[World, ...]
    original: tuple[int, ...]
    origins: tuple[int, ...]


def reduce(worlds: Sequence[World], classes: Classes) -> Reduced:
    """At most three racks of a class, three nodes of a class in each; the first and the last of a class are origins.

    Three: the origin, the one that a tie picks, and another. That this suffices is an argument and tested on random
    worlds, not a theorem; the audit looks at samples of the full world beside it.
    """
    speakers = worlds[0].speakers
    witnesses = classes.witnesses.origins | classes.witnesses.sources
    racks = {rack for alike in classes.racks for rack in _few(alike)}
    racks |= {speakers[index].rack for index in classes.concrete | witnesses}
    inside: dict[tuple[str, int], list[int]] = {}
    for index, speaker in enumerate(speakers):
        if speaker.rack in racks and index not in classes.leaves:
            inside.setdefault((speaker.rack, classes.of[index]), []).append(index)
    kept = {index for alike in inside.values() for index in _few(alike)} | classes.concrete | witnesses
    kept |= {gateway for world in worlds for index in kept for gateway in world.speakers[index].kernel_default}
    original = tuple(sorted(kept))
    number = {index: position for position, index in enumerate(original)}
    origins = classes.witnesses.origins | _ends(original, classes) | _beside(inside, speakers, witnesses)
    return Reduced(
        tuple(_world(world, original, number) for world in worlds),
        original,
        tuple(sorted(number[index] for index in origins)),
    )


def _ends(kept: Sequence[int], classes: Classes) -> set[int]:
    """The first and the last of each class; leaves have their witnesses."""
    ends: dict[int, tuple[int, int]] = {}
    for index in kept:
        if index not in classes.leaves:
            first, _ = ends.get(classes.of[index], (index, index))
            ends[classes.of[index]] = (first, index)
    return {index for pair in ends.values() for index in pair}


def _beside(
    inside: Mapping[tuple[str, int], Sequence[int]], speakers: Sequence[Speaker], witnesses: Collection[int]
) -> set[int]:
    """One of each kind that shares a rack with a leaf that is looked at."""
    racks = {speakers[index].rack for index in witnesses}
    return {alike[0] for (rack, _), alike in inside.items() if rack in racks}


def _few[Thing](alike: Sequence[Thing]) -> Iterable[Thing]:
    return alike if len(alike) <= KEPT else (*alike[: KEPT - 1], alike[-1])


def _world(world: World, original: tuple[int, ...], number: dict[int, int]) -> World:
    speakers = tuple(_speaker(world.speakers[index], number) for index in original)
    sessions = tuple(
        _session(half, number) for half in world.sessions if half.sender in number and half.receiver in number
    )
    return World(speakers, sessions, world.encapsulation)


def _speaker(speaker: Speaker, number: dict[int, int]) -> Speaker:
    if not speaker.kernel_default:
        return speaker
    return replace(
        speaker, kernel_default=tuple(number[gateway] for gateway in speaker.kernel_default if gateway in number)
    )


def _session(half: HalfSession, number: dict[int, int]) -> HalfSession:
    return replace(half, sender=number[half.sender], receiver=number[half.receiver])
