"""A figure that is not the same for all: how many speakers have which value, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Spread:
    """``parts`` are pairs of a value and how many have it: ascending, each value once, at least one has it."""

    parts: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, parts: Iterable[tuple[int, int]]) -> Spread:
        """From pairs in any order; equal values are brought together and those that nobody has left out."""
        counts: Counter[int] = Counter()
        for value, count in parts:
            counts[value] += count
        return cls(tuple(sorted((value, count) for value, count in counts.items() if count)))

    @classmethod
    def even(cls, total: int, count: int) -> Spread:
        """``total`` dealt out to ``count`` as evenly as whole things can be."""
        share, rest = divmod(total, count)
        return cls.of([(share, count - rest), (share + 1, rest)])

    @classmethod
    def same(cls, value: int, count: int) -> Spread:
        """The same value for all."""
        return cls.of([(value, count)])

    def map(self, change: Callable[[int], int]) -> Spread:
        """Every value changed, those who have it are the same."""
        return Spread.of((change(value), count) for value, count in self.parts)

    def each(self, times: int) -> Spread:
        """Every value held by so many times as many."""
        return Spread.of((value, count * times) for value, count in self.parts)

    @property
    def count(self) -> int:
        return sum(count for _, count in self.parts)

    @property
    def total(self) -> int:
        return sum(value * count for value, count in self.parts)

    @property
    def least(self) -> int:
        return self.parts[0][0]

    @property
    def most(self) -> int:
        return self.parts[-1][0]

    @property
    def mean(self) -> Fraction:
        return Fraction(self.total, self.count)
