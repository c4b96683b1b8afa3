"""Each top-of-rack design becomes each other one: router by router, and under the mesh where nothing else goes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import permutations

import pytest

from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, observation, snapshot

PAIRS = list(permutations(TOP_OF_RACK, 2))
UNDER_MESH = {pair for pair in PAIRS if 'tor-as-per-rack' in pair}
"""What has the shorter way of a rack AS beside a longer one."""

BY_DEFAULT = {'tor-default', 'tor-default-shared'}
"""Between these no node ever has another route than a default."""


def wishing(name: str, tors: int = 2) -> Snapshot:
    """Routers that suit every design: those of a rack share an AS."""
    wish = snapshot(2, 2, tors, (4, 6), design='tor-as-per-rack')
    return replace(wish, cluster=replace(wish.cluster, **TOP_OF_RACK[name]))


def deployed(wish: Snapshot) -> World:
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    return world


@pytest.mark.parametrize(('first', 'second'), PAIRS)
def test_it_ends_as_if_it_had_come_from_the_mesh_and_can_be_undone(first: str, second: str) -> None:
    one, other = wishing(first), wishing(second)
    world = deployed(one)
    before = in_order(one, world.observed)
    plan = make_plan(other, world.observed, 'deploy', RENDERERS)
    assert not plan.errors
    assert plan.steps
    _restarts_one_router_of_a_rack_at_a_time(first, second, plan)
    for step in plan.steps:
        for item in step.items:
            world.apply(item)
        state = evaluate(step.gate, plan, look(world, plan))
        assert state.met, f'{step.title}: {state.waiting}'
    assert in_order(other, world.observed) == in_order(other, deployed(other).observed)
    assert not make_plan(other, world.observed, 'deploy', RENDERERS).steps
    world.undo(plan)
    assert in_order(one, world.observed) == before


def test_where_no_mesh_can_stand_no_plan_passes_through_one_unless_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = deployed(wishing('tor-full-tables'))
    monkeypatch.setattr('netbox_calico.planning.proven.MESH_NODES_MAX', 3)
    assert make_plan(wishing('tor-as-per-node'), world.observed, 'deploy', RENDERERS).steps
    plan = make_plan(wishing('tor-as-per-rack'), world.observed, 'deploy', RENDERERS)
    assert {finding.code for finding in plan.errors} == {'mesh-too-large', 'proof-loop'}
    assert plan.steps == ()
    assert '3 sessions on every node and 6 in all' in plan.errors[0].message
    back = make_plan(wishing('tor-full-tables'), world.observed, 'back', RENDERERS)
    assert back.steps
    assert 'mesh-large' in {finding.code for finding in back.findings}
    in_mesh = World(observation(wishing('tor-full-tables')))
    assert make_plan(wishing('tor-full-tables'), in_mesh.observed, 'deploy', RENDERERS).steps


@pytest.mark.parametrize(
    ('second', 'refused'), [('tor-as-per-rack', True), ('tor-as-per-node', True), ('tor-default', False)]
)
def test_with_one_router_a_rack_sessions_do_not_restart_under_traffic(second: str, refused: bool) -> None:
    world = deployed(wishing('tor-full-tables', tors=1))
    plan = make_plan(wishing(second, tors=1), world.observed, 'deploy', RENDERERS)
    assert ({finding.code for finding in plan.errors} == {'proof-blackhole'}) is refused
    assert (plan.steps == ()) is refused


def test_a_change_of_both_ends_goes_together() -> None:
    world = deployed(wishing('tor-full-tables'))
    plan = make_plan(wishing('tor-as-per-rack'), world.observed, 'deploy', RENDERERS)
    targets = [[item.target for item in step.items] for step in plan.steps if step.title.startswith('Change')]
    assert targets == [
        ['router:11'],
        ['kubernetes:BGPPeer/cal-c1-tor-1-1-4', 'kubernetes:BGPPeer/cal-c1-tor-1-1-6'],
        ['router:21'],
        ['kubernetes:BGPPeer/cal-c1-tor-2-1-4', 'kubernetes:BGPPeer/cal-c1-tor-2-1-6'],
        ['router:12', 'router:22'],
        [f'kubernetes:BGPPeer/cal-c1-tor-{rack}-2-{family}' for rack in (1, 2) for family in (4, 6)],
    ]


def _restarts_one_router_of_a_rack_at_a_time(first: str, second: str, plan: Plan) -> None:
    changing = [step for step in plan.steps if any('BGPPeer/' in item.target for item in step.items)]
    titles = [step.title for step in plan.steps]
    assert any('mesh' in title for title in titles) is ((first, second) in UNDER_MESH)
    if {first, second} in ({'tor-full-tables', 'tor-default'}, {'tor-full-tables-shared', 'tor-default-shared'}):
        assert not changing
        return
    assert changing
    for step in changing:
        number = plan.steps.index(step)
        if (first, second) in UNDER_MESH:
            on = titles.index('Switch the mesh on, which carries the traffic while sessions restart')
            assert on < number < titles.index('Switch the mesh off')
        else:
            assert titles[number - 1].startswith('Change drained')
            assert titles[number + 1].startswith('Undrain')
        routers = {found.groups() for item in step.items for found in re.finditer(r'tor-(\d+)-(\d+)', item.target)}
        assert len(routers) == len({rack for rack, _ in routers})
        assert step.gate.kind.value == ('default' if {first, second} == BY_DEFAULT else 'routes')
