"""The way in: one state, or all that a step can mix, in; verdicts on every pair of places out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from .classes import Classes, classify
from .forecast import HOPELESS, forecast
from .forwarding import Ways
from .outcome import Explosion, Flag, Oscillation, Unsettled, Verdict
from .prefix import owners, services_of
from .reduced import Reduced, reduce
from .verdicts import of_block, of_service
from .world import World

type Reason = Explosion | Oscillation
type Pair = tuple[str, int | None, int, bool]
"""A pair of places: the kind of prefix, the class of its owner, the class of the source, whether they share a rack."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What becomes of packets between all speakers and all prefixes; indexes are those of the worlds that were given.

    ``verdicts`` hold, for every pair of places and each thing that may happen between them, one example.
    ``explosions`` are the paths that some speaker cannot hold, whatever the verdicts. ``unsettled`` are the reasons
    why routes could not be computed: then nothing is proven.
    """

    classes: Classes
    verdicts: tuple[Verdict, ...]
    explosions: tuple[Explosion, ...] = ()
    unsettled: tuple[Reason, ...] = ()

    def alike(self, speaker: int) -> int:
        """How many speakers, itself among them, a verdict on ``speaker`` speaks of."""
        return self.classes.of.count(self.classes.of[speaker])


def _pruned(world: World) -> Ways:
    return Ways(world, pruned=True)


def prove(
    worlds: Sequence[World],
    *,
    exact: bool = False,
    everyone: bool = False,
    ways: Callable[[World], Ways] = _pruned,
) -> Proof:
    """The proof of one state, or of the union of the states that a step can mix on the way from one to another.

    ``exact`` computes the full world, every origin, nothing pruned: for tests and small worlds. Otherwise one of a few
    stands for all that are alike, and layouts whose paths nobody can compute are refused by their figure. With
    ``everyone`` it does so as an origin alone, and the worlds are left as they are. ``ways`` makes the pruned ones of a
    world, or knows them.
    """
    classes = classify(worlds)
    if exact:
        every = tuple(range(len(worlds[0].speakers)))
        return _computed(Reduced(tuple(worlds), every, every), classes, Ways)
    foreseen = tuple(dict.fromkeys(explosion for world in worlds for explosion in forecast(world)))
    hopeless = tuple(explosion for explosion in foreseen if explosion.cause in HOPELESS)
    if hopeless:
        return Proof(classes, (), foreseen, hopeless)
    return replace(_computed(reduce(worlds, classes, everyone=everyone), classes, ways), explosions=foreseen)


def pair(world: World, classes: Classes, verdict: Verdict) -> Pair:
    """The places that a verdict is about; it holds for all pairs that are alike."""
    speakers, origin = world.speakers, verdict.origin
    if origin is None:
        return (verdict.kind, None, classes.of[verdict.source], False)
    rack = speakers[origin].rack
    together = bool(rack) and speakers[verdict.source].rack == rack
    return (verdict.kind, classes.of[origin], classes.of[verdict.source], together)


def _computed(reduced: Reduced, classes: Classes, ways: Callable[[World], Ways]) -> Proof:
    original, world = reduced.original, reduced.worlds[0]
    within = Classes(tuple(classes.of[index] for index in original), classes.racks, classes.concrete)
    try:
        states = [ways(state) for state in reduced.worlds]
    except Unsettled as stuck:
        return Proof(classes, (), unsettled=(_renamed(stuck.reason, original),))
    examples: dict[tuple[Pair, Flag], Verdict] = {}
    unsettled: list[Reason] = []
    for found in _all(states, reduced):
        try:
            for verdict in found:
                examples.setdefault((pair(world, within, verdict), verdict.flags), verdict)
        except Unsettled as stuck:
            unsettled.append(_renamed(stuck.reason, original))
    verdicts = (
        Verdict(verdict.kind, _of(verdict.origin, original), original[verdict.source], verdict.flags)
        for verdict in examples.values()
    )
    return Proof(classes, tuple(verdicts), unsettled=tuple(dict.fromkeys(unsettled)))


def _all(states: Sequence[Ways], reduced: Reduced) -> Iterator[Iterator[Verdict]]:
    for kind, owner in owners(reduced.worlds, reduced.origins):
        yield of_block(states, kind, owner)
    for kind in services_of(reduced.worlds):
        yield of_service(states, kind)


def _renamed(reason: Reason, original: Sequence[int]) -> Reason:
    if isinstance(reason, Explosion):
        return replace(reason, speaker=original[reason.speaker])
    return replace(reason, speaker=original[reason.speaker], origin=_of(reason.origin, original))


def _of(index: int | None, original: Sequence[int]) -> int | None:
    return None if index is None else original[index]
