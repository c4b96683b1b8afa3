"""Hubs stand for one another where whoever has a session with one has the same with all; else each is itself."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface, ip_address

import pytest

from netbox_calico.planning.expansion import BGPConfiguration, BGPPeer, Node, Resources, shared_sessions
from netbox_calico.planning.proof.hubs import HUB, Hubs

RACKS = HUB + 3
REFLECTORS = ('n0', 'n1')


def hubs(*peers: BGPPeer, unlike: str = '') -> Hubs:
    """Two nodes a rack; those of the first racks are reflectors."""
    first = ip_address('10.0.0.1')
    nodes = tuple(
        Node(
            f'n{number}',
            {'role': 'reflector' if f'n{number}' in REFLECTORS else 'client', 'name': f'n{number}'},
            IPv4Interface((first + number, 8)),
            rr_cluster_id='224.0.0.1' if f'n{number}' in REFLECTORS else None,
        )
        for number in range(2 * RACKS)
    )
    return Hubs(
        [shared_sessions(Resources(nodes, peers, BGPConfiguration(mesh=False)))],
        {node.name: number % RACKS for number, node in enumerate(nodes)},
        {node.ipv4.ip: node.name for node in nodes if node.ipv4},
        lambda name: name == unlike,
    )


CLIENTS = BGPPeer('clients', node_selector="role == 'client'", peer_selector="role == 'reflector'")
AMONG = BGPPeer('reflectors', node_selector="role == 'reflector'", peer_selector="role == 'reflector'")


def test_reflectors_of_which_everybody_has_all() -> None:
    found = hubs(CLIENTS, AMONG)
    assert found.names == set(REFLECTORS)
    assert found.kind == dict.fromkeys(REFLECTORS, 0)


def test_reflectors_that_differ_in_themselves() -> None:
    found = hubs(CLIENTS, AMONG, unlike='n0')
    assert found.kind['n0'] != found.kind['n1']


@pytest.mark.parametrize(
    'clients',
    ["role == 'client'", "role == 'client' && name != 'n5'"],
    ids=['one session differs', 'one client has but one of them'],
)
def test_reflectors_that_some_client_tells_apart(clients: str) -> None:
    alone = BGPPeer('alone', node_selector="name == 'n5'", peer_selector="name == 'n0'", next_hop_mode='Self')
    found = hubs(replace(CLIENTS, node_selector=clients), AMONG, alone)
    assert found.names == set(REFLECTORS)
    assert found.kind == {}
