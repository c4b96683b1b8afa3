from __future__ import annotations

from ipaddress import ip_address, ip_interface

from netbox_calico.planning.matching import Host, match_nodes
from netbox_calico.planning.model.observation import KubernetesNode

NODE = KubernetesNode(
    'node1.example.net', addresses=(ip_interface('10.1.1.11/24'),), system_uuid='4C4C4544-0042-3510-8052-B9C04F4A4D32'
)


def host(id: int, name: str, serial: str = '', *addresses: str, kind: str = 'device') -> Host:
    return Host(kind, id, name, serial, tuple(ip_address(a) for a in addresses))


def test_a_serial_an_address_or_a_name_alone_is_enough():
    for only in (
        host(1, 'other', '4c4c4544-0042-3510-8052-b9c04f4a4d32'),
        host(1, 'other', '', '10.1.1.11'),
        host(1, 'NODE1.example.net'),
        host(1, 'node1', kind='virtualmachine'),
    ):
        (match,) = match_nodes([NODE], [host(2, 'unrelated'), only])
        assert match.host == only


def test_clues_that_disagree_tie_nothing_and_name_both_hosts():
    (match,) = match_nodes([NODE], [host(1, 'node1'), host(2, 'node2', '', '10.1.1.11')])
    assert match.host is None
    assert 'name says node1' in match.reason
    assert 'address says node2' in match.reason


def test_one_clue_narrows_another_that_is_ambiguous():
    right = host(1, 'node1', '', '10.1.1.11')
    (match,) = match_nodes([NODE], [right, host(2, 'node1')])
    assert match.host == right


def test_a_host_that_two_nodes_claim_goes_to_neither():
    twin = KubernetesNode('node1.example.org')
    matches = match_nodes([NODE, twin], [host(1, 'node1')])
    assert [match.host for match in matches] == [None, None]
    assert 'node1.example.net and node1.example.org' in matches[0].reason


def test_a_node_that_nothing_fits_says_what_to_do():
    (match,) = match_nodes([NODE], [host(1, 'other')])
    assert match.host is None
    assert 'tie the node by hand' in match.reason
