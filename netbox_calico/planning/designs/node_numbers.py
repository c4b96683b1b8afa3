"""AS numbers for nodes, one each: those that they have, then the lowest that are free.

A number given once stays with its node: NetBox keeps it, and until it does the BGPPeers that run with it do. None is
given that something else in NetBox has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from netbox_calico.planning.asn import CRD_AS_MAX, Kind, fits_crd, kind_of_asn, parse_asn
from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.model.inventory import Cluster, Snapshot
from netbox_calico.planning.model.observation import ClusterObservation
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.naming import OWNER_LABEL, natural


def node_numbers(
    snapshot: Snapshot, observed: ClusterObservation, nodes: Iterable[str]
) -> tuple[Mapping[str, int], tuple[Finding, ...]]:
    """The AS number by node, 0 where there is none, and what is wrong with them."""
    ordered = sorted(nodes, key=natural)
    stated = {node.name: node.asn for node in snapshot.nodes if node.asn is not None}
    foreign = {router.asn for router in snapshot.routers if router.asn is not None}
    given = _given(snapshot, observed, ordered, stated, foreign)
    numbers = {name: stated.get(name, given.get(name, 0)) for name in ordered}
    elsewhere = snapshot.numbers_elsewhere - foreign
    return numbers, (*_without(snapshot.cluster, numbers), *_wrong(numbers, foreign), *_had(numbers, elsewhere))


def _given(
    snapshot: Snapshot,
    observed: ClusterObservation,
    nodes: Iterable[str],
    stated: Mapping[str, int],
    foreign: Collection[int],
) -> Mapping[str, int]:
    cluster = snapshot.cluster
    if cluster.asn_range is None:
        return {}
    first, last = cluster.asn_range
    taken = {*stated.values(), *foreign}
    given: dict[str, int] = {}
    running = _running(cluster, observed)
    for name in nodes:
        asn = running.get(name, 0)
        if name not in stated and first <= asn <= last and asn not in taken:
            given[name] = asn
            taken.add(asn)
    taken |= snapshot.numbers_elsewhere
    free = (asn for asn in range(first, last + 1) if asn not in taken and kind_of_asn(asn) is not Kind.RESERVED)
    for name in nodes:
        if name not in stated and name not in given:
            asn = next(free, 0)
            if not asn:
                break
            given[name] = asn
    return given


def _running(cluster: Cluster, observed: ClusterObservation) -> Mapping[str, int]:
    """The numbers in our BGPPeers of single nodes."""
    return {
        str(peer.spec['node']): parse_asn(peer.spec['localASNumber'])
        for peer in observed.of_kind('BGPPeer')
        if peer.labels.get(OWNER_LABEL) == cluster.handle and peer.spec.get('node') and peer.spec.get('localASNumber')
    }


def _without(cluster: Cluster, numbers: Mapping[str, int]) -> Iterator[Finding]:
    without = [name for name, asn in numbers.items() if not asn]
    if not without:
        return
    if cluster.asn_range is None:
        yield Finding(
            Severity.ERROR,
            'node-without-as',
            cluster.name,
            f'{counted(len(without), "node")} have no AS number, and the cluster has no range to give them one from: '
            f'{listed(without)}. Choose an ASN range on the cluster, or an AS on each node.',
        )
        return
    first, last = cluster.asn_range
    yield Finding(
        Severity.ERROR,
        'as-range-exhausted',
        cluster.name,
        f'The range {first} to {last} has no AS number left for {counted(len(without), "node")}: {listed(without)}. '
        'Choose a larger one; numbers that were given stay as they are.',
    )


def _wrong(numbers: Mapping[str, int], foreign: Collection[int]) -> Iterator[Finding]:
    holders: dict[int, list[str]] = defaultdict(list)
    for name, asn in numbers.items():
        if asn:
            holders[asn].append(name)
    for asn, names in sorted(holders.items()):
        if len(names) > 1:
            yield Finding(
                Severity.ERROR,
                'node-as-shared',
                str(asn),
                f'{listed(names)} have one AS, {asn}: each would drop the routes of the others as loops. Give every '
                'node one of its own.',
            )
        if asn in foreign:
            yield Finding(
                Severity.ERROR,
                'node-as-of-router',
                names[0],
                f'{listed(names)} and a router are both in AS {asn}: routes through that router would be dropped as '
                'loops. Give the node another.',
            )
        if not fits_crd(asn) or kind_of_asn(asn) is Kind.RESERVED:
            yield Finding(
                Severity.ERROR,
                'node-as-impossible',
                names[0],
                f'{listed(names)} cannot have AS {asn}: it is reserved, or above {CRD_AS_MAX}, which is the most that '
                'a BGPPeer takes. Choose another on the node, or another range.',
            )


def _had(numbers: Mapping[str, int], elsewhere: Collection[int]) -> Iterator[Finding]:
    found = {name: asn for name, asn in numbers.items() if asn in elsewhere}
    if found:
        yield Finding(
            Severity.WARNING,
            'node-as-elsewhere',
            next(iter(found)),
            f'{listed(f"node {name} has AS {asn}" for name, asn in found.items())}, and so has something else in '
            'NetBox: a provider, a router, or another cluster or its node. Where their routes meet they are dropped '
            'as loops: choose another on the node, or take it off there.',
        )
