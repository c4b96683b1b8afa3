"""To route reflectors and back: an applied plan leaves nothing to plan, and every gate opens when its step is done."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbox_calico.planning.between import expanded
from netbox_calico.planning.codec import decode, encode
from netbox_calico.planning.designs import find
from netbox_calico.planning.drift import drift
from netbox_calico.planning.fingerprint import observation_digest
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.model.plan import GateKind
from netbox_calico.planning.naming import CLIENT_LABEL, REFLECTOR_LABEL
from tests.planning.checks.troubled import resource, running
from tests.planning.walking import made, stopped_anywhere, there_and_back, walk
from tests.planning.world import RENDERERS, World, observation, snapshot

DESIGNS = ('reflectors', 'reflectors-multi', 'reflectors-quorum', 'reflectors-hierarchy')
sizes = st.tuples(st.integers(1, 3), st.integers(1, 4), st.just(0), st.sampled_from([(4,), (6,), (4, 6)]))
numbers = st.builds(
    lambda per, least, more, redundancy, spines: Options(
        nodes_per_reflector=per,
        reflectors_min=least,
        reflectors_max=least + more,
        redundancy=redundancy,
        spine_reflectors=spines,
    ),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(0, 4),
    st.integers(1, 3),
    st.integers(1, 2),
)
designs = st.sampled_from(DESIGNS)
OPTIONS = Options(reflectors_min=2, redundancy=2, spine_reflectors=2)


def wished(design: str, size: tuple[int, int, int, tuple[int, ...]], options: Options) -> Snapshot:
    """A data centre for the design; with a quorum that is one."""
    enough = {'redundancy': options.reflectors_max} if design == 'reflectors-quorum' else {}
    return snapshot(*size, design=design, options=replace(options, **enough))


def reflectors(world: World) -> set[str]:
    return {node.name for node in world.observed.cluster.nodes if REFLECTOR_LABEL in node.labels}


@settings(deadline=None, max_examples=20)
@given(designs, sizes, numbers)
def test_there_and_back(design: str, size: tuple[int, int, int, tuple[int, ...]], options: Options) -> None:
    wish = wished(design, size, options)
    there_and_back(wish)


@settings(deadline=None, max_examples=20)
@given(designs, sizes, numbers, numbers)
def test_other_numbers_replace_them_in_the_safe_order(
    design: str, size: tuple[int, int, int, tuple[int, ...]], first: Options, second: Options
) -> None:
    wish = wished(design, size, first)
    world = World(observation(wish))
    world.run(made(wish, world))
    had = reflectors(world)
    wish = wished(design, size, second)
    walk(world, made(wish, world))
    assert made(wish, world).steps == ()
    assert had <= reflectors(world) or reflectors(world) <= had


def test_a_reflector_that_a_rack_gives_up_stands_above_by_the_same_plan() -> None:
    """It is disturbed once: all its sessions start anew when those of its rack have the one that stays."""
    first, second = Options(redundancy=2, spine_reflectors=1), Options(redundancy=1, spine_reflectors=2)
    wish = snapshot(2, 4, 0, (4,), design='reflectors-hierarchy', options=first)
    world = World(observation(wish))
    world.run(made(wish, world))
    had = {node.name: node.labels.get(REFLECTOR_LABEL) for node in world.observed.cluster.nodes}
    wish = snapshot(2, 4, 0, (4,), design='reflectors-hierarchy', options=second)
    plan = made(wish, world)
    walk(world, plan)
    has = {node.name: node.labels.get(REFLECTOR_LABEL) for node in world.observed.cluster.nodes}
    above = {name for name, label in has.items() if label == 'spine'}
    assert len(above) == 2
    assert all(had[name] for name in above)
    assert sorted(label for label in has.values() if label and label != 'spine') == ['1', '2']
    assert [item.target for step in plan.steps for item in step.items] == [
        f'kubernetes:Node/{name}' for name in has if had[name] != has[name] and has[name]
    ] + [f'kubernetes:Node/{name}' for name in has if had[name] and not has[name]]
    assert made(wish, world).steps == ()


@settings(deadline=None, max_examples=20)
@given(designs, sizes, numbers)
def test_who_should_peer_does_once_from_both_ends(
    design: str, size: tuple[int, int, int, tuple[int, ...]], options: Options
) -> None:
    wish = wished(design, size, options)
    world = World(observation(wish))
    world.run(made(wish, world))
    expansion = expanded(world.observed.cluster)
    assert expansion.overlaps == ()
    assert expansion.findings == ()
    chosen = reflectors(world)
    addresses = {end.ip: node.name for node in world.observed.cluster.nodes for end in node.addresses}
    for family in size[3]:
        pairs = Counter(
            (name, addresses[session.neighbor])
            for name, sessions in expansion.sessions.items()
            for session in sessions
            if session.family == family
        )
        assert set(pairs.values()) <= {1}
        assert pairs.keys() == {(other, name) for name, other in pairs}
        for node in world.observed.cluster.nodes:
            peers = {other for name, other in pairs if name == node.name}
            if node.name not in chosen:
                assert peers <= chosen
                assert len(peers) == wanted_peers(design, node.labels, world, wish.cluster.options)
            elif design == 'reflectors':
                assert peers == {other.name for other in world.observed.cluster.nodes} - {node.name}
    for sessions in expansion.sessions.values():
        assert all(session.remote_as == session.local_as for session in sessions)


def wanted_peers(design: str, labels: Mapping[str, str], world: World, options: Options) -> int:
    """How many reflectors a client has."""
    roles = Counter(node.labels.get(REFLECTOR_LABEL, '') for node in world.observed.cluster.nodes)
    if design == 'reflectors-hierarchy':
        return roles[labels.get(CLIENT_LABEL, 'spine')]
    there = len(reflectors(world))
    return there if design == 'reflectors' else min(there, options.redundancy)


@settings(deadline=None, max_examples=25)
@given(designs, sizes, numbers, st.data())
def test_a_plan_that_was_stopped_anywhere_is_completed_or_taken_back_by_a_new_one(
    design: str, size: tuple[int, int, int, tuple[int, ...]], options: Options, data: st.DataObject
) -> None:
    wish = wished(design, size, options)
    stopped_anywhere(wish, data)


@pytest.mark.parametrize('design', DESIGNS)
def test_a_node_that_joins_is_a_client_without_a_plan(design: str) -> None:
    wish = snapshot(2, 4, 0, (4,), design=design, options=OPTIONS)
    full = observation(wish)
    late = full.cluster.nodes[-1]
    fewer = replace(full, cluster=replace(full.cluster, nodes=full.cluster.nodes[:-1]))
    world = World(fewer)
    world.run(made(wish, world))
    world.observed = replace(
        world.observed, cluster=replace(world.observed.cluster, nodes=(*world.observed.cluster.nodes, late))
    )
    assert len(expanded(world.observed.cluster).sessions[late.name]) == 2
    had = {session.neighbor for session in expanded(world.observed.cluster).sessions[late.name]}
    plan = made(wish, world)
    for step in plan.steps:
        for item in step.items:
            world.apply(item)
            now = {session.neighbor for session in expanded(world.observed.cluster).sessions[late.name]}
            assert now & had
            had = now
    assert {item.target for step in plan.steps for item in step.items} <= {f'kubernetes:Node/{late.name}'}
    assert made(wish, world).steps == ()


@pytest.mark.parametrize('design', DESIGNS)
def test_a_reflector_that_is_drained_goes_last(design: str) -> None:
    wish = snapshot(2, 5, 0, (4,), design=design, options=OPTIONS)
    world = World(observation(wish))
    world.run(made(wish, world))
    gone = sorted(reflectors(world))[0]
    wish = replace(wish, nodes=tuple(replace(n, drained=True) if n.name == gone else n for n in wish.nodes))
    plan = made(wish, world)
    touched = [item.target for step in plan.steps for item in step.items]
    assert touched[-1] == f'kubernetes:Node/{gone}'
    assert len(touched) == 2
    [proof] = [step for step in plan.steps if step.title == 'Prove all reflected routes']
    assert gone not in proof.gate.reflectors
    assert proof.gate.kind is GateKind.REFLECTED
    walk(world, plan)
    assert gone not in reflectors(world)
    assert made(wish, world).steps == ()


def test_a_plan_survives_being_stored() -> None:
    wish = snapshot(2, 3, 0, (4,), design='reflectors', options=OPTIONS)
    plan = made(wish, World(observation(wish)))
    assert decode(json.loads(json.dumps(encode(plan)))) == plan


def test_it_goes_stale_by_who_is_chosen_and_not_by_the_weather() -> None:
    wish = snapshot(2, 3, 0, (4,), design='reflectors', options=OPTIONS)
    seen = observation(wish)

    def digest(name: str) -> str:
        return observation_digest(*running(name, ready=False)(wish, seen))

    assert digest('node-1-2') == observation_digest(wish, seen)
    assert digest('node-1-1') != observation_digest(wish, seen)


def test_drift_tells_of_roles() -> None:
    wish = snapshot(2, 3, 0, (4,), design='reflectors', options=OPTIONS)
    world = World(observation(wish))
    world.run(made(wish, world))

    def drifted(of: Snapshot) -> list[str]:
        intent = find(of.cluster.design).derive(of, world.observed)
        return [entry.target for entry in drift(of, intent, world.observed, RENDERERS)]

    assert drifted(wish) == []
    assert {f'kubernetes:Node/{name}' for name in reflectors(world)} < set(
        drifted(replace(wish, cluster=replace(wish.cluster, design='mesh')))
    )
    world.apply(next(item for step in made(wish, world, 'back').steps for item in step.items if 'Node/' in item.target))
    assert drifted(wish) == ['kubernetes:Node/node-2-1']


def test_sessions_between_nodes_keep_the_password_of_the_mesh() -> None:
    wish = snapshot(1, 3, 0, (4,), design='reflectors', options=OPTIONS)
    password = {'secretKeyRef': {'name': 'mesh', 'key': 'k'}}
    sides = resource('BGPConfiguration', 'default', nodeMeshPassword=password)(wish, observation(wish))
    world = World(sides[1])
    world.run(made(wish, world))
    peers = world.observed.cluster.of_kind('BGPPeer')
    assert [peer.spec['password'] for peer in peers] == [password, password]
    assert made(wish, world).steps == ()


def test_the_clients_of_one_rack_go_first_and_then_those_of_twice_as_many() -> None:
    wish = snapshot(6, 4, 0, (4,), design='reflectors-hierarchy', options=Options(redundancy=1, spine_reflectors=1))
    plan = made(wish, World(observation(wish)))
    moved = [step.items for step in plan.steps if 'peer with their reflectors' in step.title]
    racks = [sorted({item.target.split('-')[1] for item in items}) for items in moved]
    assert racks == [['1'], ['2', '3'], ['4', '5', '6']]
