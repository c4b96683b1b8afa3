from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from netbox_calico.planning.expansion import Expansion, Resources, expand

from .clusters import MESH_OFF, cases, expanded, node, peer, resource, the_session

N1 = node('n1', '10.0.0.1/24', rack='r1')
N2 = node('n2', '10.0.0.2/24', rack='r2')
REFLECTOR = node('rr', '10.0.0.9/24', reflector='244.0.0.1', rr='true')


def neighbors(expansion: Expansion, name: str) -> list[str]:
    return [str(session.neighbor) for session in expansion.sessions[name]]


def test_the_mesh_is_every_pair_of_nodes_of_a_family() -> None:
    found = expanded([N1, N2, node('n3', '10.0.0.3/24', 'fd00::3/64'), node('n4', ipv6='fd00::4/64')])
    assert neighbors(found, 'n1') == ['10.0.0.2', '10.0.0.3']
    assert neighbors(found, 'n3') == ['10.0.0.1', '10.0.0.2', 'fd00::4']
    assert all(session.origin.is_mesh and not session.multihop for session in found.sessions['n3'])


def test_reflectors_stand_outside_the_mesh() -> None:
    found = expanded([N1, N2, REFLECTOR])
    assert neighbors(found, 'n1') == ['10.0.0.2']
    assert neighbors(found, 'rr') == []


def test_the_side_with_the_smaller_text_dials() -> None:
    found = expanded([N2, node('n10', '10.0.0.10/24')])
    assert the_session(found, 'n2').passive is False
    assert the_session(found, 'n10').passive is True


@given(cases())
def test_in_the_mesh_each_session_has_its_other_end_and_one_of_the_two_dials(case: dict[str, Any]) -> None:
    sessions = expand(Resources.from_case(case)).sessions
    ends = {
        (session.source, session.neighbor): session.passive
        for found in sessions.values()
        for session in found
        if session.origin.is_mesh
    }
    for (own, other), passive in ends.items():
        assert ends[other, own] is not passive


@given(cases())
def test_no_node_peers_with_itself_or_from_an_address_that_it_lacks(case: dict[str, Any]) -> None:
    resources = Resources.from_case(case)
    sessions = expand(resources).sessions
    for found in resources.nodes:
        own = {4: found.ipv4 and found.ipv4.ip, 6: found.ipv6 and found.ipv6.ip}
        for session in sessions[found.name]:
            assert session.neighbor != own[session.family]
            assert own[session.family] is not None
            assert session.source in (None, own[session.family])


def test_a_mesh_neighbor_without_an_as_of_its_own_is_taken_to_have_ours() -> None:
    """From 3.32 on; before, the cluster's, which is what that neighbour itself uses."""
    resources = Resources.from_case({'nodes': [node('n1', '10.0.0.1/24', asn='65101'), N2]})
    assert [the_session(expand(resources, release=release), 'n1').remote_as for release in ((3, 31), (3, 32))] == [
        64512,
        65101,
    ]
    assert the_session(expand(resources), 'n2').remote_as == 65101


def test_password_and_restart_time_of_the_mesh() -> None:
    spec = {'nodeMeshPassword': {'secretKeyRef': {'name': 'bgp', 'key': 'mesh'}}, 'nodeMeshMaxRestartTime': '2m'}
    default = resource('BGPConfiguration', 'default', **spec)
    session = the_session(expanded([N1, N2], default, secrets={'bgp': {'mesh': 'hunter2'}}), 'n1')
    assert (session.password, session.restart_time) == (True, 120)
    without = expanded([N1, N2], default)
    assert the_session(without, 'n1').password is False
    assert [(finding.code, finding.subject) for finding in without.findings] == [
        ('calico-secret-missing', 'BGPConfiguration/default')
    ]


def test_clients_peer_with_reflectors_and_are_answered() -> None:
    found = expanded(
        [N1, N2, REFLECTOR], MESH_OFF, peer('rr', nodeSelector='!has(rr)', peerSelector='has(rr)', filters=['none'])
    )
    assert neighbors(found, 'n1') == ['10.0.0.9']
    assert neighbors(found, 'rr') == ['10.0.0.1', '10.0.0.2']
    assert all(session.rr_client and session.origin.reverse for session in found.sessions['rr'])
    assert not the_session(found, 'n1').rr_client


def test_manual_means_that_nobody_answers() -> None:
    found = expanded([N1, REFLECTOR], MESH_OFF, peer('rr', node='n1', peerSelector='has(rr)', reversePeering='Manual'))
    assert neighbors(found, 'n1') == ['10.0.0.9']
    assert neighbors(found, 'rr') == []


@pytest.mark.parametrize(('other', 'client'), [('244.0.0.1', False), ('244.0.0.2', True)])
def test_reflectors_of_one_cluster_id_are_no_clients_of_each_other(other: str, client: bool) -> None:
    second = node('rr2', '10.0.0.8/24', reflector=other, rr='true')
    found = expanded([REFLECTOR, second], MESH_OFF, peer('rr', nodeSelector='has(rr)', peerSelector='has(rr)'))
    assert the_session(found, 'rr').rr_client is client


def test_with_a_peer_selector_the_as_is_the_far_nodes_own_and_local_as_means_nothing() -> None:
    far = node('n2', '10.0.0.2/24', asn='65102', rr='true')
    spec = {'peerSelector': 'has(rr)', 'localASNumber': 65333, 'numAllowedLocalASNumbers': 1}
    session = the_session(expanded([N1, far], MESH_OFF, peer('p', node='n1', **spec)), 'n1')
    assert (session.remote_as, session.local_as, session.allow_local_as) == (65102, 64512, None)


