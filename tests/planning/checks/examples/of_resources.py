"""The cluster: its state, AS numbers, BGPPeers, passwords, pools and services."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from netbox_calico.planning.model.inventory import Pool, ServiceRange, Snapshot
from netbox_calico.planning.model.observation import Affinity, Observation
from netbox_calico.planning.naming import OWNER_LABEL, REFLECTOR_ANNOTATION, leaving_id
from tests.planning.checks import by_hand
from tests.planning.checks.troubled import (
    ALWAYS,
    Sides,
    Trouble,
    both,
    cluster,
    observed,
    pool,
    present,
    resource,
    router,
    running,
    sound,
    wished,
)

from .example import Example, deployed

POOLS = (Pool('pool4', ip_network('10.244.0.0/16'), 26), Pool('pool6', ip_network('fd00:244::/48'), 122))
KEYS = frozenset({'tor-1-1', 'tor-1-2', 'tor-2-1', 'tor-2-2'})
TOR = '10.1.1.1'

MORE = Pool('more', ip_network('10.245.0.0/16'), 26)
OF_OPERATOR = present('IPPool', 'more', {'app.kubernetes.io/managed-by': 'tigera-operator'}, cidr='10.245.0.0/16')


def tunnelled(there: str, ipip: str) -> Trouble:
    """A pool of ours in this mode, and the one that is wished."""
    return both(wished(pools=(replace(POOLS[0], ipip=ipip, ours=True), POOLS[1])), pool('pool4', ipipMode=there))


def secret(keys: frozenset[str]) -> Trouble:
    """Passwords are wished for, and the Secret has these keys."""
    return both(cluster(password_secret='bgp'), observed(secrets={'bgp': keys}))


def theirs(name: str = 'theirs', /, **spec: object) -> Trouble:
    """A BGPPeer of others."""
    return present('BGPPeer', name, **{'asNumber': 65000, **spec})


def grown(racks: int) -> Trouble:
    """So many more nodes in the cluster."""

    def many(wish: Snapshot, seen: Observation) -> Sides:
        one = seen.cluster.nodes[0]
        more = tuple(replace(one, name=f'more-{number}', addresses=()) for number in range(20 * racks))
        return wish, replace(seen, cluster=replace(seen.cluster, nodes=(*seen.cluster.nodes, *more)))

    return many


def tied(racks: int) -> Trouble:
    """The routers of rack 1 serve so many racks more, of names that are long, over one stretched network."""

    def wide(wish: Snapshot, seen: Observation) -> Sides:
        one, running_one = wish.nodes[0], seen.cluster.nodes[0]
        assert one.rack is not None
        names = {number: f'rack-{number}-{"x" * 50}' for number in range(500, 500 + racks)}
        nodes = tuple(
            replace(one, id=key, name=f'more-{key}', rack=replace(one.rack, id=key, name=name))
            for key, name in names.items()
        )
        more = tuple(replace(running_one, name=node.name) for node in nodes)
        return replace(wish, nodes=(*wish.nodes, *nodes)), replace(
            seen, cluster=replace(seen.cluster, nodes=(*seen.cluster.nodes, *more))
        )

    return wide


EXAMPLES = {
    'datastore-not-supported': Example(cluster(datastore='etcd'), cluster(datastore='kubernetes')),
    'datastore-not-ready': Example(observed(datastore_ready=False), observed(datastore_ready=True)),
    'calico-version-unknown': Example(observed(calico_version=''), observed(calico_version='3.31.0')),
    'calico-too-old': Example(observed(calico_version='v3.29.9'), observed(calico_version='v3.30.0')),
    'reflectors-present': Example(
        running('node-1-1', annotations={REFLECTOR_ANNOTATION: '244.0.0.1'}),
        running('node-1-1', annotations={REFLECTOR_ANNOTATION: leaving_id('c1')}),
    ),
    'no-affinities': Example(
        observed(affinities=(Affinity(ip_network('10.244.0.0/26'), 'node-1-1', 'pending'),)),
        observed(affinities=(Affinity(ip_network('10.244.0.0/26'), 'node-1-1'),)),
    ),
    'as-out-of-range': Example(
        both(cluster(asn=23456), resource('BGPConfiguration', 'default', asNumber=23456)),
        both(cluster(asn=23457), resource('BGPConfiguration', 'default', asNumber=23457)),
    ),
    'as-not-private': Example(
        both(cluster(asn=3320), resource('BGPConfiguration', 'default', asNumber=3320)),
        both(cluster(asn=4200000000), resource('BGPConfiguration', 'default', asNumber=4200000000)),
    ),
    'cluster-as-differs': Example(
        resource('BGPConfiguration', 'default', asNumber=65001), resource('BGPConfiguration', 'default', asNumber=None)
    ),
    'node-as-differs': Example(running('node-1-1', asn=65001), running('node-1-1', asn=64512)),
    'managed-by-another': Example(
        present('BGPPeer', 'theirs', {OWNER_LABEL: 'c2'}, node='node-1-1', peerIP='192.0.2.1', asNumber=1),
        present('BGPPeer', 'ours', {OWNER_LABEL: 'c1'}, node='node-1-1', peerIP='192.0.2.1', asNumber=1),
    ),
    'bgp-peer-between-nodes': Example(
        theirs(nodeSelector='all()', peerSelector='all()', asNumber=None),
        theirs(nodeSelector='all()', peerSelector="rr == ''", asNumber=None),
    ),
    'global-bgp-peer': Example(theirs(peerIP='192.0.2.1'), theirs(peerIP='192.0.2.1', node='node-1-1')),
    'foreign-bgp-peer': Example(
        theirs(peerIP='192.0.2.1', node='node-1-1'),
        present('BGPPeer', 'ours', {OWNER_LABEL: 'c1'}, node='node-1-1', peerIP='192.0.2.1', asNumber=1),
    ),
    'bgp-peer-extended': Example(
        deployed(resource('BGPPeer', 'cal-c1-tor-1-1-4', ttlSecurity=1)),
        deployed(resource('BGPPeer', 'cal-c1-tor-1-1-4', sourceAddress='UseNodeIP')),
    ),
    'bgp-peers-overlap': Example(
        theirs(nodeSelector='all()', peerIP=TOR), theirs(nodeSelector='all()', peerIP='192.0.2.1')
    ),
    'foreign-bgp-peers-overlap': Example(
        both(*(theirs(f'theirs-{n}', nodeSelector='all()', peerIP='192.0.2.1', asNumber=n) for n in (1, 2))),
        both(*(theirs(f'theirs-{n}', nodeSelector='all()', peerIP=f'192.0.2.{n}', asNumber=n) for n in (1, 2))),
    ),
    'made-by-hand': Example(by_hand.to_routers, by_hand.half_taken_over),
    'bgp-peer-unfiltered': Example(
        by_hand.to_routers, both(by_hand.mesh_off, by_hand.own_only, by_hand.peers(1, 2, filters=('own-only',))), 'back'
    ),
    'nodes-isolated': Example(by_hand.mesh_off, by_hand.to_routers),
    'bgp-peer-shadowed': Example(theirs(peerIP=TOR), theirs(peerIP='192.0.2.1')),
    'resource-unreadable': Example(
        theirs(node='node-1-1', peerIP='192.0.2.1', asNumber='many'),
        theirs(node='node-1-1', peerIP='192.0.2.1', asNumber='1.10'),
    ),
    'name-taken': Example(
        present('BGPFilter', 'cal-c1-tor-export', exportV4=[]), present('BGPFilter', 'cal-c2-tor-export', exportV4=[])
    ),
    'name-clash': Example(router('tor-1-2', name='tor-1-1'), router('tor-1-2', name='tor-1-1b')),
    'selector-too-long': Example(tied(20), tied(3)),
    'many-bgp-peers': Example(grown(100), grown(99)),
    'password-secret-missing': Example(cluster(password_secret='bgp'), secret(KEYS)),
    'password-key-missing': Example(secret(KEYS - {'tor-1-1'}), secret(KEYS)),
    'password-change-live': Example(
        deployed(both(secret(KEYS), router('tor-1-2', drained=True))), deployed(secret(KEYS))
    ),
    'range-unreadable': Example(present('IPPool', 'odd'), present('IPPool', 'odd', cidr='10.245.0.0/24')),
    'pool-ipip-always': Example(pool('pool4', ipipMode='Always'), pool('pool4', ipipMode='CrossSubnet')),
    'pool-vxlan': Example(pool('pool4', vxlanMode='CrossSubnet'), pool('pool4', vxlanMode='Never')),
    'pool-in-steps': Example(tunnelled('CrossSubnet', 'Never'), tunnelled('Always', 'CrossSubnet')),
    'pool-mode-unfit': Example(tunnelled('CrossSubnet', 'Always'), tunnelled('CrossSubnet', 'CrossSubnet')),
    'pool-mtu': Example(tunnelled('CrossSubnet', 'Never'), tunnelled('Always', 'CrossSubnet')),
    'pool-of-operator': Example(
        both(wished(pools=(*POOLS, replace(MORE, ours=True))), OF_OPERATOR),
        both(wished(pools=(*POOLS, MORE)), OF_OPERATOR),
    ),
    'pool-unknown': Example(
        present('IPPool', 'more', cidr='10.245.0.0/16'),
        present('IPPool', 'more', cidr='10.245.0.0/16', disableBGPExport=True),
    ),
    'pool-export-differs': Example(pool('pool4', disableBGPExport=True), pool('pool4', disableBGPExport=False)),
    'pool-differs': Example(pool('pool4', blockSize=28), pool('pool4', blockSize=None)),
    'pool-absent': Example(
        wished(pools=(*POOLS, Pool('more', ip_network('10.245.0.0/16'), 26))), wished(pools=POOLS)
    ),
    'pool-not-announced': Example(
        present('IPPool', 'quiet', cidr='10.245.0.0/16', disableBGPExport=True),
        present('IPPool', 'loud', cidr='10.245.0.0/16'),
    ),
    'nat-outgoing': Example(pool('pool4', natOutgoing=True), pool('pool4', natOutgoing=False)),
    'service-range-unknown': Example(
        resource('BGPConfiguration', 'default', serviceExternalIPs=[{'cidr': '198.51.100.0/24'}]),
        resource('BGPConfiguration', 'default', serviceExternalIPs=[]),
    ),
    'service-range-kind': Example(
        wished(service_ranges=(ServiceRange(ip_network('10.96.0.0/16'), 'external'),)),
        wished(service_ranges=(ServiceRange(ip_network('10.96.0.0/16'), 'cluster'),)),
    ),
    ALWAYS: Example(sound, deployed(sound)),
    'outside-lost': Example(deployed(sound), sound, 'back'),
    'mesh-across-subnets': Example(
        sound, both(*(pool(name, ipipMode='Always') for name in ('pool4', 'pool6'))), 'back'
    ),
}  # fmt: skip
