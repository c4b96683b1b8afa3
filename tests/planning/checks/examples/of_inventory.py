"""Nodes, racks, addresses, and what NetBox says of the cluster."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_interface, ip_network

from netbox_calico.planning.model.inventory import Address, Pool, Rack, ServiceRange, Snapshot
from netbox_calico.planning.model.observation import KubernetesNode, Observation
from tests.planning.checks.troubled import (
    Sides,
    Trouble,
    both,
    cluster,
    joined,
    node,
    observed,
    pool,
    present,
    router,
    running,
    wished,
    without_node,
    without_router,
)

from .example import Example, deployed

TOR4, TOR6 = Address('vlan10', ip_interface('10.1.1.1/24')), Address('vlan10', ip_interface('fd00:1:1::1/64'))
NODE4, NODE6 = ip_interface('10.1.1.11/24'), ip_interface('fd00:1:1::b/64')
LABEL = 'netbox-calico.io/rack'
POOL4 = Pool('pool4', ip_network('10.244.0.0/16'), 26)
ELSEWHERE = Address('x', ip_interface('10.9.9.1/24'))


def labels_of_others(nodes: tuple[str, str], values: tuple[str, str]) -> Trouble:
    """Two nodes that provisioning gave their rack label."""
    return both(
        *(
            running(name, labels={LABEL: value}, provisioned_labels=frozenset({LABEL}))
            for name, value in zip(nodes, values, strict=True)
        )
    )


def only_ipv4(wish: Snapshot, seen: Observation) -> Sides:
    return replace(wish, cluster=replace(wish.cluster, families=(4,))), seen


def in_vrf(number: int | None) -> Trouble:
    """The cluster and all addresses in a VRF."""

    def moved(held: tuple[Address, ...]) -> tuple[Address, ...]:
        return tuple(replace(address, vrf=number) for address in held)

    return lambda wish, seen: (
        replace(
            wish,
            cluster=replace(wish.cluster, vrf=number),
            nodes=tuple(replace(one, addresses=moved(one.addresses)) for one in wish.nodes),
            routers=tuple(replace(one, addresses=moved(one.addresses)) for one in wish.routers),
        ),
        seen,
    )


def gone(*names: str) -> Trouble:
    """Nodes that both sides lack."""
    return both(*(without_node(name, netbox=True, kubernetes=True) for name in names))


ROUTER_ID = {'CALICO_ROUTER_ID': 'hash'}

EXAMPLES = {
    'address-drift': Example(
        node('node-1-1', addresses=()),
        node('node-1-1', addresses=(Address('eth0', NODE4), Address('eth0', NODE6), ELSEWHERE)),
    ),
    'node-address-shared': Example(
        node('node-1-1', addresses=(Address('eth0', NODE4, role='vip'), Address('eth0', NODE6))),
        node('node-1-1', addresses=(Address('eth0', NODE4, role='loopback'), Address('eth0', NODE6))),
    ),
    'node-address-twice': Example(
        running('node-1-2', addresses=(NODE4, ip_interface('fd00:1:1::c/64'))),
        running('node-1-2', addresses=(ip_interface('10.1.1.13/24'), ip_interface('fd00:1:1::c/64'))),
    ),
    'pool-contains-node': Example(
        wished(service_ranges=(ServiceRange(ip_network('10.1.0.0/16'), 'external'),)),
        wished(service_ranges=(ServiceRange(ip_network('10.2.0.0/16'), 'external'),)),
    ),
    'no-router-id': Example(
        running('node-1-1', addresses=(NODE6,)),
        both(running('node-1-1', addresses=(NODE6,)), present('DaemonSet', 'calico-node', env=ROUTER_ID)),
    ),
    'node-unknown': Example(
        joined(KubernetesNode('stranger', addresses=(ip_interface('10.1.1.77/24'),))), gone('node-1-1')
    ),
    'node-absent': Example(without_node('node-1-1', kubernetes=True), gone('node-1-1')),
    'node-without-host': Example(
        node('node-1-1', host=''), both(node('node-1-1', host=''), without_node('node-1-1', kubernetes=True))
    ),
    'no-sessions': Example(both(wished(nodes=()), observed(nodes=())), gone('node-1-1', 'node-1-2', 'node-2-1')),
    'single-tor': Example(without_router('tor-1-2'), both(without_router('tor-1-2'), gone('node-1-1', 'node-1-2'))),
    'family-without-pool': Example(
        wished(pools=(POOL4,), service_ranges=()),
        wished(pools=(POOL4,), service_ranges=(ServiceRange(ip_network('fd00:96::/112'), 'cluster'),)),
    ),
    'family-unserved': Example(only_ipv4, both(only_ipv4, pool('pool6', disableBGPExport=True))),
    'drained-ignored': Example(node('node-1-1', drained=True), router('tor-1-1', drained=True)),
    'drain-cuts-off': Example(
        both(*(router(f'tor-1-{number}', drained=True) for number in (1, 2))),
        both(*(router(f'tor-{number}-1', drained=True) for number in (1, 2))),
    ),
    'nodes-not-ready': Example(running('node-1-1', ready=False), running('node-1-1', schedulable=False)),
    'nodes-cordoned': Example(
        running('node-1-1', schedulable=False), running('node-1-1', ready=False, schedulable=False)
    ),
    'no-rack': Example(
        node('node-1-1', rack=None), both(node('node-1-1', rack=None), without_node('node-1-1', kubernetes=True))
    ),
    'rack-served-differently': Example(
        node('node-1-1', rack=Rack(102, 'rack-2'), cabled_routers=(11, 12)), node('node-1-1', cabled_routers=(11, 12))
    ),
    'rack-label-disagrees': Example(
        labels_of_others(('node-1-1', 'node-1-2'), ('a', 'b')), labels_of_others(('node-1-1', 'node-1-2'), ('a', 'a'))
    ),
    'rack-label-shared': Example(
        labels_of_others(('node-1-1', 'node-2-1'), ('a', 'a')), labels_of_others(('node-1-1', 'node-2-1'), ('a', 'b'))
    ),
    'no-node-address': Example(running('node-1-1', addresses=(NODE4,)), running('node-1-1', addresses=(NODE6, NODE4))),
    'no-tor': Example(both(without_router('tor-1-1'), without_router('tor-1-2')), without_router('tor-1-1')),
    'no-shared-prefix': Example(
        both(*(router(f'tor-1-{n}', addresses=(ELSEWHERE,)) for n in (1, 2))),
        router('tor-1-1', addresses=(TOR4, TOR6, ELSEWHERE)),
    ),
    'serving-ambiguous': Example(
        node('node-1-1', cabled_routers=(11, 21)), node('node-1-1', cabled_routers=(12, 11))
    ),
    'shared-router-address': Example(
        router('tor-1-2', addresses=(TOR4, TOR6)),
        both(*(
            router(f'tor-1-{n}', addresses=(
                Address('v', ip_interface(f'10.1.1.{n}/24')),
                Address('v', ip_interface(f'fd00:1:1::{n}/64')),
                Address('v', ip_interface('10.1.1.254/24'), role='anycast'),
            ))
            for n in (1, 2)
        )),
    ),
    'ambiguous-router-address': Example(
        router('tor-1-1', addresses=(TOR4, TOR6, Address('vlan10', ip_interface('10.1.1.9/24')))),
        router('tor-1-1', addresses=(TOR4, TOR6, Address('vlan10', ip_interface('10.1.1.9/24'), role='vrrp'))),
    ),
    'address-claimed-twice': Example(
        router('tor-1-1', addresses=(Address('vlan10', NODE4), TOR6)), router('tor-1-1', addresses=(TOR4, TOR6))
    ),
    'handle-invalid': Example(cluster(handle='c' * 21), cluster(handle='c' * 20)),
    'rack-label-invalid': Example(cluster(rack_label='my rack'), cluster(rack_label='my-rack')),
    'vrf-is-default': Example(in_vrf(7), in_vrf(None)),
    'deletion-guard': Example(
        deployed(gone('node-1-1', 'node-1-2')),
        deployed(both(gone('node-1-1', 'node-1-2'), cluster(deletion_share=50))),
        cluster={'families': (4,)},
    ),
    'redundancy-lost': Example(
        deployed(router('tor-1-2', addresses=(), rack=None)),
        deployed(gone('node-1-1')),
        cluster={'families': (4,)},
    ),
}  # fmt: skip
