"""What single designs cannot be built on."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_interface

from netbox_calico.planning.model.inventory import Address, Router, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.options import Options, Scheme
from tests.planning.checks.troubled import (
    Sides,
    Trouble,
    both,
    cluster,
    every_router,
    knobs,
    node,
    observed,
    router,
    sound,
    wished,
)
from tests.planning.world import observation, snapshot

from .example import Example, deployed

PER_RACK = {'design': 'tor-as-per-rack'}

PER_NODE = {'design': 'tor-as-per-node', 'asn_range': (64601, 64999)}

SHARED = {'options': Options(scheme=Scheme.SHARED_ADDRESS)}


def addressed(name: str, *texts: str) -> Trouble:
    """The IPv4 addresses of a router towards its rack, those outside 10.0.0.0/8 shared."""

    def changed(router: Router) -> Router:
        addresses = tuple(
            Address('vlan10', ip_interface(t), role='' if t.startswith('10.') else 'anycast') for t in texts
        )
        six = tuple(address for address in router.addresses if address.value.version == 6)
        return replace(router, addresses=(*addresses, *six)) if router.name == name else router

    return every_router(changed)


def in_both_racks(wish: Snapshot, seen: Observation) -> Sides:
    """The routers of rack 1 serve rack 2 too."""
    first, second = (tuple(router for router in wish.routers if f'-{rack}-' in router.name) for rack in (1, 2))
    both_ends = tuple(
        replace(
            router,
            rack=None,
            tied_racks=(101, 102),
            addresses=(*router.addresses, *(a for a in other.addresses if a.role != 'anycast')),
        )
        for router, other in zip(first, second, strict=True)
    )
    return replace(wish, routers=both_ends), replace(seen, routers=seen.routers[:2])


def crowded(racks: int, nodes: int) -> Trouble:
    """So many nodes a rack, each with two routers, in IPv4 and IPv6."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        wish = replace(snapshot(racks, nodes), cluster=replace(wish.cluster, asn_range=(100000, 109999)))
        return wish, observation(wish)

    return trouble


EXAMPLES = {
    'rack-of-several-as': Example(
        router('tor-1-2', asn=65099),
        both(router('tor-1-1', asn=65099), router('tor-1-2', asn=65099)),
        cluster=PER_RACK,
    ),
    'as-of-several-racks': Example(
        both(router('tor-2-1', asn=65010), router('tor-2-2', asn=65010)),
        both(router('tor-2-1', asn=65011), router('tor-2-2', asn=65011)),
        cluster=PER_RACK,
    ),
    'local-as-unknown': Example(
        observed(calico_version='v3.30.7'), observed(calico_version='v3.31.0'), cluster=PER_RACK
    ),
    'node-without-as': Example(cluster(asn_range=None), sound, cluster=PER_NODE),
    'as-range-exhausted': Example(
        cluster(asn_range=(64601, 64603)), cluster(asn_range=(64601, 64604)), cluster=PER_NODE
    ),
    'node-as-shared': Example(
        both(node('node-1-1', asn=64700), node('node-2-2', asn=64700)),
        both(node('node-1-1', asn=64700), node('node-2-2', asn=64701)),
        cluster=PER_NODE,
    ),
    'node-as-of-router': Example(node('node-1-1', asn=65022), node('node-1-1', asn=65023), cluster=PER_NODE),
    'node-as-elsewhere': Example(
        both(wished(numbers_elsewhere=frozenset({64777})), node('node-1-1', asn=64777)),
        wished(numbers_elsewhere=frozenset({64601})),
        cluster=PER_NODE,
    ),
    'node-as-not-private': Example(node('node-1-1', asn=131072), node('node-1-1', asn=65534), cluster=PER_NODE),
    'node-as-impossible': Example(node('node-1-1', asn=2147483648), node('node-1-1', asn=2147483647), cluster=PER_NODE),
    'too-many-node-peers': Example(crowded(3, 167), crowded(4, 125), cluster=PER_NODE),
    'multipath-relax-needed': Example(
        knobs('tor-1-1', multipath_relax='no'), knobs('tor-1-1', multipath_relax='yes'), cluster=PER_NODE
    ),
    'shared-address-missing': Example(
        addressed('tor-1-1', '10.1.1.1/24'),
        addressed('tor-1-1', '10.1.1.1/24', '169.254.0.1/29'),
        cluster=SHARED,
    ),
    'shared-address-twice': Example(
        addressed('tor-1-1', '10.1.1.1/24', '169.254.0.2/29'),
        addressed('tor-1-1', '10.1.1.1/24', '169.254.0.3/29'),
        cluster=SHARED,
    ),
    'shared-address-moved': Example(
        deployed(addressed('tor-2-1', '10.1.2.1/24', '169.254.0.3/29')),
        addressed('tor-2-1', '10.1.2.1/24', '169.254.0.3/29'),
        cluster=SHARED,
    ),
    'shared-address-of-several-racks': Example(in_both_racks, sound, cluster=SHARED),
    'shared-address-of-several-as': Example(cluster(**SHARED), sound, cluster=PER_RACK),
    'presented-as-impossible': Example(
        cluster(options=Options(scheme=Scheme.SHARED_ADDRESS, presented_as=64512)),
        cluster(options=Options(scheme=Scheme.SHARED_ADDRESS, presented_as=64513)),
        cluster=SHARED,
    ),
}
