"""A default route towards the nodes breaks a mesh, and a node must not be without any route in between.

Item by item of a plan and of its undo: while the mesh is on, no router announces a default and no node lets one in;
once it is off, every node is sent the routes to all others, or lets in the default that it is sent.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.designs.announced import DEFAULT_ROUTES
from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, observation, snapshot, with_external


def announced(world: World) -> list[set[bool]]:
    """By router with anything of ours: whether it announces defaults, and whether other prefixes."""
    return [
        {prefix == DEFAULT_ROUTES[group.family] for prefix in group.announced or group.permitted}
        for router in world.observed.routers
        for group in RENDERERS['frr'].groups(router.section)
    ]


def let_in(world: World) -> bool:
    rules = [
        rule
        for found in world.observed.cluster.of_kind('BGPFilter')
        for field in ('importV4', 'importV6')
        for rule in found.spec.get(field, ())
    ]
    return any(rule.get('cidr') in {'0.0.0.0/0', '::/0'} for rule in rules)


def watch(world: World) -> None:
    if world.observed.cluster.mesh:
        assert not let_in(world)
        assert not any(True in kinds for kinds in announced(world))
    else:
        assert all(False in kinds or (True in kinds and let_in(world)) for kinds in announced(world))


def follow(world: World, plan: Plan, undo: bool = False) -> None:
    steps = reversed(plan.steps) if undo else plan.steps
    for step in steps:
        for item in step.undo if undo else step.items:
            world.apply(item)
            watch(world)


def standing(tors: int = 2) -> tuple[Snapshot, World]:
    wish = snapshot(2, 2, tors, (4, 6), design='tor-default')
    return wish, World(observation(wish))


@pytest.mark.parametrize('tors', [1, 2])
def test_there_undone_there_again_and_back(tors: int) -> None:
    wish, world = standing(tors)
    there = make_plan(wish, world.observed, 'deploy', RENDERERS)
    follow(world, there)
    assert announced(world) == [{True}] * 4 * tors
    assert let_in(world)
    follow(world, there, undo=True)
    follow(world, there)
    back = make_plan(wish, world.observed, 'back', RENDERERS)
    follow(world, back)
    assert world.observed.cluster.mesh
    follow(world, back, undo=True)
    assert not make_plan(wish, world.observed, 'deploy', RENDERERS).steps


@pytest.mark.parametrize('kind', ['deploy', 'back'])
def test_wherever_a_plan_is_left_the_next_one_goes_on_as_safely(kind: str) -> None:
    wish, world = standing()
    there = make_plan(wish, world.observed, 'deploy', RENDERERS)
    for number in range(len(there.steps)):
        _, world = standing()
        for step in there.steps[:number]:
            for item in step.items:
                world.apply(item)
        follow(world, make_plan(wish, world.observed, kind, RENDERERS))
        assert not make_plan(wish, world.observed, kind, RENDERERS).steps


def test_a_node_that_joins_is_proven_by_the_default_route() -> None:
    wish, world = standing()
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    bare = tuple(
        type(node)(node.name, addresses=node.addresses) if node.name == 'node-2-2' else node
        for node in world.observed.cluster.nodes
    )
    world._cluster(nodes=bare)
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    assert [item.target for step in plan.steps for item in step.items] == ['kubernetes:Node/node-2-2']
    assert {step.gate.kind.value for step in plan.steps} == {'precheck', 'default'}


@pytest.mark.parametrize('design', ['mesh', 'reflectors', 'reflectors-external', 'tor-default'])
@pytest.mark.parametrize('in_force', ['tor-default', 'tor-default-shared'])
def test_gates_on_the_way_back_look_at_the_routers_whatever_design_was_chosen_by_then(
    in_force: str, design: str
) -> None:
    wish = snapshot(2, 2, 2, (4,), **TOP_OF_RACK[in_force])
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    wish = with_external(replace(wish, cluster=replace(wish.cluster, design=design, options=Options())))
    back = make_plan(wish, world.observed, 'back', RENDERERS)
    assert {session.router for session in back.sessions} == {11, 12, 21, 22}
    for step in back.steps:
        for item in step.items:
            world.apply(item)
            watch(world)
        assert evaluate(step.gate, back, look(world, back)).waiting == (), step.title
    assert make_plan(wish, world.observed, 'back', RENDERERS).steps == ()
