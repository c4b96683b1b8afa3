"""To reflectors outside and back, from some of them to others, whatever the data centre and wherever it was stopped."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_interface

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import make_plan
from tests.planning.walking import made, stopped_anywhere, there_and_back, walk
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, observation, snapshot, with_external

KEY = 'reflectors-external'
sizes = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.sampled_from([(4,), (6,), (4, 6)]))
numbers = st.integers(1, 3)
own_as = st.sampled_from([64512, 65100])


def meeting(wish: Snapshot, world: World) -> None:
    """Reflectors that are new are looked at as well."""
    there = {router.router for router in world.observed.routers}
    more = tuple(router for router in observation(wish).routers if router.router not in there)
    world.observed = replace(world.observed, routers=(*world.observed.routers, *more))


@settings(deadline=None, max_examples=25)
@given(sizes, numbers, own_as)
def test_there_and_back(size: tuple[int, int, int, tuple[int, ...]], reflectors: int, asn: int) -> None:
    wish = with_external(snapshot(*size, design=KEY), reflectors, asn)
    there_and_back(wish)


@settings(deadline=None, max_examples=25)
@given(sizes, numbers, st.data())
def test_a_plan_that_was_stopped_anywhere_is_completed_or_taken_back_by_a_new_one(
    size: tuple[int, int, int, tuple[int, ...]], reflectors: int, data: st.DataObject
) -> None:
    wish = with_external(snapshot(*size, design=KEY), reflectors)
    stopped_anywhere(wish, data)


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 3), st.integers(2, 4))
def test_reflectors_come_one_by_one_and_what_is_given_up_goes_last(first: int, then: int) -> None:
    wish = with_external(snapshot(2, 2, 1, (4, 6), design=KEY, deletion_share=100), first)
    world = World(observation(wish))
    world.run(made(wish, world))
    other = with_external(snapshot(2, 2, 1, (4, 6), design=KEY, deletion_share=100), then)
    meeting(other, world)
    gone = [replace(router, role='spine') for router in wish.routers if router not in other.routers]
    other = replace(other, routers=(*other.routers, *gone))
    plan = made(other, world)
    walk(world, plan)
    assert made(other, world).steps == ()
    assert {router.router for router in world.observed.routers if router.section} == {901 + n for n in range(then)}
    targets = [item.target for step in plan.steps for item in step.items]
    written = [target for target in targets if target.startswith('router:')]
    assert written == [f'router:{900 + n}' for n in range(min(first, then) + 1, max(first, then) + 1)]
    if then < first:
        assert targets[-1].startswith('router:')
    assert not any('mesh' in step.title for step in plan.steps)


def test_a_node_that_joins_is_told_to_the_reflectors_and_nothing_else_changes() -> None:
    wish = with_external(snapshot(2, 3, 1, (4, 6), design=KEY))
    full = observation(wish)
    late = 'node-2-3'
    world = World(_without(full, late))
    world.run(made(replace(wish, nodes=tuple(node for node in wish.nodes if node.name != late)), world))
    [joined] = [node for node in full.cluster.nodes if node.name == late]
    world.observed = replace(
        world.observed, cluster=replace(world.observed.cluster, nodes=(*world.observed.cluster.nodes, joined))
    )
    plan = made(wish, world)
    assert [item.target for step in plan.steps for item in step.items] == ['router:901', 'router:902']
    walk(world, plan)
    assert made(wish, world).steps == ()


def test_a_new_address_restarts_one_reflector_while_the_other_carries_on() -> None:
    wish = with_external(snapshot(2, 2, 1, (4,), design=KEY))
    world = World(observation(wish))
    world.run(made(wish, world))
    moved = _at(wish, '10.254.0.99/32')
    plan = made(moved, world)
    assert [[item.target for item in step.items] for step in plan.steps if step.items] == [
        ['router:901'],
        ['kubernetes:BGPPeer/cal-c1-reflector-1-4'],
    ]
    walk(world, plan)
    assert made(moved, world).steps == ()


def test_the_one_reflector_that_there_is_does_not_restart_under_traffic() -> None:
    wish = with_external(snapshot(2, 2, 1, (4,), design=KEY), 1)
    world = World(observation(wish))
    world.run(made(wish, world))
    plan = make_plan(_at(wish, '10.254.0.99/32'), world.observed, 'deploy', RENDERERS)
    assert 'proof-blackhole' in {finding.code for finding in plan.errors}
    assert plan.steps == ()


@pytest.mark.parametrize('name', TOP_OF_RACK)
def test_routers_of_the_racks_and_reflectors_outside_become_each_other_without_the_mesh(name: str) -> None:
    base = with_external(snapshot(2, 2, 2, (4, 6), design='tor-as-per-rack'))
    inside, outside = (
        replace(base, cluster=replace(base.cluster, **wish)) for wish in (TOP_OF_RACK[name], {'design': KEY})
    )
    world = World(observation(outside))
    world.run(made(outside, world))
    by_reflectors = in_order(outside, world.observed)
    there = made(inside, world)
    walk(world, there)
    assert made(inside, world).steps == ()
    assert not any(router.section for router in world.observed.routers if router.router > 900)
    back = made(outside, world)
    walk(world, back)
    assert in_order(outside, world.observed) == by_reflectors
    assert made(outside, world).steps == ()
    assert not any('mesh' in step.title for plan in (there, back) for step in plan.steps)
    assert 'outside-lost' in {finding.code for finding in back.findings}


def _without(seen: Observation, name: str) -> Observation:
    nodes = tuple(node for node in seen.cluster.nodes if node.name != name)
    return replace(seen, cluster=replace(seen.cluster, nodes=nodes))


def _at(wish: Snapshot, text: str) -> Snapshot:
    """The first reflector has this loopback."""

    def moved(addresses: tuple) -> tuple:
        return tuple(replace(address, value=ip_interface(text)) for address in addresses)

    return replace(
        wish, routers=tuple(replace(r, addresses=moved(r.addresses)) if r.id == 901 else r for r in wish.routers)
    )
