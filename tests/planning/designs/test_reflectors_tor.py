"""Reflectors that alone peer with the routers: with whom, and what each router takes of them."""

from __future__ import annotations

from ipaddress import ip_network

from netbox_calico.planning.designs import find
from netbox_calico.planning.model.options import Options
from tests.planning.world import observation, snapshot

WISH = snapshot(2, 3, 2, (4, 6), 'reflectors-tor', options=Options(reflectors_min=2), password_secret='bgp')
INTENT = find('reflectors-tor').derive(WISH, observation(WISH))


def test_every_reflector_peers_with_every_router_and_no_other_node_does() -> None:
    assert INTENT.reflection is not None
    chosen = set(INTENT.reflection.cluster_ids)
    assert len(chosen) == 2
    assert {(s.node, s.router, s.family) for s in INTENT.sessions} == {
        (node, router.id, family) for node in chosen for router in WISH.routers for family in (4, 6)
    }
    assert INTENT.rack_of == {}


def test_a_router_takes_what_leads_to_its_own_rack() -> None:
    [group4, group6] = next(section.groups for section in INTENT.sections if section.name == 'tor-2-1')
    assert (group4.next_hops, group6.next_hops) == ((ip_network('10.1.2.0/24'),), (ip_network('fd00:1:2::/64'),))
    assert (group4.next_hop_list, group4.multihop, group4.remote_as) == ('CAL-C1-NH4', True, 64512)
    assert str(group4.update_source) == '10.1.2.1'
    assert len(group4.neighbors) == 2


def test_reflectors_leave_the_next_hop_and_take_nothing() -> None:
    resources = {wanted.name: wanted.spec for wanted in INTENT.resources}
    assert resources['cal-c1-tor-2-1-4'] == {
        'nodeSelector': 'has(netbox-calico.io/route-reflector)',
        'peerIP': '10.1.2.1',
        'asNumber': 65021,
        'filters': ['cal-c1-reflectors-tor'],
        'nextHopMode': 'Keep',
        'reversePeering': 'Manual',
        'password': {'secretKeyRef': {'name': 'bgp', 'key': 'tor-2-1'}},
    }
    assert resources['cal-c1-reflectors-tor'] == {
        'importV4': [{'action': 'Reject'}],
        'importV6': [{'action': 'Reject'}],
    }


def test_among_the_nodes_all_is_as_with_reflectors_alone() -> None:
    alone = find('reflectors').derive(WISH, observation(WISH))
    assert INTENT.reflection == alone.reflection
    assert INTENT.resources[: len(alone.resources)] == alone.resources
