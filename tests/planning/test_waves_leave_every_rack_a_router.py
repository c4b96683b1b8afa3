"""Two routers of one rack are never changed together, whichever racks they serve beside it."""

from __future__ import annotations

from dataclasses import replace

from netbox_calico.planning.rollout.sections import waves
from tests.planning.world import snapshot


def test_the_second_of_a_rack_may_be_the_first_of_another() -> None:
    wish = snapshot(3, 1, 2, (4,))
    tied = tuple(replace(r, tied_racks=(102, 103)) if r.name == 'tor-2-2' else r for r in wish.routers)
    wish = replace(wish, routers=tied)
    found = waves([r.id for r in wish.routers], (), ('rack-1', 'rack-2', 'rack-3'), wish)
    assert sorted(key for wave in found for key in wave) == [11, 12, 21, 22, 31, 32]
    for wave in map(set, found):
        assert not any(pair <= wave for pair in ({11, 12}, {21, 22}, {22, 31}, {22, 32}, {31, 32}))
