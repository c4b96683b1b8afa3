"""Shared sessions are those of an expansion, but for what a node's own address decides."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, ip_address

from netbox_calico.planning.expansion import (
    BGPConfiguration,
    BGPPeer,
    Node,
    Resources,
    Session,
    expand,
    shared_sessions,
)

from .test_equals_the_real_agent import CASES


def bare(session: Session) -> Session:
    own = IPv4Address(0) if session.family == 4 else IPv6Address(0)
    return replace(session, passive=False, source=session.source and own)


def test_they_are_those_of_the_real_agents_clusters() -> None:
    compared = 0
    for case in CASES:
        resources = Resources.from_case(case)
        unmeshed = replace(resources, configuration=replace(resources.configuration, mesh=False))
        expected = {name: tuple(map(bare, found)) for name, found in expand(unmeshed).sessions.items()}
        shared = shared_sessions(unmeshed)
        assert {name: shared[name] for name in shared} == expected, case['name']
        compared += sum(map(len, expected.values()))
    assert compared > 1000


def test_nodes_alike_have_one_and_the_same_tuple() -> None:
    nodes = tuple(Node(f'n{n}', {}, IPv4Interface((ip_address('10.0.0.1') + n, 8))) for n in range(4))
    peers = (
        BGPPeer('tor', node_selector='all()', peer_ip='10.9.9.9', as_number=65001),
        BGPPeer('first', node_selector='all()', peer_ip='10.0.0.1', as_number=64512, reverse_peering='Manual'),
    )
    shared = shared_sessions(Resources(nodes, peers, BGPConfiguration(mesh=False)))
    assert len(shared['n1']) == 2
    assert shared['n1'] is shared['n2'] is shared['n3']
    assert shared['n0'] == tuple(session for session in shared['n1'] if session.origin.bgp_peer == 'tor')
