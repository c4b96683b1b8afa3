"""Can the routers be told apart, by their IDs and by their AS numbers?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds, warning

ROUTER_ID_SHARED = error(
    'router-id-shared',
    'Two speakers have one BGP router ID: whoever hears both takes the routes of one for its own.',
    'Give each router an ID of its own, which is no address of a node.',
    54,
)
ROUTER_ID_UNREADABLE = warning(
    'router-id-unreadable',
    'A router says something for its BGP router ID that is no IPv4 address: no other can be compared with it.',
    'Correct it on the router.',
    54,
)
ROUTER_AS_REUSED = warning(
    'router-as-reused',
    'Routers of several racks are in one AS: over eBGP each drops what the other says, as a loop.',
    'Give racks AS numbers of their own, or let the fabric override the AS, or the routers allow their own.',
    17,
)


@finds(ROUTER_ID_SHARED, ROUTER_ID_UNREADABLE)
def router_ids(case: Case) -> Iterator[Finding]:
    """Routers that serve, and the nodes, whose ID is their IPv4 address."""
    holders: dict[str, list[str]] = defaultdict(list)
    for router in case.concerned:
        seen = case.observed_routers.get(router.id)
        identity = seen.settings.get('router_id') if seen is not None and not seen.error else None
        if identity and _is_router_id(identity):
            holders[identity].append(router.name)
        elif identity:
            yield ROUTER_ID_UNREADABLE.at(
                router.name,
                f'{router.name} has {identity!r} for its BGP router ID, which is no IPv4 address: the proof takes the '
                'highest of its addresses instead, and nobody sees whether another speaker has the same. Correct it '
                'there.',
            )
    nodes = {
        str(end.ip): node.name
        for node in case.observation.cluster.nodes
        for end in node.addresses
        if holders and end.version == 4
    }
    for identity, names in sorted(holders.items()):
        if identity in nodes:
            names.append(f'node {nodes[identity]}')
        if len(names) > 1:
            yield ROUTER_ID_SHARED.at(
                identity,
                f'{" and ".join(names)} have the BGP router ID {identity}: whoever hears both takes the routes of one '
                'for its own. Give each router an ID of its own (both of an MLAG pair too).',
            )


@finds(ROUTER_AS_REUSED)
def reused_numbers(case: Case) -> Iterator[Finding]:
    """Routers of different racks in one AS."""
    racks: dict[int, set[str]] = defaultdict(set)
    routers: dict[int, set[str]] = defaultdict(set)
    for session in case.intent.sessions:
        asn = case.routers[session.router].asn
        if asn is not None:
            racks[asn].add(session.rack)
            routers[asn].add(case.routers[session.router].name)
    for asn, found in sorted(racks.items()):
        if len(found) > 1 and len(routers[asn]) > 1:
            yield ROUTER_AS_REUSED.at(
                f'AS {asn}',
                f'{listed(sorted(routers[asn]), 4)} of {len(found)} racks are all in AS {asn}: over eBGP each drops '
                'what the other says as a loop, and no route crosses racks. Give racks AS numbers of their own, unless '
                'the fabric overrides the AS, the routers allow their own, or they speak iBGP with one another.',
            )


def _is_router_id(text: str) -> bool:
    try:
        return bool(IPv4Address(text))
    except ValueError:
        return False
