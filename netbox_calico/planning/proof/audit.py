"""The audit beside a proof: a few origins computed in the full world, without the reduction, must say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from .forwarding import Ways
from .outcome import Flag, Unsettled, Verdict
from .prefix import owners
from .prove import Pair, Proof, pair
from .verdicts import of_block
from .world import World

SEED = 4271


@dataclass(frozen=True, slots=True)
class Audit:
    """``looked_at`` are the owners whose blocks were computed, ``disagreements`` what the proof does not say.

    ``given_up`` are owners whose blocks were too much to compute without the reduction: nothing is known of them.
    """

    looked_at: tuple[int, ...]
    disagreements: tuple[Verdict, ...]
    given_up: tuple[int, ...] = ()


def audit(worlds: Sequence[World], proof: Proof, sample: int = 3, among: Sequence[int] | None = None) -> Audit:
    """Look at ``sample`` owners of blocks, of all or of those ``among`` some: for the same worlds always the same."""
    said: dict[Pair, set[Flag]] = {}
    for verdict in proof.verdicts:
        said.setdefault(pair(worlds[0], proof.classes, verdict), set()).add(verdict.flags)
    everyone = owners(worlds, range(len(worlds[0].speakers)) if among is None else among)
    chosen = sorted(Random(SEED).sample(everyone, min(sample, len(everyone))), key=lambda one: one[1])
    try:
        states = [Ways(world, pruned=True) for world in worlds]
    except Unsettled:
        return Audit((), (), tuple(owner for _, owner in chosen))
    disagreements: list[Verdict] = []
    looked_at: list[int] = []
    given_up: list[int] = []
    for kind, owner in chosen:
        try:
            found = list(of_block(states, kind, owner))
        except Unsettled:
            given_up.append(owner)
            continue
        looked_at.append(owner)
        disagreements += (
            verdict for verdict in found if verdict.flags not in said.get(pair(worlds[0], proof.classes, verdict), ())
        )
    return Audit(tuple(looked_at), tuple(disagreements), tuple(given_up))
