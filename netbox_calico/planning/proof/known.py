"""What one state alone says of a pair of places that a proof of several speaks of."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from .memory import Memory
from .outcome import Flag, Verdict
from .prove import Pair, Proof, pair
from .world import World


class Known:
    """The proof of one state, made when it is first asked for."""

    def __init__(self, memory: Memory, world: World) -> None:
        self._memory, self._world = memory, world

    def flags(self, verdict: Verdict) -> Flag:
        """All that may happen, in this state, between places like those of a verdict; nothing where none is known."""
        return self._flags.get(pair(self._world, self._proof.classes, verdict), Flag(0))

    @cached_property
    def _flags(self) -> dict[Pair, Flag]:
        found: dict[Pair, Flag] = defaultdict(lambda: Flag(0))
        for verdict in self._proof.verdicts:
            found[pair(self._world, self._proof.classes, verdict)] |= verdict.flags
        return dict(found)

    @cached_property
    def _proof(self) -> Proof:
        return self._memory.prove((self._world,))
