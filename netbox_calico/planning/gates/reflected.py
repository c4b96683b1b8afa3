"""Reflected routes as the nodes have them: sessions as Calico makes them of what is there, and by them every block.

Where routers outside the cluster reflect, every one of them has to bring every block: one may fail.

While a pair of nodes has the mesh as well, its route may be in use and the reflected one known beside it: both lead to
the same next hop, the other node. A route whose next hop lies in another subnet leads by the way that the node takes
there, as in the mesh.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from netbox_calico.planning.between import NodeSession, node_sessions
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import Session
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.observation import IPAddress, NodeRoute, NodeStatus
from netbox_calico.planning.model.plan import Gate

from .at_nodes import ROUTER, UNREACHABLE, by_destination, seen
from .facts import Facts
from .look import Look, tells_reflected
from .words import named

PEERS = frozenset({'NodePeer', 'GlobalPeer'})
"""Kinds of sessions that BGPPeers make."""


def reflected_at_nodes(gate: Gate, facts: Facts, nodes: Sequence[str], look: Look) -> Iterator[str]:
    """What these nodes lack; of those that do not tell their routes the sessions have to do."""
    try:
        sessions = node_sessions(look.cluster, nodes)
    except InvalidInput as exc:
        yield f'the cluster: {exc}'
        return
    alive, tells_routes = frozenset(facts.ready), tells_reflected(gate, facts)
    everybody = frozenset(end.ip for ends in facts.interfaces.values() for end in ends.values())
    for node, status in seen(nodes, look):
        if isinstance(status, str):
            yield status
            continue
        own = [session for session in sessions.get(node, ()) if session.other in alive]
        outside = [session for session in facts.sessions.get(node, ()) if session.router in gate.routers]
        yield from _not_established(node, own, outside, status)
        if tells_routes:
            routes = by_destination(status.routes)
            counted = _outside(outside) if gate.routers else [_counted(gate, facts, node, everybody)]
            for other in facts.ready:
                if other != node:
                    yield from _pair(facts, node, other, routes, counted)


def _not_established(
    node: str, sessions: Iterable[NodeSession], outside: Iterable[Session], status: NodeStatus
) -> Iterator[str]:
    up = {peer.peer for peer in status.peers if peer.kind in PEERS and peer.established}
    for session in sessions:
        if session.address not in up:
            yield (
                f'node {node}: IPv{session.family} session with node {session.other} ({session.address}) is not '
                'Established'
            )
    for reflector in outside:
        if reflector.router_address not in up:
            yield (
                f'node {node}: IPv{reflector.family} session with reflector {reflector.router_address} is not '
                'Established'
            )


def _outside(sessions: Iterable[Session]) -> list[frozenset[IPAddress]]:
    """The addresses of each reflector outside."""
    ends: dict[int, set[IPAddress]] = defaultdict(set)
    for session in sessions:
        ends[session.router].add(session.router_address)
    return [frozenset(found) for found in ends.values()]


def _counted(gate: Gate, facts: Facts, node: str, everybody: frozenset[IPAddress]) -> frozenset[IPAddress]:
    """The addresses of the nodes whose routes count on a node. A reflector hears clients themselves.

    What it has by routers, of which a plan may take the nodes away, does not count.
    """
    if not gate.reflectors or node in facts.outside:
        return everybody
    return frozenset(end.ip for name in gate.reflectors for end in facts.interfaces.get(name, {}).values())


def _pair(
    facts: Facts,
    node: str,
    other: str,
    routes: Mapping[Network, list[NodeRoute]],
    counted: Sequence[frozenset[IPAddress]],
) -> Iterator[str]:
    """``counted`` are those by whom routes are known, one of each."""
    alone = not facts.mesh or not facts.outside.isdisjoint((node, other))
    missing: dict[str, list[Network]] = defaultdict(list)
    for family, end in facts.interfaces[other].items():
        here = facts.interfaces[node].get(family)
        for block in facts.blocks_of(other, family) if here else ():
            direct = end.ip if here and end.ip in here.network else None
            known = [route.peer for route in routes[block] if route.source == ROUTER and _leads(route, direct)]
            if not all(any(peer in peers for peer in known) for peers in counted):
                missing['no route by reflectors'].append(block)
            elif alone and not any(route.fib for route in routes[block] if _leads(route, direct)):
                missing['no route in use by reflectors'].append(block)
    for what, blocks in missing.items():
        yield f'node {node}: {what} to {named(blocks)} of node {other}'


def _leads(route: NodeRoute, direct: IPAddress | None) -> bool:
    """Whether a route is resolved, and goes straight to the other node where the two share a subnet."""
    return route.interface != UNREACHABLE and (direct is None or route.gateway == direct)
