"""What a gate wants to see, and what was seen.

Every node of a small cluster is looked at. Of a large one the canary rack in full and one node a rack, since Calico
answers for ten nodes at once at most. Where a node's routes would not fit into the object that Calico writes them to,
the routers tell of its routes to them, and its sessions alone of its mesh.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from netbox_calico.planning.model.observation import ClusterObservation, NodeStatus, RouterObservation, RouterRoute
from netbox_calico.planning.model.plan import Gate, GateKind, Plan

from .facts import PATHS_LIMIT, Facts

SMALL_CLUSTER = 50
"""Up to so many Ready nodes every one is looked at."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Routers to observe, routers whose BGP tables are read, nodes to look at, nodes whose sessions alone are."""

    routers: tuple[int, ...] = ()
    tables: tuple[int, ...] = ()
    nodes: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen. ``baseline`` is how the routers were before the change, empty when it is not known."""

    cluster: ClusterObservation
    routers: tuple[RouterObservation, ...] = ()
    tables: Mapping[int, tuple[RouterRoute, ...]] = field(default_factory=dict)
    nodes: tuple[NodeStatus, ...] = ()
    baseline: tuple[RouterObservation, ...] = ()


@dataclass(frozen=True, slots=True)
class GateState:
    """Whether the gate is met, and what it still waits for, by name (the first few hundred)."""

    met: bool
    waiting: tuple[str, ...] = ()


def needs(gate: Gate, plan: Plan, cluster: ClusterObservation) -> Needs:
    """What has to be looked at, given the cluster as it is now."""
    match gate.kind:
        case GateKind.PRECHECK:
            return Needs(routers=checked_routers(plan))
        case GateKind.ROUTERS | GateKind.GONE:
            return Needs(routers=gate.routers or plan_routers(plan))
        case GateKind.ROUTES | GateKind.DEFAULT:
            facts = Facts.behind(gate, plan, cluster)
            routers = gate_routers(gate, facts)
            return Needs(routers, routers, telling_routes(gate, facts))
        case GateKind.MESH:
            facts = Facts.behind(gate, plan, cluster)
            nodes = telling_routes(gate, facts)
            return Needs(nodes=nodes, sessions=tuple(node for node in looked_at(gate, facts) if node not in nodes))
        case GateKind.REFLECTED:
            facts = Facts.behind(gate, plan, cluster)
            nodes = looked_at_reflected(gate, facts)
            told, mute = (nodes, ()) if tells_reflected(gate, facts) else ((), nodes)
            routers = (*gate.routers, *gate.told)
            return Needs(routers, routers, told, mute)
        case _:
            return Needs()


def plan_routers(plan: Plan) -> tuple[int, ...]:
    """Every router that the plan changes or its sessions end on."""
    return tuple(sorted(_changed_routers(plan) | {session.router for session in plan.sessions}))


def checked_routers(plan: Plan) -> tuple[int, ...]:
    """The routers that have to be in order before anything is done. On the way back those that the plan changes: one
    that is dead must not keep the cluster from its mesh.
    """
    return tuple(sorted(_changed_routers(plan))) if plan.kind == 'back' else plan_routers(plan)


def _changed_routers(plan: Plan) -> set[int]:
    targets = (item.target.partition(':') for step in plan.steps for item in step.items)
    return {int(key) for kind, _, key in targets if kind == 'router'}


def gate_routers(gate: Gate, facts: Facts) -> tuple[int, ...]:
    """Whose tables a gate on routes reads: all, but in a large cluster its racks' and the canary's."""
    if len(facts.ready) <= SMALL_CLUSTER or not gate.racks:
        return tuple(sorted({session.router for session in facts.plan.sessions}))
    racks = {*gate.racks, *facts.plan.racks[:1]}
    return tuple(sorted({session.router for session in facts.plan.sessions if session.rack in racks}))


def looked_at(gate: Gate, facts: Facts) -> tuple[str, ...]:
    """The nodes that are asked."""
    known = facts.members(gate.racks)
    if len(facts.ready) <= SMALL_CLUSTER:
        chosen = facts.members(()) if gate.left else known
    else:
        chosen = _samples(known, facts)
        if gate.racks and gate.left:
            chosen = (*chosen, *_samples(facts.members(facts.plan.racks[:1]), facts)[:1])
    return tuple(sorted({*chosen, *facts.alive(gate.nodes)}))


def looked_at_reflected(gate: Gate, facts: Facts) -> tuple[str, ...]:
    """The nodes that are asked for reflected routes: of a large cluster clients from everywhere, and those named.

    Reflectors may have too many sessions to tell of, and are passed over then; clients tell of theirs with them.
    """
    if len(facts.ready) <= SMALL_CLUSTER:
        return facts.ready
    clients = [node for node in facts.ready if node not in facts.outside]
    chosen = {*clients[:: -(-len(clients) // SMALL_CLUSTER) or 1], *facts.alive(gate.nodes)}
    crowded = sum(len(ends) for ends in facts.interfaces.values()) > PATHS_LIMIT
    return tuple(sorted(chosen - facts.outside if crowded else chosen))


def tells_reflected(gate: Gate, facts: Facts) -> bool:
    """Whether the routes of nodes may be asked for, by the number of paths that they have: by reflectors, and by the
    mesh or the routers that the plan gives up.
    """
    blocks = sum(len(found) for found in facts.blocks.values())
    routers = Counter((session.node, session.family) for session in facts.plan.former if session.rack)
    return blocks * (gate.paths + facts.mesh + max(routers.values(), default=0)) <= PATHS_LIMIT


def telling_routes(gate: Gate, facts: Facts) -> tuple[str, ...]:
    """Those of them whose routes are asked for."""
    return tuple(node for node in looked_at(gate, facts) if facts.tells_routes(node))


def _samples(nodes: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """The canary rack's nodes, and the first of every other rack."""
    canary = facts.plan.racks[:1]
    seen: set[str] = set()
    chosen: list[str] = []
    for node in nodes:
        rack = facts.rack_of.get(node, '')
        if rack in canary or rack not in seen:
            chosen.append(node)
        seen.add(rack)
    return tuple(chosen)
