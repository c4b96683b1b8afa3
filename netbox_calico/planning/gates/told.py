"""Routes as routers have them that hear of their racks by reflectors: every block of the rack, from each of these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from ipaddress import ip_network

from netbox_calico.planning.model.intent import Session
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.observation import IPAddress

from .at_routers import not_established
from .facts import Facts
from .look import Look
from .words import named


def told_by_reflectors(facts: Facts, routers: Iterable[int], look: Look) -> Iterator[str]:
    """What these routers lack: sessions with the reflectors that are there, and by each the blocks of their racks."""
    seen = {router.router: router for router in look.routers}
    sessions: dict[int, list[Session]] = defaultdict(list)
    alive = facts.outside.intersection(facts.ready)
    for session in facts.plan.sessions:
        if session.node in alive:
            sessions[session.router].append(session)
    nodes = _by_network(facts)
    for key in routers:
        router = seen.get(key)
        if router is None or router.error:
            yield f'{router.name if router else f"router {key}"}: cannot be read{f": {router.error}" if router else ""}'
            continue
        yield from not_established(router, sessions[key])
        table = look.tables.get(key)
        if table is None:
            yield f'{router.name}: its BGP tables cannot be read'
            continue
        told: dict[IPAddress, set[Network]] = defaultdict(set)
        for route in table:
            if route.neighbor is not None:
                told[route.neighbor].add(route.prefix)
        used = {route.prefix for route in table if route.used}
        for session in sessions[key]:
            for network in _serving(session, nodes):
                for node in nodes[network]:
                    blocks = facts.blocks_of(node, session.family)
                    missing = [
                        block for block in blocks if block not in told[session.node_address] or block not in used
                    ]
                    if missing:
                        yield (
                            f'{router.name}: reflector {session.node} does not tell it of IPv{session.family} '
                            f'{named(missing)} of node {node}'
                        )


def _by_network(facts: Facts) -> Mapping[Network, list[str]]:
    found: dict[Network, list[str]] = defaultdict(list)
    for node in facts.ready:
        for end in facts.interfaces[node].values():
            found[end.network].append(node)
    return found


def _serving(session: Session, networks: Collection[Network]) -> Iterator[Network]:
    """Those of the networks that the router's end of the session lies in."""
    for length in {network.prefixlen for network in networks}:
        if length <= session.router_address.max_prefixlen:
            found = ip_network((session.router_address, length), strict=False)
            if found in networks:
                yield found
