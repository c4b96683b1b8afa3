"""Sentences with numbers read well for one and for many."""

from __future__ import annotations

import pytest

from netbox_calico.planning.counted import counted


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