@pytest.mark.parametrize(
    ('peer_ip', 'asn', 'answered'),
    [
        ('10.0.0.2', 64512, True),
        ('10.0.0.2', 0, True),
        ('10.0.0.2', 65000, False),
        ('10.0.0.2:1790', 64512, True),
        ('10.0.0.2:1791', 64512, False),
        ('10.0.0.3', 64512, False),
    ],
)
def test_a_node_that_is_named_by_address_answers_if_as_and_port_are_its_own(
    peer_ip: str, asn: int, answered: bool
) -> None:
    default = resource('BGPConfiguration', 'default', nodeToNodeMeshEnabled=False, listenPort=1790)
    found = expanded([N1, N2], default, peer('p', node='n1', peerIP=peer_ip, asNumber=asn))
    assert neighbors(found, 'n2') == (['10.0.0.1'] if answered else [])


def test_a_port_has_to_agree_with_the_nodes_and_with_the_clusters_setting() -> None:
    """If its own port differs from the cluster's, a node answers to no port that is written: so the agent compares."""
    default = resource('BGPConfiguration', 'default', nodeToNodeMeshEnabled=False, listenPort=1790)
    own = resource('BGPConfiguration', 'node.n2', listenPort=1791)
    found = expanded([N1, N2], default, own, peer('p', node='n1', peerIP='10.0.0.2:1791', asNumber=64512))
    assert neighbors(found, 'n2') == []


def test_a_global_claim_stands_in_the_way_of_a_reverse_one() -> None:
    everywhere = peer('g', peerIP='10.0.0.1', asNumber=65009)
    found = expanded([N1, N2], MESH_OFF, everywhere, peer('p', node='n1', peerSelector="rack == 'r2'"))
    assert the_session(found, 'n2').origin.bgp_peer == 'g'


def test_a_session_for_single_nodes_is_dialled_by_both_sides() -> None:
    found = expanded([N1, N2], MESH_OFF, peer('p', node='n1', peerIP='10.0.0.2', asNumber=64512))
    assert not the_session(found, 'n1').passive
    assert not the_session(found, 'n2').passive


def test_a_bgp_peer_that_says_nothing_about_its_far_end_means_nodes_that_lack_a_family() -> None:
    found = expanded([N1, node('n2', '10.0.0.2/24', 'fd00::2/64')], MESH_OFF, peer('p', node='n2', asNumber=64512))
    assert neighbors(found, 'n1') == ['10.0.0.2']
    assert neighbors(found, 'n2') == []


def test_an_ipv6_address_of_a_node_counts_as_the_agent_writes_it() -> None:
    def answered(peer_ip: str) -> bool:
        nodes = [node('n1', ipv6='fd00::1/64'), node('n2', ipv6='FD00:0::2/64')]
        return bool(expanded(nodes, MESH_OFF, peer('p', node='n1', peerIP=peer_ip, asNumber=64512)).sessions['n2'])

    assert answered('fd00::2')
    assert not answered('fd00:0::2')


def test_a_global_session_to_a_node_is_dialled_by_one_side() -> None:
    found = expanded([N1, N2], MESH_OFF, peer('p', peerIP='10.0.0.2', asNumber=64512))
    assert the_session(found, 'n1').protocol == 'Global_10_0_0_2'
    assert the_session(found, 'n1').passive is True
    assert the_session(found, 'n2').passive is False


def test_a_global_session_is_dialled_by_both_sides_if_the_address_is_not_written_as_the_agent_writes_it() -> None:
    nodes = [node('n1', ipv6='fd00::1/64'), node('n2', ipv6='fd00::2/64')]
    for peer_ip, passive in (('fd00::2', True), ('FD00::2', False)):
        found = expanded(nodes, MESH_OFF, peer('p', peerIP=peer_ip, asNumber=64512))
        assert the_session(found, 'n1').passive is passive


@pytest.mark.parametrize(
    ('common', 'own', 'expected'), [(None, None, None), (1790, None, 1790), (None, 1791, 1791), (1790, 1791, 1791)]
)
def test_the_port_of_a_node_is_its_own_or_the_clusters(
    common: int | None, own: int | None, expected: int | None
) -> None:
    ports = (
        resource('BGPConfiguration', 'default', nodeToNodeMeshEnabled=False, listenPort=common),
        resource('BGPConfiguration', 'node.n2', listenPort=own),
    )
    for spec in ({'peerSelector': "rack == 'r2'"}, {'peerIP': '10.0.0.2', 'asNumber': 64512}):
        assert the_session(expanded([N1, N2], *ports, peer('p', node='n1', **spec)), 'n1').port == expected
    mesh = expanded([N1, N2], resource('BGPConfiguration', 'default', listenPort=common), ports[1])
    assert the_session(mesh, 'n1').port == expected


def test_mesh_and_a_bgp_peer_to_the_same_node_are_two_sessions() -> None:
    found = expanded([N1, N2], peer('p', node='n1', peerSelector="rack == 'r2'"))
    assert [session.protocol for session in found.sessions['n1']] == ['Mesh_10_0_0_2', 'Node_10_0_0_2']
    assert found.overlaps == ()


def test_sessions_with_pods_are_not_predicted_but_told() -> None:
    found = expanded([N1, N2], MESH_OFF, peer('p', localWorkloadSelector='all()', asNumber=64512))
    assert dict(found.sessions) == {'n1': (), 'n2': ()}
    assert [finding.code for finding in found.findings] == ['calico-workload-peer']
