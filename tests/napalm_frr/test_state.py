"""The getters against two routers that talk BGP to each other, in NAPALM's own shapes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from napalm.base import models
from napalm.base.exceptions import CommandErrorException

from lab import frr
from lab.management import root_ip
from napalm_frr import FRRDriver
from napalm_frr.routes import seconds
from tests.napalm_frr.conftest import new_driver
from tests.napalm_frr.router import wait_for

LEFT = """frr defaults datacenter
hostname left
!
ip route 192.0.2.0/24 Null0
!
interface wire
 description to the right
exit
!
router bgp 65001
 bgp router-id 10.0.0.1
 neighbor FABRIC peer-group
 neighbor FABRIC remote-as external
 neighbor FABRIC password s3cret
 neighbor 10.9.0.2 peer-group FABRIC
 neighbor 10.9.0.2 description the right one
 neighbor 10.9.0.7 remote-as 65007
 neighbor 10.9.0.7 shutdown
 neighbor 10.9.0.7 update-source 10.9.0.1
 neighbor 2001:db8:9::2 peer-group FABRIC
 !
 address-family ipv4 unicast
  redistribute static
  neighbor FABRIC route-map IN in
  neighbor FABRIC maximum-prefix 100 80 restart 5
  no neighbor 2001:db8:9::2 activate
  maximum-paths 8
 exit-address-family
 !
 address-family ipv6 unicast
  neighbor 2001:db8:9::2 activate
 exit-address-family
exit
!
ip prefix-list IN seq 5 permit 198.51.100.0/24
!
route-map IN permit 10
 match ip address prefix-list IN
exit
!
"""
RIGHT = """frr defaults datacenter
hostname right
!
ip route 198.51.100.0/24 Null0
ip route 203.0.113.0/24 Null0
ipv6 route 2001:db8:51::/48 Null0
!
router bgp 65002
 bgp router-id 10.0.0.2
 neighbor 10.9.0.1 remote-as 65001
 neighbor 10.9.0.1 password s3cret
 neighbor 2001:db8:9::1 remote-as 65001
 neighbor 2001:db8:9::1 password s3cret
 !
 address-family ipv4 unicast
  redistribute static
  no neighbor 2001:db8:9::1 activate
 exit-address-family
 !
 address-family ipv6 unicast
  redistribute static
  neighbor 2001:db8:9::1 activate
 exit-address-family
exit
!
"""


@pytest.fixture(scope='module')
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FRRDriver]:
    """The left router, its sessions to the right one up."""
    folder = tmp_path_factory.mktemp('pair')
    with (
        frr.standalone(folder / 'l', name='left', lab=f'nl{os.getpid()}', configuration=LEFT) as one,
        frr.standalone(folder / 'r', name='right', lab=f'nr{os.getpid()}', configuration=RIGHT) as other,
    ):
        left, right = one.namespace, other.namespace
        root_ip(
            [
                'link',
                'add',
                'wire',
                'netns',
                str(left.pid),
                'type',
                'veth',
                'peer',
                'name',
                'wire',
                'netns',
                str(right.pid),
            ]
        )
        for side, last in ((left, 1), (right, 2)):
            side.ip(
                [
                    f'address add 10.9.0.{last}/24 dev wire',
                    f'address add 2001:db8:9::{last}/64 dev wire',
                    'link set wire up',
                ]
            )
        driver = new_driver(one, one.username)
        driver.open()
        wait_for(lambda: len(driver.get_route_to('198.51.100.0/24')) and len(driver.get_route_to('2001:db8:51::/48')))
        yield driver
        driver.close()


def shaped(value: dict[str, Any], model: Any) -> None:
    """The keys and types that NAPALM's model asks for."""
    assert set(value) == set(model.__annotations__)
    for key, kind in model.__annotations__.items():
        if isinstance(kind, type):
            assert isinstance(value[key], kind), (key, value[key])


