"""To reflectors that alone peer with the routers and back, whatever the data centre and wherever it was stopped."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.naming import REFLECTOR_LABEL
from netbox_calico.planning.order import in_order
from tests.planning.network import look
from tests.planning.walking import made, stopped_anywhere, there_and_back, walk
from tests.planning.world import World, observation, snapshot

KEY = 'reflectors-tor'
TWO = Options(reflectors_min=2)
sizes = st.tuples(st.integers(1, 3), st.integers(2, 4), st.integers(1, 2), st.sampled_from([(4,), (6,), (4, 6)]))
numbers = st.integers(1, 3).map(lambda least: Options(reflectors_min=least))


def wished(size: tuple[int, int, int, tuple[int, ...]], options: Options = TWO, design: str = KEY) -> Snapshot:
    return snapshot(*size, design=design, options=options, deletion_share=100)


def reflectors(world: World) -> list[str]:
    return sorted(node.name for node in world.observed.cluster.nodes if REFLECTOR_LABEL in node.labels)


@settings(deadline=None, max_examples=15)
@given(sizes, numbers)
def test_there_and_back(size: tuple[int, int, int, tuple[int, ...]], options: Options) -> None:
    wish = wished(size, options)
    there_and_back(wish)


@settings(deadline=None, max_examples=15)
@given(sizes, numbers, st.data())
def test_a_plan_that_was_stopped_anywhere_is_completed_or_taken_back_by_a_new_one(
    size: tuple[int, int, int, tuple[int, ...]], options: Options, data: st.DataObject
) -> None:
    wish = wished(size, options)
    stopped_anywhere(wish, data)


def test_a_reflector_that_is_drained_is_replaced_on_the_routers_too() -> None:
    wish = wished((2, 4, 2, (4, 6)))
    world = World(observation(wish))
    world.run(made(wish, world))
    [gone, stays] = reflectors(world)
    wish = replace(wish, nodes=tuple(replace(node, drained=node.name == gone) for node in wish.nodes))
    plan = made(wish, world)
    walk(world, plan)
    assert made(wish, world).steps == ()
    assert stays in reflectors(world)
    assert gone not in reflectors(world)
    [old] = [node.addresses[0].value.ip for node in wish.nodes if node.name == gone]
    assert not any(f'neighbor {old} ' in router.section for router in world.observed.routers)


def test_reflectors_that_are_there_come_to_peer_with_routers_and_back_without_the_mesh() -> None:
    alone, both = (wished((2, 4, 2, (4,)), design=design) for design in ('reflectors', KEY))
    world = World(observation(alone))
    world.run(made(alone, world))
    before = in_order(alone, world.observed)
    there, back = made(both, world), None
    walk(world, there)
    assert made(both, world).steps == ()
    back = made(alone, world)
    walk(world, back)
    assert in_order(alone, world.observed) == before
    assert not any('mesh' in step.title for plan in (there, back) for step in plan.steps)


def test_a_node_that_joins_needs_no_plan() -> None:
    wish = wished((2, 4, 2, (4,)))
    full = observation(wish)
    late = full.cluster.nodes[-1]
    world = World(replace(full, cluster=replace(full.cluster, nodes=full.cluster.nodes[:-1])))
    world.run(made(wish, world))
    nodes = (*world.observed.cluster.nodes, late)
    world.observed = replace(world.observed, cluster=replace(world.observed.cluster, nodes=nodes))
    assert made(wish, world).steps == ()


def test_a_block_that_a_reflector_does_not_tell_a_router_of_is_named() -> None:
    wish = wished((2, 2, 1, (4,)))
    world = World(observation(wish))
    plan = made(wish, world)
    world.run(plan)
    [gate] = [step.gate for step in plan.steps if step.title == 'Switch the mesh off']
    seen = look(world, plan)
    assert evaluate(gate, plan, seen).met
    less = tuple(route for route in seen.tables[21] if str(route.prefix) != '10.244.0.192/26')
    first, second = reflectors(world)
    assert evaluate(gate, plan, replace(seen, tables={**seen.tables, 21: less})).waiting == (
        f'tor-2-1: reflector {first} does not tell it of IPv4 10.244.0.192/26 of node node-2-2',
        f'tor-2-1: reflector {second} does not tell it of IPv4 10.244.0.192/26 of node node-2-2',
    )
