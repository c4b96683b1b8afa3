"""With reflectors outside the gates wait for every one of them, at both ends: the plan counts on one that may fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from ipaddress import ip_address

import pytest

from netbox_calico.planning.gates import Look, evaluate, needs
from netbox_calico.planning.model.plan import Gate, Plan
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.world import RENDERERS, World, observation, snapshot, with_external

FIRST, SECOND = ip_address('10.254.0.1'), ip_address('10.254.0.2')
OFF = 'Switch the mesh off'


@cache
def at(title: str) -> tuple[Gate, Plan, Look]:
    """The gate of a step, and an untroubled look once the step is done."""
    wish = with_external(snapshot(2, 1, 0, (4,), design='reflectors-external'))
    world = World(observation(wish))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    for step in plan.steps:
        for item in step.items:
            world.apply(item)
        if step.title == title:
            seen = look(world, plan)
            assert evaluate(step.gate, plan, seen).met
            return step.gate, plan, seen
    raise LookupError(title)


def waiting(title: str, change: Callable[[Look], Look]) -> tuple[str, ...]:
    gate, plan, seen = at(title)
    return evaluate(gate, plan, change(seen)).waiting


def of_node(name: str, **changes: Callable) -> Callable[[Look], Look]:
    def change(seen: Look) -> Look:
        return replace(
            seen,
            nodes=tuple(
                replace(node, **{field: tuple(filter(keep, getattr(node, field))) for field, keep in changes.items()})
                if node.node == name
                else node
                for node in seen.nodes
            ),
        )

    return change


@pytest.mark.parametrize('title', ['Write the BGPPeers', 'Prove all reflected routes', OFF])
def test_a_session_that_a_node_does_not_have_is_named(title: str) -> None:
    assert waiting(title, of_node('node-2-1', peers=lambda peer: peer.peer != SECOND)) == (
        'node node-2-1: IPv4 session with reflector 10.254.0.2 is not Established',
    )


def test_a_block_that_one_of_them_does_not_tell_a_node_of_is_named() -> None:
    """The other one tells of it, so that no packet is lost; but it must not be the only one."""
    assert waiting(OFF, of_node('node-2-1', routes=lambda route: route.peer != SECOND)) == (
        'node node-2-1: no route by reflectors to 10.244.0.0/26 of node node-1-1',
    )


def test_what_a_reflector_lacks_is_named() -> None:
    def less(seen: Look) -> Look:
        tables = {**seen.tables, 902: tuple(r for r in seen.tables[902] if r.neighbor != ip_address('10.1.1.11'))}
        tables[902] = tuple(replace(r, used=str(r.prefix) != '10.244.0.0/26') for r in tables[902])
        return replace(seen, tables=tables)

    assert waiting(OFF, less) == (
        'reflector-2: node node-1-1 does not announce its IPv4 10.244.0.0/26',
        'reflector-2: no route to IPv4 10.244.0.0/26 of node node-1-1',
    )


def test_a_reflector_that_cannot_be_read_or_waits_for_somebody_holds_the_gate() -> None:
    def unread(seen: Look) -> Look:
        return replace(
            seen, routers=tuple(replace(r, error='it is away') if r.router == 901 else r for r in seen.routers)
        )

    def unsaved(seen: Look) -> Look:
        return replace(seen, routers=tuple(replace(r, saved=r.router != 901) for r in seen.routers))

    assert waiting(OFF, unread) == ('reflector-1: cannot be read: it is away',)
    assert waiting(OFF, unsaved) == ('reflector-1: its running configuration is not saved',)


def test_both_ends_are_looked_at() -> None:
    gate, plan, seen = at(OFF)
    wanted = needs(gate, plan, seen.cluster)
    assert (wanted.routers, wanted.tables, wanted.nodes) == ((901, 902), (901, 902), ('node-1-1', 'node-2-1'))