def test_facts(left: FRRDriver) -> None:
    facts = left.get_facts()
    shaped(facts, models.FactsDict)
    assert facts['hostname'] == 'left'
    assert facts['vendor'] == 'FRRouting'
    assert facts['os_version'].startswith(('8.', '9.', '10.'))
    assert facts['interface_list'] == ['lo', 'mgmt', 'wire']
    assert facts['uptime'] > 0


def test_bgp_neighbors(left: FRRDriver) -> None:
    found = left.get_bgp_neighbors()
    assert set(found) == {'global'}
    assert found['global']['router_id'] == '10.0.0.1'
    peers = found['global']['peers']
    assert set(peers) == {'10.9.0.2', '2001:db8:9::2', '10.9.0.7'}
    for peer in peers.values():
        shaped(peer, models.BGPStateNeighborDict)
    up, down = peers['10.9.0.2'], peers['10.9.0.7']
    assert up['is_up']
    assert up['is_enabled']
    assert up['uptime'] >= 0
    assert (up['local_as'], up['remote_as'], up['remote_id']) == (65001, 65002, '10.0.0.2')
    assert up['description'] == 'the right one'
    assert up['address_family'] == {
        'ipv4': {'received_prefixes': -1, 'accepted_prefixes': 1, 'sent_prefixes': 2}
    }  # of two prefixes the route-map accepts one
    assert peers['2001:db8:9::2']['address_family']['ipv6']['accepted_prefixes'] == 1
    assert not down['is_up']
    assert not down['is_enabled']
    assert down['uptime'] == -1
    assert down['address_family']['ipv4']['accepted_prefixes'] == 0


def test_bgp_neighbors_detail(left: FRRDriver) -> None:
    found = left.get_bgp_neighbors_detail()
    assert set(found['global']) == {65002, 65007}
    up = next(one for one in found['global'][65002] if one['remote_address'] == '10.9.0.2')
    down = found['global'][65007][0]
    for one in (up, down):
        shaped(one, models.PeerDetailsDict)
    assert (up['up'], up['connection_state'], up['local_address']) == (True, 'Established', '10.9.0.1')
    assert (up['import_policy'], up['export_policy']) == ('IN', '')
    assert (up['holdtime'], up['keepalive'], up['configured_holdtime']) == (9, 3, 9)
    assert up['accepted_prefix_count'] == 1
    assert 179 in (up['local_port'], up['remote_port'])
    assert (down['up'], down['local_address'], down['local_address_configured']) == (False, '', True)
    assert list(left.get_bgp_neighbors_detail('10.9.0.7')['global']) == [65007]


def test_bgp_config(left: FRRDriver) -> None:
    found = left.get_bgp_config()
    assert set(found) == {'_', 'FABRIC'}
    group = found['FABRIC']
    shaped(group, models.BGPConfigGroupDict)
    assert (group['type'], group['remote_as'], group['local_as']) == ('external', 0, 65001)
    assert group['import_policy'] == 'IN'
    assert group['prefix_limit'] == {'inet': {'unicast': {'limit': 100, 'teardown': {'threshold': 80, 'timeout': 5}}}}
    assert set(group['neighbors']) == {'10.9.0.2', '2001:db8:9::2'}
    member = group['neighbors']['10.9.0.2']
    shaped(member, models.BGPConfigNeighborDict)
    assert (member['description'], member['authentication_key']) == ('the right one', '<removed>')
    assert found['_']['multipath']
    assert found['_']['neighbors']['10.9.0.7']['local_address'] == '10.9.0.1'
    assert found['_']['neighbors']['10.9.0.7']['authentication_key'] == ''
    assert list(left.get_bgp_config(group='FABRIC')) == ['FABRIC']
    assert left.get_bgp_config(neighbor='10.9.0.7')['_']['neighbors'].keys() == {'10.9.0.7'}


def test_interfaces(left: FRRDriver) -> None:
    found = left.get_interfaces()
    assert set(found) == {'lo', 'mgmt', 'wire'}
    for one in found.values():
        shaped(one, models.InterfaceDict)
    assert found['wire']['is_up']
    assert found['wire']['description'] == 'to the right'
    assert found['wire']['mtu'] == 1500
    assert found['wire']['last_flapped'] >= 0
    assert len(found['wire']['mac_address']) == 17


