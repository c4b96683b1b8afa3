"""Whatever the data centre: an applied plan leaves nothing to plan, and there and back is back where it began."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation, Resource
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.naming import OWNER_LABEL, REFLECTOR_ANNOTATION
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import make_plan, plan_digest
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, observation, snapshot

FOREIGN = (
    Resource('BGPPeer', 'upstream', {'nodeSelector': "edge == 'yes'", 'peerIP': '192.0.2.1', 'asNumber': 65000}),
    Resource('BGPFilter', 'theirs', {'exportV4': [{'action': 'Accept'}]}, {OWNER_LABEL: 'other'}),
)

sizes = st.tuples(
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from([(4,), (6,), (4, 6)]),
)
wishes = st.sampled_from(sorted(TOP_OF_RACK))
configurations = st.sampled_from(
    [
        None,
        {},
        {'nodeToNodeMeshEnabled': True, 'asNumber': 64512},
        {'nodeMeshPassword': {'secretKeyRef': {'name': 'mesh', 'key': 'password'}}, 'nodeMeshMaxRestartTime': '90s'},
        {'logSeverityScreen': 'Info', 'communities': [{'name': 'gold', 'value': '64512:1'}]},
    ]
)


def world_of(wish: Snapshot, configuration: dict | None) -> World:
    seen = observation(wish)
    kept = tuple(found for found in seen.cluster.resources if found.kind != 'BGPConfiguration')
    default = () if configuration is None else (Resource('BGPConfiguration', 'default', configuration),)
    return World(replace(seen, cluster=replace(seen.cluster, resources=(*kept, *default, *FOREIGN))))


def plan(wish: Snapshot, world: World, kind: str = 'deploy') -> Plan:
    made = make_plan(wish, world.observed, kind, RENDERERS)
    assert not made.errors
    return made


def essence(observed: Observation, wish: Snapshot) -> object:
    """What there is, whatever its order; a mesh that is on by default is as good as one that is switched on."""
    _, ordered = in_order(wish, observed)
    resources = tuple(
        replace(found, spec={'nodeToNodeMeshEnabled': True, **found.spec}) if found.name == 'default' else found
        for found in ordered.cluster.resources
    )
    return replace(ordered, cluster=replace(ordered.cluster, resources=resources))


@settings(deadline=None, max_examples=40)
@given(sizes, configurations, wishes)
def test_there_and_back(size: tuple[int, int, int, tuple[int, ...]], configuration: dict | None, wished: str) -> None:
    wish = snapshot(*size, **TOP_OF_RACK[wished])
    world = world_of(wish, configuration)
    before = essence(world.observed, wish)

    world.run(plan(wish, world))
    assert not world.observed.cluster.mesh
    assert all(wish.cluster.rack_label in node.labels for node in world.observed.cluster.nodes)
    assert not any(REFLECTOR_ANNOTATION in node.annotations for node in world.observed.cluster.nodes)
    assert plan(wish, world).steps == ()

    world.run(plan(wish, world, 'back'))
    assert plan(wish, world, 'back').steps == ()
    assert essence(world.observed, wish) == before


@settings(deadline=None, max_examples=40)
@given(sizes, configurations, wishes)
def test_all_undone_is_as_before(
    size: tuple[int, int, int, tuple[int, ...]], configuration: dict | None, wished: str
) -> None:
    wish = snapshot(*size, **TOP_OF_RACK[wished])
    world = world_of(wish, configuration)
    before = in_order(wish, world.observed)
    there = plan(wish, world)
    world.run(there)
    moved = in_order(wish, world.observed)
    world.undo(there)
    assert in_order(wish, world.observed) == before
    world.run(there)
    back = plan(wish, world, 'back')
    world.run(back)
    world.undo(back)
    assert in_order(wish, world.observed) == moved


@settings(deadline=None, max_examples=50)
@given(sizes, wishes, st.data())
def test_a_plan_that_was_stopped_anywhere_is_completed_or_taken_back_by_a_new_one(
    size: tuple[int, int, int, tuple[int, ...]], wished: str, data: st.DataObject
) -> None:
    wish = snapshot(*size, **TOP_OF_RACK[wished])
    world = world_of(wish, {'nodeToNodeMeshEnabled': True})
    before = essence(world.observed, wish)
    items = [item for step in plan(wish, world).steps for item in step.items]
    for item in items[: data.draw(st.integers(0, len(items)))]:
        world.apply(item)
    world.run(plan(wish, world, data.draw(st.sampled_from(['deploy', 'back']))))
    world.run(plan(wish, world))
    assert plan(wish, world).steps == ()
    items = [item for step in plan(wish, world, 'back').steps for item in step.items]
    for item in items[: data.draw(st.integers(0, len(items)))]:
        world.apply(item)
    world.run(plan(wish, world, 'back'))
    assert essence(world.observed, wish) == before


@pytest.mark.parametrize(
    ('last', 'first'),
    [('Rack rack-2 leaves the mesh', 'Rack rack-2 joins the mesh again'), ('Take the marks', 'Take the marks')],
)
def test_on_the_way_back_a_rack_that_was_stopped_half_way_is_whole_before_others_hear_of_it(
    last: str, first: str
) -> None:
    """With shared addresses its routers are the next hops of what it would tell them: their tunnels would end there."""
    wish = snapshot(2, 3, 1, (4,), **TOP_OF_RACK['tor-full-tables-shared'])
    there = plan(wish, world_of(wish, {'nodeToNodeMeshEnabled': True}))
    half = next(step for step in there.steps if step.title.startswith(last))
    world = world_of(wish, {'nodeToNodeMeshEnabled': True})
    for step in there.steps[: half.number - 1]:
        world.run(replace(there, steps=(step,)))
    for item in half.items[: len(half.items) // 2 + 1]:
        world.apply(item)
    back = plan(wish, world, 'back')
    assert back.steps[1].title.startswith(first)
    world.run(back)
    assert plan(wish, world, 'back').steps == ()


@settings(deadline=None, max_examples=15)
@given(sizes, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(
    size: tuple[int, int, int, tuple[int, ...]], chance: random.Random
) -> None:
    wish = snapshot(*size)
    seen = observation(wish)
    mixed = replace(
        wish,
        nodes=_mixed(chance, (replace(node, addresses=_mixed(chance, node.addresses)) for node in wish.nodes)),
        routers=_mixed(chance, wish.routers),
        pools=_mixed(chance, wish.pools),
        service_ranges=_mixed(chance, wish.service_ranges),
    )
    mixed_seen = Observation(
        replace(
            seen.cluster,
            nodes=_mixed(chance, seen.cluster.nodes),
            resources=_mixed(chance, seen.cluster.resources),
            affinities=_mixed(chance, seen.cluster.affinities),
        ),
        _mixed(chance, seen.routers),
    )
    first, second = make_plan(wish, seen, 'deploy', RENDERERS), make_plan(mixed, mixed_seen, 'deploy', RENDERERS)
    assert first == second
    assert plan_digest(first) == plan_digest(second)


def test_what_is_not_ours_is_never_named() -> None:
    wish = snapshot()
    world = world_of(wish, {})
    world.run(plan(wish, world))
    world.run(plan(wish, world, 'back'))
    assert not {'kubernetes:BGPPeer/upstream', 'kubernetes:BGPFilter/theirs'} & set(world.sent)


def test_a_node_that_joins_later_is_a_small_plan() -> None:
    wish = snapshot(2, 3, 2, (4,))
    full = observation(wish)
    late = 'node-2-3'
    fewer = replace(wish, nodes=tuple(node for node in wish.nodes if node.name != late))
    world = World(
        replace(full, cluster=replace(full.cluster, nodes=tuple(n for n in full.cluster.nodes if n.name != late)))
    )
    world.run(plan(fewer, world))
    [joined] = [node for node in full.cluster.nodes if node.name == late]
    world.observed = replace(
        world.observed, cluster=replace(world.observed.cluster, nodes=(*world.observed.cluster.nodes, joined))
    )
    made = plan(wish, world)
    assert [item.target for step in made.steps for item in step.items] == [
        'router:21',
        'router:22',
        'kubernetes:Node/node-2-3',
    ]
    world.run(made)
    assert plan(wish, world).steps == ()


def test_a_rack_whose_routers_were_replaced_loses_the_old_ones_last() -> None:
    wish = snapshot(1, 2, 2, (4,))
    world = World(observation(wish))
    world.run(plan(wish, world))
    three = snapshot(1, 2, 3, (4,))
    newcomer = observation(three).routers[-1]
    gone = replace(three, routers=tuple(replace(r, addresses=()) if r.id == 12 else r for r in three.routers))
    gone = replace(gone, routers=tuple(replace(r, rack=None) if r.id == 12 else r for r in gone.routers))
    world.observed = replace(world.observed, routers=(*world.observed.routers, newcomer))
    made = plan(gone, world)
    assert [item.target for step in made.steps for item in step.items] == [
        'router:13',
        'kubernetes:BGPPeer/cal-c1-tor-1-3-4',
        'router:13',
        'router:12',
        'kubernetes:BGPPeer/cal-c1-tor-1-2-4',
        'router:12',
    ]
    world.run(made)
    assert plan(gone, world).steps == ()


def test_a_renamed_router_keeps_its_bgp_peer() -> None:
    wish = snapshot(1, 1, 2, (4,))
    world = World(observation(wish))
    world.run(plan(wish, world))
    renamed = replace(wish, routers=tuple(replace(r, name=f'leaf-{r.id}') for r in wish.routers))
    assert plan(renamed, world).steps == ()


def test_a_label_that_somebody_else_sets_is_used_and_left_alone() -> None:
    wish = snapshot(2, 2, 2, (4,), rack_label='topology.example.net/rack')
    seen = observation(wish)
    given = tuple(
        replace(
            node,
            labels={'topology.example.net/rack': f'row7-{node.name[5]}'},
            provisioned_labels=frozenset({'topology.example.net/rack'}),
        )
        for node in seen.cluster.nodes
    )
    world = World(replace(seen, cluster=replace(seen.cluster, nodes=given)))
    made = plan(wish, world)
    assert made.racks == ('row7-1', 'row7-2')
    assert {session.rack for session in made.sessions} == {'row7-1', 'row7-2'}
    world.run(made)
    assert plan(wish, world).steps == ()
    world.run(plan(wish, world, 'back'))
    assert plan(wish, world, 'back').steps == ()
    assert tuple(sorted(world.observed.cluster.nodes, key=lambda node: node.name)) == given


@pytest.mark.parametrize('kind', ['deploy', 'back'])
def test_nothing_to_do_is_no_step_at_all(kind: str) -> None:
    wish = snapshot(design='mesh')
    assert make_plan(wish, observation(wish), kind, RENDERERS).steps == ()


def _mixed(chance: random.Random, values: object) -> tuple:
    listed = list(values)  # type: ignore[call-overload]
    chance.shuffle(listed)
    return tuple(listed)
