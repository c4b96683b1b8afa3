"""The guard on deletion: what goes away, and whether somebody should look twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.model.observation import IPAddress
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.naming import group_names

from .case import Case
from .code import error, finds

DELETION_GUARD = error(
    'deletion-guard',
    'More of the configured peerings would go than the guard allows.',
    'Look whether NetBox is complete; if it is meant so, raise the guard for this plan.',
    64,
)
REDUNDANCY_LOST = error(
    'redundancy-lost',
    'A node that has two routers would be left with one.',
    'Add the new router before the old one goes, or mark the old one as drained first.',
    64,
)

REDUNDANT = 2
"""A node that had so many routers in a family keeps so many."""


@finds(DELETION_GUARD)
def deletions(case: Case) -> Iterator[Finding]:
    """Too large a share of the peerings that are configured would go."""
    cluster = case.snapshot.cluster
    there = {(router, address) for address, routers in _configured(case).items() for router in routers}
    wanted = {(session.router, session.node_address) for session in case.intent.sessions}
    gone = there - wanted
    if there and len(gone) * 100 > cluster.deletion_share * len(there):
        yield DELETION_GUARD.at(
            cluster.name,
            f'{len(gone)} of {len(there)} peerings would be removed, more than {cluster.deletion_share} %: look '
            'whether NetBox is complete. If it is meant so, raise the deletion guard of the cluster for this plan.',
        )


@finds(REDUNDANCY_LOST)
def last_paths(case: Case) -> Iterator[Finding]:
    """A node that had two routers must not be left with one."""
    before = _configured(case)
    after: dict[IPAddress, set[int]] = defaultdict(set)
    nodes: dict[IPAddress, str] = {}
    for session in case.intent.sessions:
        after[session.node_address].add(session.router)
        nodes[session.node_address] = session.node
    poorer = {
        nodes[address] for address, routers in after.items() if len(before.get(address, ())) >= REDUNDANT > len(routers)
    }
    if poorer:
        yield REDUNDANCY_LOST.at(
            case.snapshot.cluster.name,
            f'{counted(len(poorer), "node")} would be left with one router: {listed(sorted(poorer))}. Add the new '
            'router before the old one goes; or, if one is to be all that there is, mark the old one as drained first.',
        )


def _configured(case: Case) -> dict[IPAddress, set[int]]:
    """Our neighbours by address, and the routers that have them; who takes a router out of service means it."""
    ours = group_names(case.snapshot.cluster.handle)
    found: dict[IPAddress, set[int]] = defaultdict(set)
    for router in case.observation.routers:
        known = case.routers.get(router.router)
        if known is not None and known.drained:
            continue
        for session in router.sessions:
            if session.group in ours:
                found[session.neighbor].add(router.router)
    return found
