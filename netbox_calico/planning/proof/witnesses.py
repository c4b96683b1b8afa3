"""Pairs of leaves to look at: one for every picture that any pair makes, so that few pairs stand for all.

The picture of a pair is the classes of both, whether they share a rack, and how many reflectors of each kind bear
which label for the one and which for the other. Two pairs of one picture differ by an order of reflectors alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

type Masks = tuple[int, ...]
type Picture = tuple[int, ...]


class Leaf(NamedTuple):
    """``masks`` are, by label in the order that its class gives, the reflectors that bear it, as bits."""

    node: int
    rack: str
    kind: int
    masks: Masks


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who must be an origin, and who else must be looked at."""

    origins: frozenset[int] = frozenset()
    sources: frozenset[int] = frozenset()


def witnesses(leaves: Sequence[Leaf], reflectors: Sequence[int], kinds_of: Sequence[int]) -> Witnesses:
    """The witnesses among ``leaves``, and with the ``reflectors``, which are of the kinds ``kinds_of``."""
    kinds = {kind: sum(1 << bit for bit, its in enumerate(kinds_of) if its == kind) for kind in kinds_of}
    search = _Search(tuple(kinds.values()))
    by_kind: dict[int, list[Leaf]] = {}
    by_rack: dict[str, dict[int, list[Leaf]]] = {}
    for leaf in leaves:
        by_kind.setdefault(leaf.kind, []).append(leaf)
        by_rack.setdefault(leaf.rack, {}).setdefault(leaf.kind, []).append(leaf)
    few = {kind: _two_places_each(alike) for kind, alike in by_kind.items()}
    for alike in by_kind.values():
        search.origins.update((alike[0].node, alike[-1].node))
    for ones, others in product(few.values(), repeat=2):
        search.look(ones, others, together=False)
    for inside in by_rack.values():
        for ones, others in product(inside.values(), repeat=2):
            search.look(_twice_each(ones), _twice_each(others), together=True)
    for alike in few.values():
        search.look_from(reflectors, kinds_of, alike)
    return Witnesses(frozenset(search.origins), frozenset(search.sources))


class _Search:
    def __init__(self, kinds: Sequence[int]) -> None:
        self._kinds = kinds
        self._found: dict[tuple[int, int, bool], set[Picture]] = {}
        self.origins: set[int] = set()
        self.sources: set[int] = set()

    def look(self, ones: Sequence[Leaf], others: Sequence[Leaf], *, together: bool) -> None:
        """All pairs of an origin of ``ones`` and a source of ``others``, until every possible picture was seen."""
        found = self._found.setdefault((ones[0].kind, others[0].kind, together), set())
        possible = self._possible(ones[0].masks, others[0].masks)
        if len(found) >= possible:
            return
        cells = [
            (i, j, kind) for i in range(len(ones[0].masks)) for j in range(len(others[0].masks)) for kind in self._kinds
        ]
        for one in ones:
            for other in others:
                if one.node == other.node or (one.rack == other.rack) != together:
                    continue
                mine, its = one.masks, other.masks
                picture = tuple([(mine[i] & its[j] & kind).bit_count() for i, j, kind in cells])
                if picture not in found:
                    found.add(picture)
                    self.origins.add(one.node)
                    self.sources.add(other.node)
                    if len(found) >= possible:
                        return

    def look_from(self, reflectors: Sequence[int], kinds_of: Sequence[int], leaves: Sequence[Leaf]) -> None:
        """A reflector as the origin: for every kind of reflector, each label that one may bear for a leaf."""
        wanted = {(kind, label) for kind in kinds_of for label in self._borne(leaves[0], kind, kinds_of)}
        for bit, (reflector, kind) in enumerate(zip(reflectors, kinds_of, strict=True)):
            for leaf in leaves:
                if not wanted:
                    return
                seen = (kind, next((at for at, mask in enumerate(leaf.masks) if mask >> bit & 1), -1))
                if seen in wanted:
                    wanted.remove(seen)
                    self.origins.add(reflector)
                    self.sources.add(leaf.node)

    def _borne(self, leaf: Leaf, kind: int, kinds_of: Sequence[int]) -> Iterator[int]:
        bits = sum(1 << bit for bit, its in enumerate(kinds_of) if its == kind)
        yield from (at for at, mask in enumerate(leaf.masks) if mask & bits)
        if bits & ~sum(leaf.masks):
            yield -1

    def _possible(self, mine: Masks, its: Masks) -> int:
        """An upper bound of the pictures that two such leaves can make."""
        bound = 1
        for kind in self._kinds:
            rows = tuple(sorted((mask & kind).bit_count() for mask in mine))
            columns = tuple(sorted((mask & kind).bit_count() for mask in its))
            bound *= _tables(rows, columns, kind.bit_count())
        return bound


@cache
def _tables(rows: tuple[int, ...], columns: tuple[int, ...], total: int) -> int:
    """How many tables have at most these sums and leave no more than ``total`` outside both."""
    least = sum(rows) + sum(columns) - total
    return sum(1 for filled in _fillings(rows, columns) if filled >= least)


def _fillings(rows: tuple[int, ...], columns: tuple[int, ...]) -> Iterator[int]:
    """The sum of every table of counts with at most these sums of rows and columns."""
    if not rows:
        yield 0
        return
    for row in product(*(range(min(rows[0], column) + 1) for column in columns)):
        if sum(row) <= rows[0]:
            left = tuple(column - count for column, count in zip(columns, row, strict=True))
            for filled in _fillings(rows[1:], left):
                yield filled + sum(row)


def _two_places_each(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Of leaves with the same reflectors, two in different racks: with one of them any other makes a pair."""
    kept: dict[Masks, list[Leaf]] = {}
    for leaf in leaves:
        same = kept.setdefault(leaf.masks, [])
        if len(same) < 2 and leaf.rack not in {one.rack for one in same}:
            same.append(leaf)
    return [leaf for same in kept.values() for leaf in same]


def _twice_each(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Of leaves of one rack with the same reflectors, two: they may make a pair themselves."""
    kept: dict[Masks, list[Leaf]] = {}
    for leaf in leaves:
        same = kept.setdefault(leaf.masks, [])
        if len(same) < 2:
            same.append(leaf)
    return [leaf for same in kept.values() for leaf in same]
