from __future__ import annotations

from typing import Any

import pytest

from netbox_calico.planning.expansion import Expansion
from netbox_calico.planning.model.plan import Severity

from .clusters import MESH_OFF, expanded, node, peer, resource

N1 = node('n1', '10.0.0.1/24')
TOR = {'nodeSelector': 'all()', 'peerIP': '10.0.0.254', 'asNumber': 65001}


def codes(found: Expansion) -> list[tuple[str, str]]:
    return [(finding.code, finding.subject) for finding in found.findings]


@pytest.mark.parametrize('field', ['nodeSelector', 'peerSelector'])
def test_a_selector_that_cannot_be_read_selects_no_node(field: str) -> None:
    spec: dict[str, Any] = {'nodeSelector': 'all()', 'peerSelector': 'all()', field: 'rack = r1'}
    found = expanded([N1, node('n2', '10.0.0.2/24')], MESH_OFF, peer('p', **spec))
    assert [len(sessions) for sessions in found.sessions.values()] == [0, 0]
    assert codes(found) == [('calico-selector-ignored', 'BGPPeer/p')]
    assert "'rack = r1' cannot be read at character 6" in found.findings[0].message


def test_a_filter_that_does_not_exist_leaves_the_session_unfiltered() -> None:
    found = expanded([N1], MESH_OFF, resource('BGPFilter', 'there'), peer('p', **TOR, filters=['there', 'absent']))
    assert codes(found) == [('calico-filter-missing', 'BGPPeer/p')]
    assert "'absent'" in found.findings[0].message


def test_a_node_that_does_not_exist() -> None:
    found = expanded([N1], MESH_OFF, peer('p', **{**TOR, 'nodeSelector': None, 'node': 'n9'}))
    assert codes(found) == [('calico-node-unknown', 'BGPPeer/p')]


def test_as_0_is_what_a_forgotten_as_number_becomes() -> None:
    found = expanded([N1], MESH_OFF, peer('p', **{**TOR, 'asNumber': None}))
    assert found.sessions['n1'][0].remote_as == 0
    assert codes(found) == [('calico-peer-without-as', 'BGPPeer/p')]


def test_a_gateway_of_peers_that_are_selected() -> None:
    found = expanded([N1, node('n2', '10.0.0.2/24')], MESH_OFF, peer('p', peerSelector='all()', reachableBy='10.0.0.8'))
    assert codes(found) == [('calico-reachable-by-both-families', 'BGPPeer/p')]


def test_an_address_that_two_nodes_have() -> None:
    found = expanded([N1, node('n2', '10.0.0.1/25')], MESH_OFF)
    assert codes(found) == [('calico-address-shared', 'Node/n1, n2')]


@pytest.mark.parametrize(
    ('password', 'found'),
    [
        ('hunter2\n', ['calico-password-unfit']),
        ('a"b', ['calico-password-unfit']),
        ('x' * 81, ['calico-password-unfit']),
        ('x' * 80, []),
        ("it's; {odd} #", []),
    ],
)
def test_a_password_that_bird_cannot_read(password: str, found: list[str]) -> None:
    tor = peer('p', **TOR, password={'secretKeyRef': {'name': 'bgp', 'key': 'tor'}})
    told = expanded([N1], MESH_OFF, tor, secrets={'bgp': {'tor': password, 'unused': '\n'}}).findings
    assert [finding.code for finding in told] == found
    assert all("Key 'tor' has" in finding.message and password not in finding.message for finding in told)


def test_a_password_of_the_mesh_matters_only_while_there_is_a_mesh() -> None:
    password = {'secretKeyRef': {'name': 'bgp', 'key': 'x'}}
    for mesh, expected in ((True, ['calico-secret-missing']), (False, [])):
        default = resource('BGPConfiguration', 'default', nodeToNodeMeshEnabled=mesh, nodeMeshPassword=password)
        assert [finding.code for finding in expanded([N1], default).findings] == expected


def test_a_sound_cluster_has_none_and_all_are_warnings_in_order() -> None:
    assert expanded([N1], MESH_OFF, peer('p', **TOR)).findings == ()
    found = expanded([N1], MESH_OFF, peer('b', **TOR, filters=['x']), peer('a', **TOR, filters=['y', 'x']))
    assert [finding.subject for finding in found.findings] == ['BGPPeer/a', 'BGPPeer/a', 'BGPPeer/b']
    assert {finding.severity for finding in found.findings} == {Severity.WARNING}
