"""Sentences with numbers read well for one and for many."""

from __future__ import annotations

import pytest

from netbox_calico.planning.counted import counted, listed


@pytest.mark.parametrize(
    ('number', 'words', 'said'),
    [
        (0, ('step',), '0 steps'),
        (1, ('step',), '1 step'),
        (2, ('step',), '2 steps'),
        (1, ('node is', 'nodes are'), '1 node is'),
        (2, ('node is', 'nodes are'), '2 nodes are'),
    ],
)
def test_the_word_follows_the_number(number: int, words: tuple[str, ...], said: str) -> None:
    assert counted(number, *words) == said


@pytest.mark.parametrize(
    ('things', 'said'),
    [((), ''), (('b', 'a'), 'b, a'), ((1, 2, 3), '1, 2, 3'), ((1, 2, 3, 4, 5), '1, 2, 3 and 2 more')],
)
def test_the_first_few_are_named_in_their_order(things: tuple[object, ...], said: str) -> None:
    assert listed(things, 3) == said


def test_what_has_commas_in_it_is_parted_otherwise() -> None:
    assert listed(['a, b', 'c', 'd'], 2, between='; ') == 'a, b; c and 1 more'
