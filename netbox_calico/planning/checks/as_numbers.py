"""Are the AS numbers possible, and those that run?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netbox_calico.planning.asn import AS_MAX, CRD_AS_MAX, Kind, kind_of_asn
from netbox_calico.planning.counted import listed
from netbox_calico.planning.designs.tor_full_tables import cluster_as as cluster_as_of
from netbox_calico.planning.designs.tor_full_tables import running_as
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds, note, warning

CLUSTER_AS_DIFFERS = error(
    'cluster-as-differs',
    'The nodes run in another AS than NetBox says; changing it restarts every session at once.',
    'Correct NetBox, or change the cluster first.',
    5,
)
NODE_AS_DIFFERS = error(
    'node-as-differs',
    'A node has an AS of its own where the design gives it another.',
    'Take the annotation off the node, or choose a design with an AS a node.',
    5,
    17,
)
ROUTER_WITHOUT_AS = error(
    'router-without-as', 'A router that shall serve nodes has no AS number in NetBox.', 'Choose its ASN there.'
)
AS_OUT_OF_RANGE = error('as-out-of-range', 'An AS number that is reserved or none.', 'Choose another.')
AS_NOT_PRIVATE = warning(
    'as-not-private',
    'The AS of the nodes is not set aside for private use: it may be somebody else on the Internet.',
    'Choose one of 64512 to 65534, unless it is your own.',
)
NODE_AS_NOT_PRIVATE = warning(
    'node-as-not-private',
    'AS numbers of nodes are not set aside for private use: they may be somebody else on the Internet.',
    'Take a range in 64512 to 65534, or keep the others from leaving your network.',
)
AS_OF_TWO_CLUSTERS = note(
    'as-of-two-clusters',
    'Another cluster on the same routers has its nodes in the same AS.',
    'Nothing: nodes hear of their own cluster alone. Filters by AS path cannot tell the two apart.',
    17,
    62,
)
AS_TOO_LARGE = error(
    'as-too-large',
    'A BGPPeer cannot hold the AS number of a router: its field ends at 2147483647.',
    'Choose shared router addresses, where routers show the nodes another AS, or renumber the router.',
    6,
)
ROUTER_AS_OF_NODES = error(
    'router-as-of-nodes',
    'A router and its nodes are in one AS where the design needs eBGP.',
    'Choose another AS, or another design.',
    16,
    17,
)
ROUTER_WITHOUT_BGP = error(
    'router-without-bgp', 'No BGP runs on a router that shall serve nodes.', 'Configure it towards the fabric first.'
)
ROUTER_AS_DIFFERS = error(
    'router-as-differs', 'A router runs BGP in another AS than NetBox says.', 'Correct the one that is wrong.'
)

_RESERVED = frozenset({0, 23456, 65535, AS_MAX})
"""RFC 7607, 6793 and 7300: never the AS of a speaker."""


@finds(AS_OUT_OF_RANGE, AS_NOT_PRIVATE, CLUSTER_AS_DIFFERS)
def cluster_as(case: Case) -> Iterator[Finding]:
    """A plan never changes the AS of running nodes: that restarts every session at once."""
    cluster = case.snapshot.cluster
    try:
        running = running_as(case.observation)
    except InvalidInput:
        # That the resource cannot be read is said where all of them are.
        return
    asn = running if cluster.asn is None else cluster.asn
    if not 0 < asn <= AS_MAX or asn in _RESERVED:
        yield AS_OUT_OF_RANGE.at(
            cluster.name,
            f'AS {asn} cannot be the AS of nodes: it is reserved or no AS number. Choose another.',
        )
    elif kind_of_asn(asn) is not Kind.PRIVATE:
        yield AS_NOT_PRIVATE.at(
            cluster.name,
            f'AS {asn} of the nodes is {kind_of_asn(asn)}, not private: routes with it in their path may be taken for '
            "somebody else's, or filtered. Choose one of 64512 to 65534, unless it is your own.",
        )
    if cluster.asn is not None and running != cluster.asn:
        yield CLUSTER_AS_DIFFERS.at(
            cluster.name,
            f'The nodes of {cluster.name} run in AS {running} (BGPConfiguration default), NetBox says {cluster.asn}. '
            'Changing it restarts every session at once, so no plan does: correct NetBox, or change the cluster first.',
        )


@finds(NODE_AS_NOT_PRIVATE)
def numbers_of_nodes(case: Case) -> Iterator[Finding]:
    """Those that nodes have in sessions with routers, where it is not that of all."""
    common = cluster_as_of(case.snapshot.cluster, case.observation)
    shown = {session.node_as for session in case.intent.sessions} - {common}
    found = sorted(asn for asn in shown if kind_of_asn(asn) in (Kind.PUBLIC, Kind.DOCUMENTATION))
    if found:
        yield NODE_AS_NOT_PRIVATE.at(
            case.snapshot.cluster.name,
            f'Nodes would peer as AS {listed(found, 4)}, which are not private: routes with them in their path may be '
            "taken for somebody else's, or filtered. Take a range in 64512 to 65534, or let your borders remove them.",
        )


@finds(AS_OF_TWO_CLUSTERS)
def other_clusters(case: Case) -> Iterator[Finding]:
    """No loop comes of it: what a router sends to nodes are prefixes of their own cluster alone."""
    shown = {(session.router, session.node_as) for session in case.intent.sessions}
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for use in case.snapshot.foreign:
        if use.asn is not None and (use.router, use.asn) in shown:
            found[use.cluster, use.asn].append(case.routers[use.router].name)
    for (cluster, asn), routers in sorted(found.items()):
        yield AS_OF_TWO_CLUSTERS.at(
            cluster,
            f'The nodes of {cluster} on {listed(sorted(set(routers)), 4)} are in AS {asn} too. Nothing is dropped as a '
            'loop by that, since routers tell nodes of their own cluster alone; but filters by AS path cannot tell '
            'the two apart. Give one of them another AS if you have such.',
        )


@finds(NODE_AS_DIFFERS)
def node_as(case: Case) -> Iterator[Finding]:
    """One AS for all nodes: a node with one of its own does not fit the design.

    Where sessions with routers have an AS to themselves, the mesh needs one AS all the same.
    """
    apart = any('localASNumber' in wanted.spec for wanted in case.intent.resources)
    running = cluster_as_of(case.snapshot.cluster, case.observation)
    wanted = {session.node: running if apart else session.node_as for session in case.intent.sessions}
    for name, node in case.running.items():
        if name in wanted and node.asn is not None and node.asn != wanted[name]:
            yield NODE_AS_DIFFERS.at(
                name,
                f'Node {name} has AS {node.asn} of its own (annotation projectcalico.org/ASNumber), the others have '
                f'{wanted[name]}. The design needs one AS for all: take the annotation off.',
            )


@finds(ROUTER_WITHOUT_AS, AS_OUT_OF_RANGE, AS_TOO_LARGE, ROUTER_AS_OF_NODES, ROUTER_WITHOUT_BGP, ROUTER_AS_DIFFERS)
def router_as(case: Case) -> Iterator[Finding]:
    """A router's AS must be known, fit into a BGPPeer, be the running one and not the nodes'."""
    used = {session.router: session.node_as for session in case.intent.sessions}
    shown = {session.router: session.router_as for session in case.intent.sessions}
    reflecting = {
        section.router
        for section in case.intent.sections
        if all(group.route_reflector_client for group in section.groups)
    }
    for key, nodes in sorted(used.items()):
        router = case.routers[key]
        if router.asn is None:
            yield ROUTER_WITHOUT_AS.at(router.name, f'{router.name} has no AS number in NetBox: choose its ASN there.')
            continue
        if not 0 < router.asn <= AS_MAX or router.asn in _RESERVED:
            yield AS_OUT_OF_RANGE.at(
                router.name,
                f'AS {router.asn} cannot be the AS of {router.name}: it is reserved or no AS number. Choose another.',
            )
        elif shown[key] == router.asn > CRD_AS_MAX:
            yield AS_TOO_LARGE.at(
                router.name,
                f'{router.name} is in AS {router.asn}, and a BGPPeer takes at most {CRD_AS_MAX}: choose shared router '
                'addresses on the cluster, where routers show the nodes another AS, or renumber the router.',
            )
        if router.asn == nodes and key not in reflecting:
            yield ROUTER_AS_OF_NODES.at(
                router.name,
                f'{router.name} and its nodes are both in AS {nodes}: sessions would be iBGP, and as-override works on '
                'eBGP only. Choose another AS, or another design.',
            )
        yield from _running(case, key)


def _running(case: Case, key: int) -> Iterator[Finding]:
    router, seen = case.routers[key], case.observed_routers.get(key)
    if seen is None or seen.error:
        return
    running = seen.settings.get('asn', '')
    if not running:
        yield ROUTER_WITHOUT_BGP.at(
            router.name,
            f'No BGP runs on {router.name}: configure it towards the fabric first (AS {router.asn}).',
        )
    elif running != str(router.asn):
        yield ROUTER_AS_DIFFERS.at(
            router.name,
            f'{router.name} runs BGP in AS {running}, NetBox says {router.asn}: correct the one that is wrong.',
        )
