"""What is wrong in the cluster: its kind and state, AS numbers, objects of others, pools."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.inventory import Pool, ServiceRange
from netbox_calico.planning.naming import OWNER_LABEL, REFLECTOR_ANNOTATION
from netbox_calico.planning.plan import make_plan
from tests.planning.checks.troubled import (
    both,
    cluster,
    codes,
    found,
    knobs,
    observed,
    pool,
    present,
    resource,
    router,
    running,
    wished,
)
from tests.planning.world import RENDERERS, observation, snapshot

POOL4 = Pool('pool4', ip_network('10.244.0.0/16'), 26)
OURS_NEVER = wished(
    pools=(Pool('pool4', ip_network('10.244.0.0/16'), 26, ours=True), Pool('pool6', ip_network('fd00:244::/48'), 122))
)
POOL6 = Pool('pool6', ip_network('fd00:244::/48'), 122)

TROUBLES = {
    'etcd': (cluster(datastore='etcd'), 'error', 'datastore-not-supported', 'only the Kubernetes datastore'),
    'a migration': (observed(datastore_ready=False), 'error', 'datastore-not-ready', 'Wait until it has ended'),
    'a handle with a blank': (cluster(handle='c 1'), 'error', 'handle-invalid', "'c 1'"),
    'a handle in capitals': (cluster(handle='C1'), 'error', 'handle-invalid', 'lower-case'),
    'a long handle': (cluster(handle='c' * 21), 'error', 'handle-invalid', '20 at the most'),
    'a rack label with a blank': (cluster(rack_label='my rack'), 'error', 'rack-label-invalid', "'my rack'"),
    'a rack label with two slashes': (
        cluster(rack_label='a/b/rack'),
        'error', 'rack-label-invalid', 'netbox-calico.io',
    ),
    'a long rack label': (cluster(rack_label='x' * 64), 'error', 'rack-label-invalid', 'Kubernetes label'),
    'an unknown version': (observed(calico_version=''), 'warning', 'calico-version-unknown', '3.30 or later'),
    'an old version': (observed(calico_version='v3.29.3'), 'error', 'calico-too-old', 'upgrade'),
    'a reflector': (
        running('node-1-1', annotations={REFLECTOR_ANNOTATION: '244.0.0.1'}), 'error', 'reflectors-present', 'node-1-1'
    ),
    'no blocks': (observed(affinities=()), 'warning', 'no-affinities', 'host-local'),
    'the AS of the cluster differs': (
        resource('BGPConfiguration', 'default', asNumber=65001), 'error', 'cluster-as-differs', 'run in AS 65001'
    ),
    'a reserved AS': (
        both(cluster(asn=23456), resource('BGPConfiguration', 'default', asNumber=23456)),
        'error', 'as-out-of-range', '23456',
    ),
    'a node with an AS of its own': (
        running('node-1-1', asn=65001),
        'error', 'node-as-differs', 'take the annotation off',
    ),
    'a router without AS': (router('tor-1-1', asn=None), 'error', 'router-without-as', 'choose its ASN'),
    'a router in AS 0': (router('tor-1-1', asn=0), 'error', 'as-out-of-range', 'AS 0'),
    'a router beyond 32 bits': (router('tor-1-1', asn=2**32), 'error', 'as-out-of-range', '4294967296'),
    'a router beyond 31 bits': (router('tor-1-1', asn=4200000001), 'error', 'as-too-large', 'at most 2147483647'),
    'a router in the AS of the nodes': (router('tor-1-1', asn=64512), 'error', 'router-as-of-nodes', 'iBGP'),
    'a router that runs another AS': (
        knobs('tor-1-1', asn='65999'),
        'error', 'router-as-differs', 'runs BGP in AS 65999',
    ),
    'a router without BGP': (knobs('tor-1-1', asn=None), 'error', 'router-without-bgp', 'No BGP runs'),
    'an overlap': (
        present('BGPPeer', 'theirs', nodeSelector='all()', peerIP='10.1.1.1', asNumber=65011),
        'error', 'bgp-peers-overlap', 'BGPPeers cal-c1-tor-1-1-4 and theirs make node node-1-1 peer with 10.1.1.1',
    ),
    'a global BGPPeer to our router': (
        present('BGPPeer', 'theirs', peerIP='10.1.1.1', asNumber=65011),
        'error', 'bgp-peer-shadowed', 'goes before ours',
    ),
    'a global BGPPeer': (
        present('BGPPeer', 'theirs', peerIP='192.0.2.1', asNumber=65000),
        'warning', 'global-bgp-peer', 'every node peers'
    ),
    'a BGPPeer of others': (
        present('BGPPeer', 'theirs', node='node-1-1', peerIP='192.0.2.1', asNumber=65000),
        'note', 'foreign-bgp-peer', '192.0.2.1',
    ),
    'a BGPPeer of others that overlaps with another': (
        both(*(
            present('BGPPeer', f'theirs-{n}', nodeSelector='all()', peerIP='192.0.2.1', asNumber=n) for n in (1, 2)
        )),
        'warning', 'foreign-bgp-peers-overlap', 'theirs-1 and theirs-2',
    ),
    'a resource that cannot be read': (
        present('BGPPeer', 'theirs', nodeSelector='all()', peerIP='192.0.2.1', asNumber='many'),
        'error', 'resource-unreadable', 'BGPPeer/theirs',
    ),
    'a filter of others that is missing': (
        present('BGPPeer', 'theirs', node='node-1-1', peerIP='192.0.2.1', asNumber=65000, filters=['gone']),
        'warning', 'calico-filter-missing', "'gone'",
    ),
    'two routers of one name': (router('tor-1-2', name='tor-1-1'), 'error', 'name-clash', '2 routers'),
    'a missing Secret': (cluster(password_secret='bgp'), 'error', 'password-secret-missing', 'no Secret bgp'),
    'a Secret without a key': (
        both(cluster(password_secret='bgp'), observed(secrets={'bgp': frozenset({'tor-1-1', 'tor-1-2', 'tor-2-1'})})),
        'error', 'password-key-missing', 'no key tor-2-2',
    ),
    'IPIP always': (pool('pool4', ipipMode='Always'), 'error', 'pool-ipip-always', 'CrossSubnet first'),
    'VXLAN always': (pool('pool4', vxlanMode='Always'), 'error', 'pool-vxlan', 'second pool'),
    'VXLAN across subnets': (pool('pool4', vxlanMode='CrossSubnet'), 'error', 'pool-vxlan', 'second pool'),
    'a pool that NetBox lacks': (
        present('IPPool', 'more', cidr='10.245.0.0/16'), 'error', 'pool-unknown', 'the filters would drop its routes'
    ),
    'a pool that the cluster lacks': (
        wished(pools=(POOL4, POOL6, Pool('more', ip_network('10.245.0.0/16'), 26))),
        'warning', 'pool-absent', '10.245.0.0/16'
    ),
    'a pool that is not announced after all': (
        pool('pool4', disableBGPExport=True), 'error', 'pool-export-differs', 'correct NetBox'
    ),
    'a pool that is not announced': (
        present('IPPool', 'quiet', cidr='10.245.0.0/16', disableBGPExport=True), 'note', 'pool-not-announced', 'quiet'
    ),
    'outgoing NAT': (pool('pool4', natOutgoing=True), 'note', 'nat-outgoing', 'leaves that as it is'),
    'a pool of ours that goes to Never from Always': (
        both(OURS_NEVER, pool('pool4', ipipMode='Always')), 'note', 'pool-in-steps',
        'Pool pool4 goes from Always to CrossSubnet first; it leaves IPIP altogether (Never) in a plan of its own',
    ),
    'pods with the MTU of tunnels': (
        both(OURS_NEVER, pool('pool4', ipipMode='CrossSubnet')), 'warning', 'pool-mtu', '1480 for 1500',
    ),
    'pods with an MTU that somebody chose': (
        both(
            OURS_NEVER, pool('pool4', ipipMode='CrossSubnet'), present('FelixConfiguration', 'default', ipipMTU=8980)
        ),
        'warning', 'pool-mtu', '8980 (FelixConfiguration default, ipipMTU)',
    ),
    'pods that get tunnels': (
        wished(pools=(replace(POOL4, ipip='CrossSubnet', ours=True), POOL6)), 'warning', 'pool-mtu',
        'gets tunnels, with an MTU of 20 less, 1480 for 1500',
    ),
    'VXLAN and its MTU': (pool('pool4', vxlanMode='Always'), 'error', 'pool-vxlan', '1450 (IPv6: 1430)'),
    'a pool of another block size': (
        pool('pool4', blockSize=28), 'warning', 'pool-differs', 'blockSize is 28 there and 26 in NetBox'
    ),
    'a pool in another encapsulation': (
        pool('pool4', ipipMode='CrossSubnet'), 'warning', 'pool-differs',
        'ipipMode is CrossSubnet there and Never in NetBox. Correct NetBox: of pools plans change nothing but the IPIP',
    ),
    'a pool in VXLAN in NetBox alone': (
        wished(pools=(replace(POOL4, vxlan='Always'), POOL6)), 'warning', 'pool-differs',
        'vxlanMode is Never there and Always in NetBox',
    ),
    'a pool with outgoing NAT in NetBox alone': (
        wished(pools=(replace(POOL4, nat_outgoing=True), POOL6)), 'warning', 'pool-differs',
        'natOutgoing is False there and True in NetBox',
    ),
    'a disabled pool of other nodes': (
        pool('pool4', disabled=True, nodeSelector="zone == 'a'"), 'warning', 'pool-differs',
        "disabled is True there and False in NetBox; nodeSelector is zone == 'a' there and all() in NetBox",
    ),
    'a service range of another kind': (
        wished(service_ranges=(ServiceRange(ip_network('10.96.0.0/16'), 'external'),)),
        'warning', 'service-range-kind', 'as cluster (serviceClusterIPs), which NetBox has as external',
    ),
    'a service range that NetBox lacks': (
        resource('BGPConfiguration', 'default', serviceExternalIPs=[{'cidr': '198.51.100.0/24'}]),
        'warning', 'service-range-unknown', 'serviceExternalIPs',
    ),
}  # fmt: skip


@pytest.mark.parametrize('trouble', TROUBLES)
def test_trouble(trouble: str) -> None:
    change, severity, code, words = TROUBLES[trouble]
    findings = [finding for finding in found(change) if finding.code == code]
    assert findings
    assert {finding.severity.value for finding in findings} == {severity}
    assert any(words in finding.message for finding in findings)


FINE = {
    'IPIP across subnets': both(
        wished(pools=(replace(POOL4, ipip='CrossSubnet'), POOL6)), pool('pool4', ipipMode='CrossSubnet')
    ),
    'IPIP across subnets that a plan leads to': both(
        wished(pools=(replace(POOL4, ipip='CrossSubnet', ours=True), POOL6)), pool('pool4', ipipMode='Always')
    ),
    'a pool with all written out or left out': both(
        wished(pools=(replace(POOL4, node_selector=''), POOL6)),
        pool('pool4', natOutgoing=False, disabled=False, nodeSelector='all()'),
        pool('pool6', blockSize=None, ipipMode='', vxlanMode=None),
    ),
    'a service range of two kinds': both(
        wished(
            service_ranges=(
                *(ServiceRange(ip_network('10.96.0.0/16'), kind) for kind in ('external', 'cluster')),
                ServiceRange(ip_network('fd00:96::/112'), 'cluster'),
            )
        ),
        resource('BGPConfiguration', 'default', serviceExternalIPs=[{'cidr': '10.96.0.0/16'}]),
    ),
    'an AS that Calico assumes': resource('BGPConfiguration', 'default', asNumber=None),
    'a node with the same AS written on it': running('node-1-1', asn=64512),
    'a large AS that a BGPPeer can hold': both(router('tor-1-1', asn=2147483647), knobs('tor-1-1', asn='2147483647')),
    'a rack label without a prefix': cluster(rack_label='rack'),
    'a newer version': observed(calico_version='v3.33.0'),
    'a pool that neither announces': both(
        wished(pools=(POOL4, POOL6, Pool('quiet', ip_network('10.245.0.0/16'), 26, disable_export=True))),
        present('IPPool', 'quiet', cidr='10.245.0.0/16'),
        pool('quiet', disableBGPExport=True),
    ),
}


@pytest.mark.parametrize('case', FINE)
def test_no_trouble(case: str) -> None:
    assert {severity for severity, _ in codes(FINE[case])} <= {'note'}


def test_our_own_bgp_peers_overlap_with_nothing() -> None:
    stale = present('BGPPeer', 'old', {OWNER_LABEL: 'c1'}, nodeSelector='all()', peerIP='10.1.1.1', asNumber=65011)
    assert codes(stale) == set()


def test_a_router_of_too_many_racks_has_too_long_a_selector() -> None:
    wish = snapshot(2, 1, 1, (4,))
    racks = tuple(replace(n.rack, name=f'{n.rack.name}-{"x" * 50}') for n in wish.nodes if n.rack)
    wish = replace(
        wish,
        cluster=replace(wish.cluster, rack_label='a' * 200 + '.example/' + 'b' * 60),
        nodes=tuple(replace(n, rack=rack) for n, rack in zip(wish.nodes, racks, strict=True)),
        routers=wish.routers[:1],
    )
    many = tuple(
        replace(wish.nodes[0], id=n, name=f'node-{n}', rack=replace(racks[0], id=n, name=f'rack-{n}-{"x" * 50}'))
        for n in range(20)
    )
    wish = replace(wish, nodes=many, routers=tuple(replace(r, rack=None) for r in wish.routers))
    seen = observation(snapshot(1, 1, 1, (4,)))
    nodes = tuple(replace(seen.cluster.nodes[0], name=n.name) for n in many)
    seen = replace(seen, cluster=replace(seen.cluster, nodes=nodes))
    plan = make_plan(wish, seen, 'deploy', RENDERERS)
    assert ('selector-too-long', 'BGPPeer/cal-c1-tor-1-1-4') in {(f.code, f.subject) for f in plan.errors}


def test_beyond_two_thousand_nodes_the_cost_of_bgp_peers_is_told() -> None:
    wish = snapshot(101, 20, 1, (4,))
    plan = make_plan(wish, observation(wish), 'deploy', {})
    assert 'many-bgp-peers' in {finding.code for finding in plan.findings}


def test_an_unknown_api_group_is_refused_in_words() -> None:
    wish = snapshot()
    with pytest.raises(InvalidInput, match='no API group of Calico: sync the cluster'):
        make_plan(wish, observation(wish, api_group='example.org'), 'deploy', RENDERERS)  # type: ignore[misc]


def test_an_unknown_kind_or_design_is_refused_in_words() -> None:
    wish = snapshot()
    with pytest.raises(InvalidInput, match='ask for deploy or back'):
        make_plan(wish, observation(wish), 'sideways', RENDERERS)
    wish = snapshot(design='ring')
    with pytest.raises(InvalidInput, match=r'choose one of mesh, .*tor-full-tables'):
        make_plan(wish, observation(wish), 'deploy', RENDERERS)
