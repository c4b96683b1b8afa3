"""With route reflectors the gates wait for sessions and routes between nodes, and say which are missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from ipaddress import ip_address, ip_network

import pytest

from netbox_calico.planning.designs import find
from netbox_calico.planning.gates import Look, evaluate, needs
from netbox_calico.planning.model.observation import Affinity, NodeRoute
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.model.plan import Gate, Plan
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.rollout.gates import reflected as reflected_gate
from tests.planning.gates.troubles import cluster, gone, keep, node, not_ready, routes
from tests.planning.network import look
from tests.planning.world import RENDERERS, World, observation, snapshot

BECOMES = 'Node node-1-1 becomes a route reflector'
PROVEN = 'Prove all reflected routes'
OFF = 'Switch the mesh off'
UNREACHABLE, ELSEWHERE = 'unreachable', ip_address('10.1.1.99')


@cache
def at(title: str) -> tuple[Gate, Plan, Look, Look]:
    """The gate of a step, an untroubled look once the step is done, and one before."""
    wish = snapshot(2, 2, 0, (4,), design='reflectors', options=Options(reflectors_min=2))
    world = World(observation(wish))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    for step in plan.steps:
        before = look(world, plan)
        for item in step.items:
            world.apply(item)
        if step.title == title:
            seen = look(world, plan)
            assert evaluate(step.gate, plan, seen).met
            return step.gate, plan, seen, before
    raise LookupError(title)


def waiting(title: str, change: Callable[[Look], Look]) -> tuple[str, ...]:
    gate, plan, seen, _ = at(title)
    return evaluate(gate, plan, change(seen)).waiting


def reflected(change: Callable[[NodeRoute], NodeRoute | None]) -> Callable[[NodeRoute], NodeRoute | None]:
    return lambda route: change(route) if route.source == 'BGPPeer' else route


def test_before_anybody_reflects_every_route_is_missing() -> None:
    gate, plan, _, before = at(BECOMES)
    state = evaluate(gate, plan, before)
    assert 'node node-1-1: no route by reflectors to 10.244.0.64/26 of node node-1-2' in state.waiting
    assert len(state.waiting) == 12


@pytest.mark.parametrize('title', [PROVEN, OFF])
def test_a_block_that_no_reflector_tells_of_is_named(title: str) -> None:
    assert waiting(title, routes('node-2-2', reflected(gone))) == (
        'node node-2-2: no route by reflectors to 10.244.0.64/26 of node node-1-2',
    )


@pytest.mark.parametrize('title', [PROVEN, OFF])
def test_an_unresolved_route_is_none(title: str) -> None:
    assert waiting(title, routes('node-2-2', reflected(lambda route: replace(route, interface=UNREACHABLE)))) == (
        'node node-2-2: no route by reflectors to 10.244.0.64/26 of node node-1-2',
    )


def test_within_a_subnet_the_gateway_is_the_owner_itself() -> None:
    def elsewhere(route: NodeRoute) -> NodeRoute:
        return replace(route, gateway=ELSEWHERE)

    assert waiting(OFF, routes('node-1-1', reflected(elsewhere))) == (
        'node node-1-1: no route by reflectors to 10.244.0.64/26 of node node-1-2',
    )
    assert waiting(OFF, routes('node-2-2', reflected(elsewhere))) == ()


def test_beside_the_mesh_a_route_need_not_be_in_use_and_without_it_must() -> None:
    unused = routes('node-2-2', reflected(lambda route: replace(route, fib=False)))
    assert waiting(PROVEN, unused) == ()
    assert waiting(OFF, unused) == ('node node-2-2: no route in use by reflectors to 10.244.0.64/26 of node node-1-2',)


def test_who_is_outside_the_mesh_must_use_it_at_once() -> None:
    unused = routes('node-1-1', reflected(lambda route: replace(route, fib=False)))
    assert waiting(BECOMES, unused) == (
        'node node-1-1: no route in use by reflectors to 10.244.0.64/26 of node node-1-2',
    )


def test_routes_count_by_those_that_stay_alone() -> None:
    gate, plan, seen, _ = at(PROVEN)
    only = replace(gate, reflectors=('node-2-1',))
    one = routes('node-2-2', reflected(lambda route: route if str(route.peer) == '10.1.1.11' else None))
    assert evaluate(replace(gate, reflectors=()), plan, one(seen)).met
    assert evaluate(only, plan, seen).met
    assert evaluate(only, plan, one(seen)).waiting == (
        'node node-2-2: no route by reflectors to 10.244.0.64/26 of node node-1-2',
    )


def test_a_session_that_is_down_is_named_even_where_the_routes_are_there() -> None:
    down = node(
        'node-2-2',
        lambda status: replace(
            status, peers=tuple(replace(p, established=str(p.peer) != '10.1.1.11') for p in status.peers)
        ),
    )
    assert waiting(OFF, down) == ('node node-2-2: IPv4 session with node node-1-1 (10.1.1.11) is not Established',)


def test_a_session_of_the_mesh_is_none_of_ours() -> None:
    mesh = node(
        'node-2-2', lambda status: replace(status, peers=tuple(replace(p, kind='NodeMesh') for p in status.peers))
    )
    assert len(waiting(OFF, mesh)) == 2


def test_nodes_that_are_not_ready_are_passed_over() -> None:
    def silent(seen: Look) -> Look:
        return replace(seen, nodes=tuple(status for status in seen.nodes if status.node != 'node-1-2'))

    assert waiting(OFF, silent) == ('node node-1-2: no fresh status',)
    assert waiting(OFF, lambda seen: silent(not_ready('node-1-2')(seen))) == ()


def test_what_cannot_be_read_keeps_the_gate_shut() -> None:
    def broken(seen: Look) -> Look:
        resources = tuple(
            replace(r, spec={**r.spec, 'asNumber': 'many'}) if r.kind == 'BGPPeer' else r
            for r in seen.cluster.resources
        )
        return cluster(resources=resources)(seen)

    assert [text.startswith('the cluster: ') for text in waiting(OFF, broken)] == [True]


def test_where_the_routes_would_not_fit_the_sessions_have_to_do() -> None:
    gate, plan, seen, _ = at(OFF)
    many = tuple(Affinity(ip_network(f'10.244.{n // 4}.{n % 4 * 64}/26'), 'node-1-2') for n in range(1000))
    crowded = replace(seen.cluster, affinities=many)
    assert needs(gate, plan, seen.cluster).nodes == ('node-1-1', 'node-1-2', 'node-2-1', 'node-2-2')
    assert needs(replace(gate, paths=3), plan, crowded).sessions == ()
    assert needs(replace(gate, paths=4), plan, crowded).nodes == ()
    assert needs(replace(gate, paths=4), plan, crowded).sessions == needs(gate, plan, seen.cluster).nodes
    bare = routes('node-2-2', gone)
    assert evaluate(replace(gate, paths=4), plan, replace(bare(seen), cluster=crowded)).met
    assert waiting(OFF, routes('node-2-2', keep)) == ()


@pytest.mark.parametrize('design', ['reflectors', 'reflectors-hierarchy'])
def test_of_a_large_cluster_clients_from_everywhere_and_the_named_reflectors_are_looked_at(
    design: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = snapshot(20, 10, 0, (4,), design=design, options=Options(reflectors_min=3, redundancy=1))
    world = World(observation(wish))
    seen = observation(wish).cluster
    intent = find(design).derive(wish, world.observed)
    assert intent.reflection is not None
    reflectors = set(intent.reflection.cluster_ids)
    for name in reflectors:
        marked = next(node for node in seen.nodes if node.name == name)
        mark = {REFLECTOR_ANNOTATION: intent.reflection.cluster_ids[name]}
        others = tuple(node for node in seen.nodes if node.name != name)
        seen = replace(seen, nodes=(*others, replace(marked, annotations=mark)))
    plan = Plan('deploy', design, 'c', 'c1', '', '', ())
    gate = reflected_gate('all', nodes=sorted(reflectors)[:3])
    looked = set(needs(gate, plan, seen).nodes)
    assert looked & reflectors == set(gate.nodes)
    assert 40 <= len(looked - reflectors) <= 50
    monkeypatch.setattr('netbox_calico.planning.gates.look.PATHS_LIMIT', 199)
    assert set(needs(gate, plan, seen).sessions) == looked - reflectors
