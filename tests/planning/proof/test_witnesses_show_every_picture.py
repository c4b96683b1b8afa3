"""Pairs of leaves: whatever picture any pair makes, some pair that is looked at makes it too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations, product

from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.proof.witnesses import Leaf, witnesses

from .agreement import both
from .designs import Design

type Picture = tuple[object, ...]


@st.composite
def fabrics(draw: st.DrawFn) -> tuple[list[Leaf], list[int]]:
    """Leaves with some of up to six reflectors of two kinds; the first reflectors stand in racks of leaves."""
    kinds_of = draw(st.lists(st.sampled_from([1, 2]), min_size=1, max_size=6))
    numbers: dict[object, int] = {}
    leaves = []
    for node in range(draw(st.integers(1, 14))):
        rack = draw(st.integers(0, 8))
        mine = draw(st.integers(0, 2 ** len(kinds_of) - 1))
        here = (1 << rack) if rack < len(kinds_of) else 0
        labelled = {0: mine & ~here, 1: mine & here, 2: here & ~mine}
        masks = {label: mask for label, mask in labelled.items() if mask}
        counts = tuple((label, kind, _count(mask, kind, kinds_of)) for label, mask in masks.items() for kind in (1, 2))
        number = numbers.setdefault(counts, len(numbers))
        leaves.append(Leaf(node, f'r{rack}', number, tuple(masks.values())))
    return leaves, kinds_of


def _count(mask: int, kind: int, kinds_of: Sequence[int]) -> int:
    return sum(1 for bit, its in enumerate(kinds_of) if its == kind and mask >> bit & 1)


def picture(one: Leaf, other: Leaf, kinds_of: Sequence[int]) -> Picture:
    shared = [_count(mine & its, kind, kinds_of) for mine, its in product(one.masks, other.masks) for kind in (1, 2)]
    return (one.kind, other.kind, one.rack == other.rack, *shared)


@given(fabrics())
def test_no_picture_is_missed(fabric: tuple[list[Leaf], list[int]]) -> None:
    leaves, kinds_of = fabric
    chosen = witnesses(leaves, range(100, 100 + len(kinds_of)), kinds_of)
    looked_at = chosen.origins | chosen.sources
    wanted = {picture(one, other, kinds_of) for one, other in permutations(leaves, 2)}
    seen = {
        picture(one, other, kinds_of)
        for one, other in permutations(leaves, 2)
        if one.node in chosen.origins and other.node in looked_at
    }
    assert seen == wanted


@given(fabrics())
def test_reflectors_are_looked_at_from_leaves_in_every_relation(fabric: tuple[list[Leaf], list[int]]) -> None:
    leaves, kinds_of = fabric
    chosen = witnesses(leaves, range(100, 100 + len(kinds_of)), kinds_of)

    def relations(nodes: frozenset[int], reflectors: frozenset[int]) -> set[Picture]:
        return {
            (leaf.kind, kind, next((at for at, mask in enumerate(leaf.masks) if mask >> bit & 1), None))
            for leaf in leaves
            for bit, kind in enumerate(kinds_of)
            if leaf.node in nodes and 100 + bit in reflectors
        }

    everything = relations(frozenset(leaf.node for leaf in leaves), frozenset(range(100, 100 + len(kinds_of))))
    assert relations(chosen.origins | chosen.sources, chosen.origins) == everything


def test_few_pairs_stand_for_all_sets_of_reflectors() -> None:
    names = [f'n{rack}-0' for rack in range(6)]
    design = Design(racks=12, nodes=5, clusters=dict.fromkeys(names, 1), client_of=2, drained=names)
    reduced, exact = both([design.world()])
    assert reduced == exact
