"""Reflectors that peer with routers: what these take of them decides whether packets from outside arrive."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from netbox_calico.planning.designs import find
from netbox_calico.planning.model.intent import PeerGroup
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.proof.build import build
from netbox_calico.planning.proof.ground import ground_of
from netbox_calico.planning.proof.plan_proof import start_of
from netbox_calico.planning.proof.transitions import mixture
from tests.planning.proof.agreement import both
from tests.planning.proof.moves import move
from tests.planning.world import RENDERERS, World, observation, snapshot

KEY = 'reflectors-tor'


def test_a_router_that_takes_what_leads_to_its_own_rack_sends_nothing_in_circles() -> None:
    assert move(2, 3, 2, (4, 6), design=KEY).errors == set()
    assert move(2, 3, 2, (4, 6), 'back', KEY).errors == set()
    assert move(12, 5, 2, (4,), design=KEY).errors == set()


def test_one_that_takes_the_blocks_of_other_racks_announces_them_and_sends_what_comes_back_to_the_fabric() -> None:
    for racks in (2, 12):
        made = move(racks, 3, 2, (4,), design=KEY).groups(lambda group: replace(group, next_hops=()))
        assert 'proof-loop' in made.errors


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 5), st.integers(2, 4), st.integers(1, 2), st.integers(1, 3), st.sets(st.integers(0, 9)))
def test_the_reduced_proof_says_what_the_exact_one_says(
    racks: int, nodes: int, tors: int, reflectors: int, careless: set[int]
) -> None:
    """``careless`` are the routers that take the blocks of all racks."""
    wish = snapshot(racks, nodes, tors, (4,), design=KEY, options=Options(reflectors_min=reflectors))
    seen = observation(wish)
    ground = ground_of(wish, seen, 4)
    before, _ = start_of(wish, seen, RENDERERS)
    world = World(seen)
    world.run(make_plan(wish, seen, 'deploy', RENDERERS))

    def taking(number: int, group: PeerGroup) -> PeerGroup:
        return replace(group, next_hops=()) if number in careless else group

    groups = {
        section.router: tuple(taking(number, group) for group in section.groups)
        for number, section in enumerate(find(KEY).derive(wish, seen).sections)
    }
    after = replace(before, cluster=world.observed.cluster, groups=groups)
    reduced, exact = both(mixture([build(ground, before), build(ground, after)]))
    assert reduced == exact