def test_interface_addresses(left: FRRDriver) -> None:
    found = left.get_interfaces_ip()
    assert found['wire']['ipv4'] == {'10.9.0.1': {'prefix_length': 24}}
    assert found['wire']['ipv6']['2001:db8:9::1'] == {'prefix_length': 64}


def test_a_bgp_route(left: FRRDriver) -> None:
    (route,) = left.get_route_to('198.51.100.0/24')['198.51.100.0/24']
    shaped(route, models.RouteDict)
    assert (route['protocol'], route['next_hop'], route['outgoing_interface']) == ('bgp', '10.9.0.2', 'wire')
    assert (route['current_active'], route['selected_next_hop'], route['preference']) == (True, True, 20)
    assert route['age'] >= 0
    assert route['protocol_attributes'] == {
        'metric': 0, 'local_as': 65001, 'remote_as': 65002, 'peer_id': '10.9.0.2', 'as_path': '65002',
        'local_preference': 100,
    }  # fmt: skip


def test_routes_by_address_by_protocol_and_with_longer_prefixes(left: FRRDriver) -> None:
    assert list(left.get_route_to('198.51.100.77')) == ['198.51.100.0/24']
    assert set(left.get_route_to('198.51.0.0/16', longer=True)) == {'198.51.100.0/24'}
    assert set(left.get_route_to(protocol='static')) == {'192.0.2.0/24'}
    assert left.get_route_to('192.0.2.0/24')['192.0.2.0/24'][0]['outgoing_interface'] == 'Null0'
    assert left.get_route_to('2001:db8:51::/48')['2001:db8:51::/48'][0]['protocol'] == 'bgp'
    assert left.get_route_to('203.0.113.0/24') == {}


def test_a_destination_that_is_none_is_named(left: FRRDriver) -> None:
    with pytest.raises(CommandErrorException, match="'rack seven' is no prefix"):
        left.get_route_to('rack seven')


@pytest.mark.parametrize(
    ('text', 'expected'), [('00:00:12', 12), ('01:02:03', 3723), ('1d02h03m', 93780), ('01w2d03h', 788400)]
)
def test_ages_as_frr_prints_them(text: str, expected: int) -> None:
    assert seconds(text) == expected


def test_neighbors_on_the_wire(left: FRRDriver) -> None:
    assert left.ping('10.9.0.2', count=1)['success']['packet_loss'] == 0
    entry = next(one for one in left.get_arp_table() if one['ip'] == '10.9.0.2')
    shaped(entry, models.ARPTableDict)
    assert entry['interface'] == 'wire'
    for one in left.get_ipv6_neighbors_table():
        shaped(one, models.IPV6NeighborDict)


def test_ping(left: FRRDriver) -> None:
    answer = left.ping('10.9.0.2', source='10.9.0.1', count=2)['success']
    shaped(answer, models.PingDict)
    assert (answer['probes_sent'], answer['packet_loss']) == (2, 0)
    assert [one['ip_address'] for one in answer['results']] == ['10.9.0.2', '10.9.0.2']
    assert answer['rtt_min'] <= answer['rtt_avg'] <= answer['rtt_max']
    assert left.ping('10.9.0.99', count=1, timeout=1)['success']['packet_loss'] == 1
    assert 'error' in left.ping('no-such-host.invalid', count=1)


def test_commands(left: FRRDriver) -> None:
    assert 'FRRouting' in left.cli(['show version'])['show version']
    found = left.cli(['show bgp vrf all summary json'], encoding='json')
    assert found['show bgp vrf all summary json']['default']['ipv4Unicast']['routerId'] == '10.0.0.1'


def test_a_command_that_frr_does_not_know_is_an_error(left: FRRDriver) -> None:
    with pytest.raises(CommandErrorException, match=r'show nonsense: % Unknown command'):
        left.cli(['show nonsense'])
