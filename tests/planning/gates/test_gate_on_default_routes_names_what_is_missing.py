"""Where nodes have a default route alone: the gate names the router that sends none, and the host with another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from netbox_calico.planning.gates import Look, evaluate
from netbox_calico.planning.model.observation import NodeRoute
from netbox_calico.planning.model.plan import Gate, GateKind, Plan
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.world import RENDERERS, World, observation, snapshot

GATE = Gate(GateKind.DEFAULT, 'Default routes of all racks')
DEFAULT = ip_network('0.0.0.0/0')
ROUTER = ip_address('10.1.1.1')
HOSTS_OWN = NodeRoute(DEFAULT, ip_address('10.1.1.254'), 'eth0', True, 'Kernel')


@pytest.fixture(scope='module')
def sound() -> tuple[Plan, Look]:
    wish = snapshot(2, 2, 2, (4, 6), design='tor-default')
    world = World(observation(wish))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    world.run(plan)
    return plan, look(world, plan)


def waiting(sound: tuple[Plan, Look], change: Callable[[NodeRoute], NodeRoute | None], *more: NodeRoute) -> list[str]:
    """What the gate waits for once the routes of the first node are changed."""
    plan, seen = sound
    first, *others = seen.nodes
    kept = tuple(new for route in first.routes if (new := change(route)) is not None)
    nodes = (replace(first, routes=(*kept, *more)), *others)
    return list(evaluate(GATE, plan, replace(seen, nodes=nodes)).waiting)


def same(route: NodeRoute) -> NodeRoute:
    return route


def test_all_is_well(sound: tuple[Plan, Look]) -> None:
    assert waiting(sound, same) == []


def test_the_default_route_of_the_host_into_its_rack_is_well(sound: tuple[Plan, Look]) -> None:
    assert waiting(sound, same, HOSTS_OWN) == []


def test_a_router_that_sends_none(sound: tuple[Plan, Look]) -> None:
    assert waiting(sound, lambda route: None if route.peer == ROUTER else route) == [
        'node node-1-1: no IPv4 default route from 10.1.1.1'
    ]


@pytest.mark.parametrize('change', [{'fib': False}, {'interface': 'unreachable'}, {'gateway': ip_address('10.9.9.9')}])
def test_a_default_route_that_is_known_and_not_used(sound: tuple[Plan, Look], change: dict) -> None:
    assert waiting(sound, lambda route: replace(route, **change) if route.destination == DEFAULT else route) == [
        'node node-1-1: no IPv4 default route in use by its routers'
    ]


ELSEWHERE = replace(HOSTS_OWN, gateway=ip_address('192.168.7.1'), interface='eth1')
LEADS_AWAY = (
    'node node-1-1: the IPv4 default route of the host leads to 192.168.7.1 (eth1), not into its rack, and wins over '
    'that of its routers'
)


def test_the_default_route_of_the_host_elsewhere(sound: tuple[Plan, Look]) -> None:
    assert waiting(sound, same, ELSEWHERE) == [LEADS_AWAY]


@pytest.mark.parametrize('design', ['tor-default', 'tor-full-tables'])
def test_it_is_seen_before_any_rack_leaves_the_mesh(design: str) -> None:
    """With full tables nothing goes by it."""
    wish = snapshot(2, 2, 2, (4,), design=design)
    world = World(observation(wish))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    number = next(step.number for step in plan.steps if step.title.startswith('Prove all routes before'))
    for step in plan.steps[:number]:
        for item in step.items:
            world.apply(item)
    seen = look(world, plan)
    gate = plan.steps[number - 1].gate
    assert evaluate(gate, plan, seen).met
    first, *others = seen.nodes
    strange = replace(seen, nodes=(replace(first, routes=(*first.routes, ELSEWHERE)), *others))
    assert evaluate(gate, plan, strange).waiting == ((LEADS_AWAY,) if design == 'tor-default' else ())


def test_a_node_that_does_not_answer(sound: tuple[Plan, Look]) -> None:
    plan, seen = sound
    assert evaluate(GATE, plan, replace(seen, nodes=seen.nodes[1:])).waiting == ('node node-1-1: no fresh status',)


def test_routers_must_still_know_every_block(sound: tuple[Plan, Look]) -> None:
    plan, seen = sound
    tables = {**seen.tables, 11: ()}
    assert any(
        'tor-1-1: no route to IPv4' in name for name in evaluate(GATE, plan, replace(seen, tables=tables)).waiting
    )
