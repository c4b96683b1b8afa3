"""What is wrong between NetBox and the cluster: nodes, racks, routers, addresses."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_interface, ip_network

import pytest

from netbox_calico.planning.model.inventory import Address, ForeignUse, Pool, Rack, ServiceRange, Snapshot
from netbox_calico.planning.model.observation import KubernetesNode, Observation, RouterSession
from netbox_calico.planning.model.plan import Severity
from tests.planning.checks import troubled
from tests.planning.checks.troubled import (
    Trouble,
    both,
    cluster,
    codes,
    device,
    every_router,
    found,
    joined,
    labelled,
    node,
    observed,
    present,
    router,
    running,
    wished,
    without_node,
    without_router,
)

A4, A6 = Address('vlan10', ip_interface('10.1.1.1/24')), Address('vlan10', ip_interface('fd00:1:1::1/64'))
NODE4, NODE6 = ip_interface('10.1.1.11/24'), ip_interface('fd00:1:1::b/64')
LABEL = 'netbox-calico.io/rack'


def claimed(group: str) -> Trouble:
    return device('tor-1-1', sessions=(RouterSession(NODE4.ip, 4, 64512, True, group=group),))


TROUBLES = {
    'a node that NetBox lacks': (without_node('node-1-1', netbox=True), 'error', 'node-unknown', 'Sync'),
    'a node that the cluster lacks': (
        without_node('node-1-1', kubernetes=True),
        'warning', 'node-absent', 'no session',
    ),
    'a node without a host': (node('node-1-1', host=''), 'warning', 'node-without-host', 'choose'),
    'a node without a rack': (node('node-1-1', rack=None), 'error', 'no-rack', 'node-1-1 is in no rack'),
    'no node at all': (both(wished(nodes=()), observed(nodes=())), 'error', 'no-sessions', 'sync the cluster'),
    'one router a rack': (without_router('tor-1-2'), 'warning', 'single-tor', 'Rack rack-1 has one router, tor-1-1'),
    'no router': (both(without_router('tor-1-1'), without_router('tor-1-2')), 'error', 'no-tor', 'No router serves'),
    'a family without a pool': (
        wished(pools=(Pool('pool4', ip_network('10.244.0.0/16'), 26),), service_ranges=()),
        'error', 'family-without-pool', 'IPv6',
    ),
    'a drained node': (node('node-1-1', drained=True), 'warning', 'drained-ignored', 'stay in service'),
    'a drained router': (router('tor-1-1', drained=True), 'warning', 'single-tor', 'Put tor-1-1 back into service'),
    'a node that is not Ready': (running('node-1-1', ready=False), 'warning', 'nodes-not-ready', 'node-1-1'),
    'a cordoned node': (running('node-1-1', schedulable=False), 'warning', 'nodes-cordoned', 'node-1-1'),
    'no address in one family': (running('node-1-1', addresses=(NODE4,)), 'error', 'no-node-address', 'IPv6'),
    'no prefix in common': (
        both(*(router(f'tor-1-{n}', addresses=(Address('x', ip_interface('10.9.9.1/24')),)) for n in (1, 2))),
        'error', 'no-shared-prefix', 'share no prefix',
    ),
    'a router that lacks one family': (
        router('tor-1-1', addresses=(A4,)),
        'error', 'no-shared-prefix', 'fd00:1:1::/64',
    ),
    'an address in another VRF': (
        both(router('tor-1-1', addresses=(replace(A4, vrf=7), A6))), 'error', 'no-shared-prefix', '10.1.1.0/24'
    ),
    'a virtual address only': (
        router('tor-1-1', addresses=(replace(A4, role='vrrp'), A6)), 'error', 'no-shared-prefix', '10.1.1.0/24'
    ),
    'two routers with one address': (
        router('tor-1-2', addresses=(A4, A6)),
        'error', 'shared-router-address', 'tor-1-1 and tor-1-2 both have 10.1.1.1'
    ),
    'two addresses of a router in the prefix': (
        router('tor-1-1', addresses=(A4, A6, Address('vlan10', ip_interface('10.1.1.9/24')))),
        'error', 'ambiguous-router-address', '10.1.1.1, 10.1.1.9',
    ),
    'the address of the node on the router': (
        router('tor-1-1', addresses=(Address('vlan10', NODE4), A6)),
        'error', 'address-claimed-twice', 'both have 10.1.1.11'
    ),
    'cables to other routers': (
        node('node-1-1', cabled_routers=(11, 21)),
        'error', 'serving-ambiguous', 'reached by its cables: tor-1-1, tor-2-1'
    ),
    'a cable to one router only': (node('node-1-1', cabled_routers=(11,)), 'error', 'serving-ambiguous', 'by hand'),
    'a rack with another router in it': (
        router('tor-2-1', rack=Rack(101, 'rack-1')), 'error', 'serving-ambiguous', 'standing in its rack'
    ),
    'tied by hand to a router elsewhere': (
        router('tor-2-1', tied_racks=(101,)), 'error', 'serving-ambiguous', 'tied by hand'
    ),
    'a rack whose nodes have different routers': (
        node('node-1-1', rack=Rack(102, 'rack-2'), cabled_routers=(11, 12)),
        'error', 'rack-served-differently', 'tor-1-1 and tor-1-2: node-1-1',
    ),
    'labels of others that disagree': (
        both(*(
            running(f'node-1-{n}', labels={LABEL: f'r{n}'}, provisioned_labels=frozenset({LABEL})) for n in (1, 2)
        )),
        'error', 'rack-label-disagrees', 'r1, r2',
    ),
    'labels of others that two racks share': (
        both(*(
            running(f'node-{n}-1', labels={LABEL: 'r'}, provisioned_labels=frozenset({LABEL})) for n in (1, 2)
        )),
        'error', 'rack-label-shared', 'rack-1 (#101), rack-2 (#102)',
    ),
    'an address that NetBox lacks': (node('node-1-1', addresses=()), 'warning', 'address-drift', '10.1.1.11/24'),
    'an address with another mask': (
        node('node-1-1', addresses=(Address('eth0', ip_interface('10.1.1.11/25')), Address('eth0', NODE6))),
        'warning', 'address-drift', 'make the masks agree',
    ),
    'an address in another VRF of NetBox': (
        node('node-1-1', addresses=(Address('eth0', NODE4, vrf=3), Address('eth0', NODE6))),
        'warning', 'address-drift', '10.1.1.11/24',
    ),
    'a shared address': (
        node('node-1-1', addresses=(Address('eth0', NODE4, role='vip'), Address('eth0', NODE6))),
        'error', 'node-address-shared', 'role vip',
    ),
    'one address, two nodes': (
        running('node-1-2', addresses=(NODE4, ip_interface('fd00:1:1::c/64'))),
        'error', 'node-address-twice', 'node-1-1 and node-1-2',
    ),
    'a neighbour of another cluster': (claimed('CAL-C2-4'), 'error', 'neighbor-claimed', 'in group CAL-C2-4'),
    'a neighbour by hand': (claimed(''), 'error', 'neighbor-claimed', 'by itself'),
    'a pool over the nodes': (
        wished(service_ranges=(ServiceRange(ip_network('10.1.0.0/16'), 'external'),)),
        'error', 'pool-contains-node', '10.1.0.0/16 contains the address 10.1.1.11',
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
    'cables to all routers of the rack': node('node-1-1', cabled_routers=(12, 11)),
    'tied by hand to the routers of the rack': every_router(
        lambda found: replace(found, tied_racks=(found.rack.id,) if found.rack else ())
    ),
    'routers without a rack, found by their addresses': every_router(lambda found: replace(found, rack=None)),
    'a virtual address besides': router(
        'tor-1-1', addresses=(A4, A6, Address('v', ip_interface('10.1.1.254/24'), role='vrrp'))
    ),
    'the same virtual address on both': both(*(
        router(f'tor-1-{n}', addresses=(
            Address('v', ip_interface(f'10.1.1.{n}/24')),
            Address('v', ip_interface(f'fd00:1:1::{n}/64')),
            Address('v', ip_interface('10.1.1.254/24'), role='anycast'),
        ))
        for n in (1, 2)
    )),
    'an address elsewhere': router('tor-1-1', addresses=(A4, A6, Address('lo', ip_interface('192.0.2.1/32')))),
    'our own neighbour': claimed('CAL-C1-4'),
    'the address of a node in another prefix of the family that is not used': running(
        'node-1-1', addresses=(NODE4, NODE6)
    ),
}  # fmt: skip


@pytest.mark.parametrize('case', FINE)
def test_no_trouble(case: str) -> None:
    assert found(FINE[case]) == ()


def test_a_stretched_network_is_settled_by_hand() -> None:
    """Four routers in one prefix: cables or racks cannot say who serves whom, a tie by hand can."""

    def flat(wish: Snapshot, seen: Observation) -> troubled.Sides:
        homes = {n.name: ip_interface(f'10.1.0.{100 + number}/16') for number, n in enumerate(wish.nodes)}
        nodes = tuple(replace(n, addresses=(Address('eth0', homes[n.name]),)) for n in wish.nodes)
        routers = tuple(
            replace(r, addresses=(Address('vlan', ip_interface(f'10.1.0.{r.id}/16')),)) for r in wish.routers
        )
        kubernetes = tuple(replace(n, addresses=(homes[n.name],)) for n in seen.cluster.nodes)
        return replace(wish, nodes=nodes, routers=routers), replace(
            seen, cluster=replace(seen.cluster, nodes=kubernetes)
        )

    ambiguous = codes(flat, families=(4,))
    assert ('error', 'serving-ambiguous') in ambiguous
    tied = every_router(lambda found: replace(found, tied_racks=(found.rack.id,) if found.rack else ()))
    assert codes(both(flat, tied), families=(4,)) == set()


def test_nodes_without_ipv4_need_a_router_id() -> None:
    assert codes(troubled.sound, families=(6,)) == {('warning', 'no-router-id')}


def test_an_unserved_node_stops_the_plan_and_removes_nothing() -> None:
    findings = found(both(without_router('tor-1-1'), without_router('tor-1-2')))
    assert {finding.subject for finding in findings if finding.code == 'no-tor'} == {'node-1-1', 'node-1-2'}


def test_a_label_that_is_ours_is_no_provisioning() -> None:
    assert codes(labelled('node-1-1', **{'netbox-calico.io__rack': 'elsewhere'})) == set()


def test_another_cluster_on_the_router_is_named_when_it_claims_a_neighbor() -> None:
    both_there = both(claimed('CAL-C2-4'), wished(foreign=(ForeignUse('Cluster Two', 'c2', 11),)))
    [finding] = [one for one in found(both_there) if one.code == 'neighbor-claimed']
    assert 'Cluster Two is on this router as well' in finding.message


def test_a_node_of_the_cluster_alone_is_not_peered() -> None:
    stranger = KubernetesNode('stranger', addresses=(ip_interface('10.1.1.77/24'),))
    assert ('error', 'node-unknown') in codes(joined(stranger))


def test_an_object_of_our_name_that_is_not_ours() -> None:
    findings = found(present('BGPFilter', 'cal-c1-tor-export', exportV4=[]))
    assert [(one.code, one.subject) for one in findings if one.severity is Severity.ERROR] == [
        ('name-taken', 'BGPFilter/cal-c1-tor-export')
    ]


def test_the_cluster_may_be_told_by_what_runs() -> None:
    assert codes(cluster(asn=None)) == set()
