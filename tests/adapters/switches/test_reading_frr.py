"""What FRR 8.4.4 printed, read: two sessions with a node, one with an uplink that is down, one without addresses."""

from __future__ import annotations

import json
from ipaddress import ip_address, ip_network
from pathlib import Path

from netbox_calico.adapters.switches.frr import routes, sessions
from netbox_calico.planning.model.observation import RouterRoute, RouterSession

RECORDED = Path(__file__).with_name('recorded')
RUNNING = """\
router bgp 65001
 neighbor CAL-C1-4 peer-group
 neighbor UPLINK peer-group
 neighbor 10.1.1.11 peer-group CAL-C1-4
 neighbor 2001:db8:1::11 peer-group CAL-C1-6
 neighbor x1 interface peer-group UPLINK
"""
NODE, NODE6 = ip_address('10.1.1.11'), ip_address('2001:db8:1::11')


def test_sessions_of_both_families_with_their_groups() -> None:
    found = sessions(json.loads((RECORDED / 'summary.json').read_text()), RUNNING)
    assert set(found) == {
        RouterSession(NODE, 4, 64512, True, 2, 'CAL-C1-4'),
        RouterSession(ip_address('10.9.9.9'), 4, 65000, False, 0, ''),
        RouterSession(ip_address('fe80::%x1'), 4, 64512, True, 2, 'UPLINK'),
        RouterSession(NODE6, 6, 64512, True, 1, 'CAL-C1-6'),
    }


def test_a_neighbor_that_is_active_in_no_family_is_somebodys() -> None:
    running = RUNNING + ' neighbor 10.1.1.99 remote-as 65009\n neighbor fd00::99 description theirs\nexit\n'
    found = sessions(json.loads((RECORDED / 'summary.json').read_text()), running)
    assert {session for session in found if not session.remote_as} == {
        RouterSession(ip_address('10.1.1.99'), 4, 0, False),
        RouterSession(ip_address('fd00::99'), 6, 0, False),
    }


def test_groups_of_another_vrf_are_not_taken_for_those_of_the_default() -> None:
    elsewhere = (
        'exit\nrouter bgp 65001 vrf blue\n neighbor 10.1.1.11 peer-group THEIRS\n neighbor 10.7.7.7 remote-as 1\n'
    )
    summary = json.loads((RECORDED / 'summary.json').read_text())
    assert set(sessions(summary, RUNNING + elsewhere)) == set(sessions(summary, RUNNING))


def test_every_path_and_whether_it_is_used() -> None:
    link = ip_address('fe80::1c15:efff:fe10:27d7')
    assert list(routes(json.loads((RECORDED / 'ipv4.json').read_text()))) == [
        RouterRoute(ip_network('10.1.1.0/24'), None, True),
        RouterRoute(ip_network('10.244.0.0/26'), link, True),
        RouterRoute(ip_network('10.244.0.0/26'), NODE, True),
        RouterRoute(ip_network('10.244.0.64/26'), link, True),
        RouterRoute(ip_network('10.244.0.64/26'), NODE, True),
    ]
    assert list(routes(json.loads((RECORDED / 'ipv6.json').read_text()))) == [
        RouterRoute(ip_network('fd10:244::/122'), NODE6, True)
    ]


def test_a_path_that_is_neither_best_nor_multipath_is_not_used() -> None:
    path = {'valid': True, 'peerId': '10.1.1.11'}
    assert [route.used for route in routes({'routes': {'10.0.0.0/8': [path]}})] == [False]
    assert [
        route.used for route in routes({'routes': {'10.0.0.0/8': [{**path, 'bestpath': True, 'valid': False}]}})
    ] == [False]


def test_a_router_without_bgp_has_neither() -> None:
    assert list(sessions({}, '')) == []
    assert list(routes({})) == []
