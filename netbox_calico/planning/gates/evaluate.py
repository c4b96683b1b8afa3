"""Holds a gate against a look: met, or what it still waits for, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from netbox_calico.planning.designs.tor_default import TOR_DEFAULT
from netbox_calico.planning.model.plan import Gate, GateKind, Plan

from .at_nodes import default_at_nodes, hosts_default_at_nodes, mesh_at_nodes, routes_at_nodes
from .at_routers import routes_at_routers, undisturbed
from .facts import Facts
from .look import GateState, Look, gate_routers, looked_at, looked_at_reflected, telling_routes
from .reflected import reflected_at_nodes
from .sections import gone, precheck, sections
from .told import told_by_reflectors

_NAMED = 300
"""How many names a state carries: enough to see where the trouble lies."""


def evaluate(gate: Gate, plan: Plan, look: Look) -> GateState:
    """The state of a gate in this look. Nodes that are not Ready are passed over: a finding has named them."""
    waiting = tuple(islice(_waiting(gate, plan, look), _NAMED))
    return GateState(not waiting, waiting)


def _waiting(gate: Gate, plan: Plan, look: Look) -> Iterable[str]:
    match gate.kind:
        case GateKind.PRECHECK:
            return precheck(plan, look)
        case GateKind.ROUTERS:
            return sections(gate, plan, look)
        case GateKind.GONE:
            return gone(gate, plan, look)
        case GateKind.ROUTES | GateKind.DEFAULT:
            return _routes(gate, plan, look)
        case GateKind.MESH:
            facts = Facts.behind(gate, plan, look.cluster)
            return mesh_at_nodes(facts, looked_at(gate, facts), look)
        case GateKind.REFLECTED:
            facts = Facts.behind(gate, plan, look.cluster)
            return _reflected(gate, facts, look)
        case _:
            return ()


def _reflected(gate: Gate, facts: Facts, look: Look) -> Iterator[str]:
    if gate.routers:
        yield from undisturbed(gate.routers, look)
        yield from routes_at_routers(facts, facts.ready, gate.routers, look)
    if gate.told:
        yield from undisturbed(gate.told, look)
        yield from told_by_reflectors(facts, gate.told, look)
    yield from reflected_at_nodes(gate, facts, looked_at_reflected(gate, facts), look)


def _routes(gate: Gate, plan: Plan, look: Look) -> Iterator[str]:
    facts = Facts.behind(gate, plan, look.cluster)
    concerned = tuple(node for node in facts.members(gate.racks) if node in facts.sessions)
    if gate.idle:
        # Who has no routers yet has nothing to lose.
        concerned = tuple(node for node in concerned if node in facts.labelled)
    for node in concerned:
        if node not in facts.labelled:
            yield f'node {node}: does not bear the label {plan.rack_label}={facts.rack_of[node]} yet'
    routers = gate_routers(gate, facts)
    if not gate.racks:
        yield from undisturbed(routers, look)
    yield from routes_at_routers(facts, concerned, routers, look)
    nodes = telling_routes(gate, facts)
    if gate.kind is GateKind.DEFAULT:
        yield from default_at_nodes(facts, nodes, look)
    else:
        yield from routes_at_nodes(facts, nodes, frozenset(gate.left), look)
        if plan.design == TOR_DEFAULT.key:
            yield from hosts_default_at_nodes(facts, nodes, look)
