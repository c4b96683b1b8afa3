"""Are the AS numbers possible, and those that run?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.asn import AS_MAX, CRD_AS_MAX, DEFAULT_AS
from netbox_calico.planning.model.plan import Finding

from .case import Case, error

_RESERVED = frozenset({0, 23456, 65535, AS_MAX})
"""RFC 7607, 6793 and 7300: never the AS of a speaker."""


def cluster_as(case: Case) -> Iterator[Finding]:
    """A plan never changes the AS of running nodes: that restarts every session at once."""
    cluster = case.snapshot.cluster
    default = case.observation.cluster.find('BGPConfiguration', 'default')
    stated = default.spec.get('asNumber') if default else None
    running = DEFAULT_AS if stated is None else int(stated)
    asn = running if cluster.asn is None else cluster.asn
    if not 0 < asn <= AS_MAX or asn in _RESERVED:
        yield error(
            'as-out-of-range',
            cluster.name,
            f'AS {asn} cannot be the AS of nodes: it is reserved or no AS number. Choose another.',
        )
    if cluster.asn is not None and running != cluster.asn:
        yield error(
            'cluster-as-differs',
            cluster.name,
            f'The nodes of {cluster.name} run in AS {running} (BGPConfiguration default), NetBox says {cluster.asn}. '
            'Changing it restarts every session at once, so no plan does: correct NetBox, or change the cluster first.',
        )


def node_as(case: Case) -> Iterator[Finding]:
    """One AS for all nodes: a node with one of its own does not fit the design."""
    wanted = {session.node: session.node_as for session in case.intent.sessions}
    for name, node in case.running.items():
        if name in wanted and node.asn is not None and node.asn != wanted[name]:
            yield error(
                'node-as-differs',
                name,
                f'Node {name} has AS {node.asn} of its own (annotation projectcalico.org/ASNumber), the others have '
                f'{wanted[name]}. The design needs one AS for all: take the annotation off.',
            )


def router_as(case: Case) -> Iterator[Finding]:
    """A router's AS must be known, fit into a BGPPeer, be the running one and not the nodes'."""
    used = {session.router: session.node_as for session in case.intent.sessions}
    for key, nodes in sorted(used.items()):
        router = case.routers[key]
        if router.asn is None:
            yield error(
                'router-without-as', router.name, f'{router.name} has no AS number in NetBox: choose its ASN there.'
            )
            continue
        if not 0 < router.asn <= AS_MAX or router.asn in _RESERVED:
            yield error(
                'as-out-of-range',
                router.name,
                f'AS {router.asn} cannot be the AS of {router.name}: it is reserved or no AS number. Choose another.',
            )
        elif router.asn > CRD_AS_MAX:
            yield error(
                'as-too-large',
                router.name,
                f'{router.name} is in AS {router.asn}, and a BGPPeer takes at most {CRD_AS_MAX}: show the nodes '
                'another AS (local-as), or renumber the router.',
            )
        if router.asn == nodes:
            yield error(
                'router-as-of-nodes',
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
        yield error(
            'router-without-bgp',
            router.name,
            f'No BGP runs on {router.name}: configure it towards the fabric first (AS {router.asn}).',
        )
    elif running != str(router.asn):
        yield error(
            'router-as-differs',
            router.name,
            f'{router.name} runs BGP in AS {running}, NetBox says {router.asn}: correct the one that is wrong.',
        )
