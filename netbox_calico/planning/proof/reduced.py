"""The reduced world: a few of what is alike, the sessions among them, and nothing else of it changed."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .classes import KEPT, Classes
from .owning import two_owners
from .world import HalfSession, Role, Speaker, World


@dataclass(frozen=True, slots=True)
class Reduced:
    """``worlds`` are the states, reduced to the same speakers. ``original`` gives their indexes before that."""

    worlds: tuple[World, ...]
    original: tuple[int, ...]
    origins: tuple[int, ...]


def reduce(worlds: Sequence[World], classes: Classes, *, everyone: bool = False) -> Reduced:
    """At most three racks of a class, three nodes of a class in each, and two owners of a class's blocks as origins.

    Three: the origin, the one that a tie picks, and another. That this suffices is an argument and tested on random
    worlds, not a theorem; the audit looks at samples of the full world beside it. With ``everyone`` the worlds remain
    as they are, so that much of what was computed in one state serves another: but for those with reflectors, who have
    too many paths.
    """
    speakers = worlds[0].speakers
    witnesses = classes.witnesses.origins | classes.witnesses.sources
    owners = _owners(worlds, classes)
    racks = {rack for alike in classes.racks for rack in _few(alike)}
    racks |= {speakers[index].rack for index in classes.concrete | witnesses}
    for alike in owners.values():
        if not any(speakers[index].rack in racks for index in alike):
            racks.add(speakers[alike[0]].rack)
    inside: dict[tuple[str, int], list[int]] = {}
    for index, speaker in enumerate(speakers):
        if speaker.rack in racks and index not in classes.leaves:
            inside.setdefault((speaker.rack, classes.of[index]), []).append(index)
    few = {index for alike in inside.values() for index in _few(alike)}
    first = {alike[0] for alike in inside.values()}
    origins = set(classes.witnesses.origins)
    for alike in owners.values():
        here = [index for index in alike if speakers[index].rack in racks]
        origins |= two_owners(here, first, few)
    origins |= _beside(owners.values(), speakers, witnesses)
    if everyone and not any(speakers[index].role is Role.NODE for index in classes.concrete):
        return Reduced(tuple(worlds), tuple(range(len(speakers))), tuple(sorted(origins)))
    kept = few | classes.concrete | witnesses | origins
    kept |= {gateway for world in worlds for index in kept for gateway in world.speakers[index].kernel_default}
    original = tuple(sorted(kept))
    number = {index: position for position, index in enumerate(original)}
    return Reduced(
        tuple(_world(world, original, number) for world in worlds),
        original,
        tuple(sorted(number[index] for index in origins)),
    )


def _owners(worlds: Sequence[World], classes: Classes) -> Mapping[Hashable, Sequence[int]]:
    """By class and what is owned, a kind of block in these of the states, the owners; leaves have their witnesses."""
    owners: dict[Hashable, list[int]] = {}
    for index in range(len(worlds[0].speakers)):
        if index in classes.leaves:
            continue
        blocks = [world.speakers[index].blocks for world in worlds]
        for kind in frozenset().union(*blocks):
            owned = (classes.of[index], kind, tuple([kind in some for some in blocks]))
            owners.setdefault(owned, []).append(index)
    return owners


def _beside(owners: Iterable[Sequence[int]], speakers: Sequence[Speaker], witnesses: Collection[int]) -> set[int]:
    """One of each kind that shares a rack with a leaf that is looked at."""
    racks = {speakers[index].rack for index in witnesses}
    found: set[int] = set()
    for alike in owners:
        seen: set[str] = set()
        for index in alike:
            rack = speakers[index].rack
            if rack in racks and rack not in seen:
                seen.add(rack)
                found.add(index)
    return found


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
