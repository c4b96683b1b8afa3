"""Routes as the nodes have them: to every other node's block, used, resolved, and by the gateway that the move wants.

While a pair of nodes still has the mesh, BIRD uses the mesh's route because of its higher local preference; the
router's route must be known beside it, so that it takes over when the mesh goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from netbox_calico.planning.designs.announced import DEFAULT_ROUTES
from netbox_calico.planning.model.intent import Session
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.observation import IPAddress, NodeRoute, NodeStatus

from .facts import Facts
from .look import Look
from .words import named

MESH = 'NodeMesh'
ROUTER = 'BGPPeer'
KERNEL = 'Kernel'
UNREACHABLE = 'unreachable'


def routes_at_nodes(facts: Facts, nodes: Sequence[str], left: frozenset[str], look: Look) -> Iterator[str]:
    """What these nodes lack; ``left`` are the racks whose traffic must go by the routers."""
    moved = facts.moved()
    for node, status in seen(nodes, look):
        if isinstance(status, str):
            yield status
            continue
        if node not in facts.labelled:
            continue
        routes = by_destination(status.routes)
        mesh = _mesh_peers(status)
        for other in moved:
            if other != node:
                by_router = _by_router(facts, node, other, left)
                for family in sorted(facts.families(node) & facts.families(other)):
                    end = facts.interfaces[other].get(family)
                    if by_router and end is not None and end.ip in mesh:
                        yield f'node {node}: IPv{family} mesh session with node {other} is still Established'
                    yield from _pair(facts, node, other, family, by_router, routes)


def default_at_nodes(facts: Facts, nodes: Sequence[str], look: Look) -> Iterator[str]:
    """What these nodes lack where a default route from their routers is all that they are sent."""
    for node, status in seen(nodes, look):
        if isinstance(status, str):
            yield status
        elif node in facts.labelled:
            for family in sorted(facts.families(node)):
                found = [route for route in status.routes if route.destination == DEFAULT_ROUTES[family]]
                yield from _default(facts, node, family, found)


def _default(facts: Facts, node: str, family: int, found: Sequence[NodeRoute]) -> Iterator[str]:
    routers = _ends(facts, node, family)
    sending = {route.peer for route in found if route.source == ROUTER}
    for session in facts.sessions[node]:
        if session.family == family and sending.isdisjoint(_addresses(session)):
            yield f'node {node}: no IPv{family} default route from {session.router_address}'
    if not any(
        _usable(route)
        and route.source == ROUTER
        and route.peer in routers
        and (route.gateway in routers or _is_link_local(route))
        for route in found
    ):
        yield f'node {node}: no IPv{family} default route in use by its routers'
    for route in found:
        if _usable(route) and route.source == ROUTER and route.peer not in routers and not _passes(facts, route):
            yield f'node {node}: the IPv{family} default route of {route.peer}, which should not be, is in use'
    yield from _of_the_host(facts, node, family, found)


def hosts_default_at_nodes(facts: Facts, nodes: Sequence[str], look: Look) -> Iterator[str]:
    """The same before routers send these nodes a default route: which hosts have one that would win over it."""
    for node, status in seen(nodes, look):
        if not isinstance(status, str):
            for family in sorted(facts.families(node)):
                found = [route for route in status.routes if route.destination == DEFAULT_ROUTES[family]]
                yield from _of_the_host(facts, node, family, found)


def _of_the_host(facts: Facts, node: str, family: int, found: Iterable[NodeRoute]) -> Iterator[str]:
    end = facts.interfaces[node].get(family)
    for route in found:
        if (
            end is not None
            and route.source == KERNEL
            and route.gateway not in end.network
            and not _is_link_local(route)
        ):
            yield (
                f'node {node}: the IPv{family} default route of the host leads to {route.gateway} ({route.interface}), '
                'not into its rack, and wins over that of its routers'
            )


def mesh_at_nodes(facts: Facts, nodes: Sequence[str], look: Look) -> Iterator[str]:
    """What these nodes lack to live by the mesh; nodes that Calico keeps out of it are passed over.

    Of a node that does not tell its routes the sessions with all other nodes have to do.
    """
    if not facts.mesh:
        yield 'BGPConfiguration default: the mesh is off'
    for node, status in seen(nodes, look):
        if isinstance(status, str):
            yield status
            continue
        if node in facts.outside:
            continue
        routes = by_destination(status.routes)
        up = _mesh_peers(status)
        tells_routes = facts.tells_routes(node)
        for other in facts.ready:
            if other == node or other in facts.outside:
                continue
            for family in sorted(facts.interfaces[node].keys() & facts.interfaces[other].keys()):
                address = facts.interfaces[other][family].ip
                if address not in up:
                    yield f'node {node}: IPv{family} mesh session with node {other} ({address}) is not Established'
                if not tells_routes:
                    continue
                missing = [
                    block
                    for block in facts.blocks_of(other, family)
                    if not any(_usable(route) and route.source == MESH for route in routes[block])
                ]
                if missing:
                    yield f'node {node}: no route by the mesh to IPv{family} {named(missing)} of node {other}'


def seen(nodes: Iterable[str], look: Look) -> Iterator[tuple[str, NodeStatus | str]]:
    """The look at each node, or why there is none."""
    statuses = {status.node: status for status in look.nodes}
    for node in nodes:
        status = statuses.get(node)
        if status is None or status.error:
            yield node, f'node {node}: no fresh status{f": {status.error}" if status else ""}'
        else:
            yield node, status


def _mesh_peers(status: NodeStatus) -> frozenset[IPAddress]:
    return frozenset(peer.peer for peer in status.peers if peer.kind == MESH and peer.established)


def by_destination(routes: Iterable[NodeRoute]) -> Mapping[Network, list[NodeRoute]]:
    found: dict[Network, list[NodeRoute]] = defaultdict(list)
    for route in routes:
        found[route.destination].append(route)
    return found


def _usable(route: NodeRoute) -> bool:
    return route.fib and route.interface != UNREACHABLE


def _passes(facts: Facts, route: NodeRoute) -> bool:
    return route.source == ROUTER and str(route.peer) in facts.passing


def _is_link_local(route: NodeRoute) -> bool:
    """IPv6 routers on the node's link announce their link-local address beside the global one, and BIRD prefers it
    (RFC 2545 section 3); it tells of whom only by the session it came over.
    """
    return route.gateway is not None and route.gateway.version == 6 and route.gateway.is_link_local


def _by_router(facts: Facts, node: str, other: str, left: frozenset[str]) -> bool:
    """Whether the two have neither mesh nor reflectors between them any more, by what was asked for or by what is."""
    if not left.isdisjoint((facts.rack_of[node], facts.rack_of[other])):
        return True
    return not facts.outside.isdisjoint((node, other)) if facts.mesh else not facts.reflected


def _pair(
    facts: Facts, node: str, other: str, family: int, by_router: bool, routes: Mapping[Network, list[NodeRoute]]
) -> Iterator[str]:
    routers = _ends(facts, node, family)
    unknown: list[Network] = []
    unused: list[Network] = []
    astray: list[Network] = []
    gateways = _gateways(facts, node, other, family)
    for block in facts.blocks_of(other, family):
        found = routes[block]
        if not any(route.source == ROUTER and route.peer in routers for route in found):
            unknown.append(block)
        elif by_router:
            good = [
                route
                for route in found
                if _usable(route)
                and route.source == ROUTER
                and (route.gateway in gateways or (route.peer in routers and _is_link_local(route)))
            ]
            if not good:
                unused.append(block)
            elif any(route.fib and route not in good and not _passes(facts, route) for route in found):
                astray.append(block)
    for blocks, what in (
        (unknown, 'no route from its routers'),
        (unused, 'no route in use by its routers'),
        (astray, 'a route in use by another gateway than its routers'),
    ):
        if blocks:
            yield f'node {node}: {what} to IPv{family} {named(blocks)} of node {other}'


def _ends(facts: Facts, node: str, family: int) -> frozenset[IPAddress]:
    return frozenset(end for session in facts.sessions[node] if session.family == family for end in _addresses(session))


def _addresses(session: Session) -> Iterator[IPAddress]:
    """What the node may have the router as a peer by: while it moves to a shared address or from one, by both."""
    yield session.router_address
    yield from (end for end in (session.gateway, session.former) if end is not None)


def _gateways(facts: Facts, node: str, other: str, family: int) -> frozenset[IPAddress]:
    """The routers, and the other node itself in a shared prefix: routers leave the next hop alone there."""
    routers = {
        session.gateway or session.router_address for session in facts.sessions[node] if session.family == family
    }
    here, there = facts.interfaces[node].get(family), facts.interfaces[other].get(family)
    direct = {there.ip} if here and there and there.ip in here.network else set[IPAddress]()
    return frozenset({*routers, *direct})
