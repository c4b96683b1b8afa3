"""What a proof says: where packets of which prefix end, or why routes never come to rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag


class Flag(IntFlag):
    """What may happen to a packet, over all paths that it may take.

    HAIRPIN goes through a node that is not its end. BY_DEFAULT says that the speaker itself has no route but a
    default: a gate that names the prefix would wait in vain. Several flags together: some packets this, some that.
    """

    DELIVERED = 1
    BLACKHOLE = 2
    LOOP = 4
    HAIRPIN = 8
    BY_DEFAULT = 16


@dataclass(frozen=True, slots=True)
class Verdict:
    """Packets from ``source`` to the prefix of ``kind`` that ``origin`` owns; both are indexes of speakers.

    ``origin`` is ``None`` for a service. One verdict stands for all pairs alike (``Proof.alike``).
    """

    kind: str
    origin: int | None
    source: int
    flags: Flag


@dataclass(frozen=True, slots=True)
class Explosion:
    """More paths than a speaker can hold. ``paths`` are those to one prefix, ``prefixes`` how many grow like it.

    ``paths`` is exact where a layout is known to grow so, and a lower bound where counting was given up.
    """

    speaker: int
    cause: str
    paths: int
    prefixes: int = 1


@dataclass(frozen=True, slots=True)
class Oscillation:
    """Routes to a prefix of ``kind`` never came to rest; ``speaker`` was the last to change its mind."""

    kind: str
    origin: int | None
    speaker: int


class Unsettled(Exception):
    """The computation of one prefix was given up. The message is for developers: callers get ``reason``."""

    def __init__(self, reason: Explosion | Oscillation) -> None:
        super().__init__(str(reason))
        self.reason = reason
