"""An untroubled look at any step of a move, and the troubles that may befall it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from ipaddress import ip_network

from netbox_calico.planning.gates import Look, evaluate
from netbox_calico.planning.model.observation import NodeRoute, NodeStatus, RouterRoute
from netbox_calico.planning.model.plan import Gate, Plan
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.world import RENDERERS, World, observation, snapshot

BLOCK = ip_network('10.244.0.64/26')
"""The block of node-1-2."""


@cache
def at(title: str, kind: str = 'deploy') -> tuple[Gate, Plan, Look]:
    """A plan that has been carried out up to this step, its gate and an untroubled look."""
    wish = snapshot(2, 2, 2, (4,))
    world = World(observation(wish))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    if kind == 'back':
        world.run(plan)
        plan = make_plan(wish, world.observed, 'back', RENDERERS)
    for step in plan.steps:
        for item in step.items:
            world.apply(item)
        if step.title == title:
            seen = look(world, plan)
            assert evaluate(step.gate, plan, seen).met
            return step.gate, plan, seen
    raise LookupError(title)


LABELLED = 'Label the nodes of rack rack-1'
PROVEN = 'Prove all routes before the mesh is left'
LEFT = 'Rack rack-1 leaves the mesh'
OFF = 'Switch the mesh off'
ON = 'Switch the mesh on'


def waiting(title: str, change: Callable[[Look], Look], kind: str = 'deploy') -> tuple[str, ...]:
    gate, plan, seen = at(title, kind)
    state = evaluate(gate, plan, change(seen))
    assert state.met == (not state.waiting)
    return state.waiting


def sessions(router: int, **changes: object) -> Callable[[Look], Look]:
    """The sessions of a router with node-1-2 changed."""

    def change(seen: Look) -> Look:
        return replace(
            seen,
            routers=tuple(
                replace(
                    found,
                    sessions=tuple(
                        replace(session, **changes) if str(session.neighbor) == '10.1.1.12' else session
                        for session in found.sessions
                    ),
                )
                if found.router == router
                else found
                for found in seen.routers
            ),
        )

    return change


def router(key: int, **changes: object) -> Callable[[Look], Look]:
    return lambda seen: replace(
        seen, routers=tuple(replace(found, **changes) if found.router == key else found for found in seen.routers)
    )


def table(key: int, change: Callable[[RouterRoute], RouterRoute | None], *more: RouterRoute) -> Callable[[Look], Look]:
    return lambda seen: replace(
        seen,
        tables={
            **seen.tables,
            key: (*(new for route in seen.tables[key] if (new := change(route)) is not None), *more),
        },
    )


def node(name: str, change: Callable[[NodeStatus], NodeStatus]) -> Callable[[Look], Look]:
    return lambda seen: replace(
        seen, nodes=tuple(change(status) if status.node == name else status for status in seen.nodes)
    )


def routes(name: str, change: Callable[[NodeRoute], NodeRoute | None], *more: NodeRoute) -> Callable[[Look], Look]:
    """The routes to node-1-2's block on a node changed, or taken away by None."""
    return node(
        name,
        lambda status: replace(
            status,
            routes=(
                *(
                    new
                    for route in status.routes
                    if (new := change(route) if route.destination == BLOCK else route) is not None
                ),
                *more,
            ),
        ),
    )


def cluster(**changes: object) -> Callable[[Look], Look]:
    return lambda seen: replace(seen, cluster=replace(seen.cluster, **changes))


def not_ready(name: str) -> Callable[[Look], Look]:
    return lambda seen: replace(
        seen,
        cluster=replace(
            seen.cluster,
            nodes=tuple(replace(found, ready=False) if found.name == name else found for found in seen.cluster.nodes),
        ),
    )


def without(prefix: object, neighbor: str = '') -> Callable[[RouterRoute], RouterRoute | None]:
    return lambda route: None if route.prefix == prefix and (not neighbor or str(route.neighbor) == neighbor) else route


def keep[T](value: T) -> T:
    return value


def gone(value: object) -> None:
    return None
