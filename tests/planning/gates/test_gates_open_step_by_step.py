"""Each gate opens once its step is done in a network that works, and was shut before; so does each undo's gate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.gates import Look, evaluate, needs
from netbox_calico.planning.model.observation import NodePeer, NodeStatus
from netbox_calico.planning.model.plan import GateKind, Plan, Step
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, observation, snapshot

SIZES = [(2, 2, 2, (4, 6)), (1, 3, 1, (4,)), (3, 1, 2, (6,))]
SHUT_BEFORE = {GateKind.ROUTERS, GateKind.ROUTES, GateKind.MESH}


def moved(size: tuple, wished: str) -> tuple[World, Plan, Plan]:
    wish = snapshot(*size, **TOP_OF_RACK[wished])
    world = World(observation(wish))
    there = make_plan(wish, world.observed, 'deploy', RENDERERS)
    world.run(there)
    return world, there, make_plan(wish, world.observed, 'back', RENDERERS)


def waits(step: Step, plan: Plan) -> bool:
    """Whether the network has to change before the step's gate opens: not once every rack has left the mesh."""
    if step.gate.kind not in SHUT_BEFORE or not step.items:
        return False
    return (plan.kind == 'deploy' and step.gate.left != plan.racks) or step.title == 'Switch the mesh on'


def walk(world: World, plan: Plan) -> None:
    for step in plan.steps:
        if waits(step, plan):
            assert not evaluate(step.gate, plan, look(world, plan)).met, f'{step.title} had nothing to wait for'
        for item in step.items:
            world.apply(item)
        state = evaluate(step.gate, plan, look(world, plan))
        assert state.met, f'{step.title}: {state.waiting}'


def walk_back(world: World, plan: Plan) -> None:
    for step in reversed(plan.steps):
        for item in step.undo:
            world.apply(item)
        state = evaluate(step.undo_gate, plan, look(world, plan))
        assert state.met, f'undo of {step.title}: {state.waiting}'


@pytest.mark.parametrize('size', SIZES)
@pytest.mark.parametrize('wished', TOP_OF_RACK)
def test_there(size: tuple, wished: str) -> None:
    wish = snapshot(*size, **TOP_OF_RACK[wished])
    world = World(observation(wish))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    walk(world, plan)
    walk_back(world, plan)


@pytest.mark.parametrize('size', SIZES)
@pytest.mark.parametrize('wished', TOP_OF_RACK)
def test_back(size: tuple, wished: str) -> None:
    world, _, back = moved(size, wished)
    walk(world, back)
    walk_back(world, back)


def test_a_gate_asks_for_what_it_needs_and_no_more() -> None:
    wish = snapshot(2, 2, 2, (4,))
    world = World(observation(wish))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    asked = {step.title: needs(step.gate, plan, world.observed.cluster) for step in plan.steps}
    everyone = ('node-1-1', 'node-1-2', 'node-2-1', 'node-2-2')

    assert asked['Check both sides before anything is changed'].routers == (11, 12, 21, 22)
    assert asked['Configure tor-1-1'].routers == (11,)
    assert asked['Configure tor-1-1'].nodes == asked['Configure tor-1-1'].tables == ()
    assert asked['Write the BGPPeers'].routers == ()
    assert asked['Label the nodes of rack rack-1'].nodes == ('node-1-1', 'node-1-2')
    assert asked['Rack rack-1 leaves the mesh'].nodes == everyone
    assert asked['Switch the mesh off'].nodes == everyone
    assert asked['Switch the mesh off'].tables == (11, 12, 21, 22)


def test_of_a_large_cluster_the_canary_rack_and_a_node_a_rack_are_looked_at() -> None:
    wish = snapshot(20, 3, 2, (4,))
    seen = observation(wish)
    plan = make_plan(wish, seen, 'deploy', RENDERERS)
    asked = {step.title: needs(step.gate, plan, seen.cluster) for step in plan.steps}
    canary = {'node-1-1', 'node-1-2', 'node-1-3'}

    whole = asked['Prove all routes before the mesh is left']
    assert set(whole.nodes) == canary | {f'node-{rack}-1' for rack in range(2, 21)}
    assert len(whole.tables) == 40
    assert asked['Label the nodes of rack rack-7'].nodes == ('node-7-1',)
    assert asked['Label the nodes of rack rack-7'].tables == (11, 12, 71, 72)
    assert asked['Rack rack-7 leaves the mesh'].nodes == ('node-1-1', 'node-7-1')


def test_routes_are_not_asked_for_where_they_would_not_fit() -> None:
    wish = snapshot(40, 30, 2, (4,))
    seen = observation(wish)
    plan = make_plan(wish, seen, 'deploy', RENDERERS)
    [prove] = [step for step in plan.steps if step.title.startswith('Prove')]
    wanted = needs(prove.gate, plan, seen.cluster)
    assert wanted.nodes == wanted.sessions == ()
    assert len(wanted.tables) == 80


def test_where_routes_would_not_fit_the_mesh_is_seen_by_its_sessions() -> None:
    wish = snapshot(20, 4, 2, (4,))
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    back = make_plan(wish, world.observed, 'back', RENDERERS)
    [step] = [step for step in back.steps if step.title == 'Switch the mesh on']
    for item in step.items:
        world.apply(item)
    blocks = tuple(
        replace(affinity, cidr=block)
        for affinity in world.observed.cluster.affinities
        for block in list(affinity.cidr.subnets(new_prefix=32))[:30]
    )
    world.observed = replace(world.observed, cluster=replace(world.observed.cluster, affinities=blocks))
    wanted = needs(step.gate, back, world.observed.cluster)
    assert wanted.nodes == ()
    assert set(wanted.sessions) == {f'node-1-{node}' for node in range(1, 5)} | {f'node-{r}-1' for r in range(2, 21)}

    cluster = world.observed.cluster
    ends = {node.name: node.addresses[0].ip for node in cluster.nodes}
    statuses = tuple(
        NodeStatus(name, tuple(NodePeer(ip, 'NodeMesh', True) for other, ip in ends.items() if other != name))
        for name in wanted.sessions
    )
    assert evaluate(step.gate, back, Look(cluster, nodes=statuses)).met
    down = (replace(statuses[0], peers=statuses[0].peers[1:]), *statuses[1:])
    [missing] = evaluate(step.gate, back, Look(cluster, nodes=down)).waiting
    assert missing.startswith('node node-1-1: IPv4 mesh session with node node-1-2')
    assert evaluate(step.gate, back, Look(cluster)).waiting[0] == 'node node-1-1: no fresh status'
