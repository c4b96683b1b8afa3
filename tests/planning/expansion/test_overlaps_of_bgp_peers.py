from __future__ import annotations

from ipaddress import ip_address
from itertools import permutations
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from netbox_calico.planning.expansion import Origin, Overlap, Resources, Session, expand

from .clusters import MESH_OFF, cases, expanded, node, peer, resource, the_session

N1 = node('n1', '10.0.0.1/24', rack='r1')
TOR = '10.0.0.254'


def test_two_bgp_peers_that_differ_overlap_on_the_nodes_that_both_select() -> None:
    found = expanded(
        [N1, node('n2', '10.0.0.2/24')],
        MESH_OFF,
        peer('all', nodeSelector='all()', peerIP=TOR, asNumber=65001),
        peer('rack', nodeSelector="rack == 'r1'", peerIP=TOR, asNumber=65002),
    )
    assert found.overlaps == (Overlap('n1', ip_address(TOR), None, ('all', 'rack')),)
    assert the_session(found, 'n1').origin.bgp_peer == 'all'
    assert the_session(found, 'n2').remote_as == 65001


def test_two_bgp_peers_that_say_the_same_do_not_overlap() -> None:
    found = expanded(
        [N1],
        MESH_OFF,
        peer('a', nodeSelector='all()', peerIP=TOR, asNumber=65001, filters=['absent'], reversePeering='Manual'),
        peer('b', node='n1', peerIP=TOR, asNumber=65001, localASNumber=64512, sourceAddress='UseNodeIP'),
    )
    assert found.overlaps == ()


def test_other_hops_another_gateway_or_another_password_are_a_difference() -> None:
    plain = {'nodeSelector': 'all()', 'peerIP': TOR, 'asNumber': 65001}
    secrets = {'bgp': {'one': 'a', 'two': 'b'}}

    def overlap(one: dict[str, Any], two: dict[str, Any]) -> bool:
        both = peer('a', **plain, **one), peer('b', **plain, **two)
        return bool(expanded([N1], MESH_OFF, *both, secrets=secrets).overlaps)

    def password(key: str) -> dict[str, Any]:
        return {'password': {'secretKeyRef': {'name': 'bgp', 'key': key}}}

    assert overlap({'ttlSecurity': 1}, {'ttlSecurity': 2})
    assert overlap({'reachableBy': '10.0.0.253'}, {})
    assert overlap({'keepaliveTime': '10s'}, {'keepaliveTime': '20s'})
    assert overlap(password('one'), password('two'))
    assert not overlap(password('one'), password('one'))
    assert not overlap(password('absent'), {})


def test_the_same_password_in_two_places_is_no_difference() -> None:
    peers = [
        peer(
            key, nodeSelector='all()', peerIP=TOR, asNumber=65001, password={'secretKeyRef': {'name': name, 'key': key}}
        )
        for name, key in (('one', 'a'), ('two', 'b'))
    ]
    for value, overlaps in (('same', 0), ('other', 1)):
        secrets = {'one': {'a': 'same'}, 'two': {'b': value}}
        assert len(expanded([N1], MESH_OFF, *peers, secrets=secrets).overlaps) == overlaps


def test_chance_chooses_the_port_of_an_address_that_several_nodes_have() -> None:
    """The agent takes the listen port of one of the nodes, whichever comes first."""
    nodes = [N1, node('n2', '10.0.0.9/24'), node('n3', '10.0.0.9/24'), node('n4', '10.0.0.9/24', asn='65001')]
    to_both = peer('p', nodeSelector="rack == 'r1'", peerIP='10.0.0.9', asNumber=64512, reversePeering='Manual')
    for port, overlaps in (
        (1790, (Overlap('n1', ip_address('10.0.0.9'), 1790, ('p',)),)),
        (None, ()),
    ):
        own = resource('BGPConfiguration', 'node.n2', **({'listenPort': port} if port else {}))
        assert expanded(nodes, MESH_OFF, own, to_both).overlaps == overlaps


def test_the_mesh_with_an_address_that_several_nodes_have_is_told_where_they_differ() -> None:
    n2 = node('n2', '10.0.0.9/24')
    for asn, overlaps in (('65001', (Overlap('n1', ip_address('10.0.0.9'), None, ()),)), ('64512', ())):
        assert expanded([N1, n2, node('n3', '10.0.0.9/25', asn=asn)]).overlaps == overlaps


def test_a_global_bgp_peer_beats_one_for_nodes() -> None:
    found = expanded(
        [N1],
        MESH_OFF,
        peer('a', nodeSelector='all()', peerIP=TOR, asNumber=65001),
        peer('z', peerIP=TOR, asNumber=65002),
    )
    assert found.overlaps == ()
    assert the_session(found, 'n1').origin.bgp_peer == 'z'


def test_a_direct_claim_beats_the_reverse_of_another_bgp_peer() -> None:
    found = expanded(
        [N1, node('n2', '10.0.0.2/24')],
        MESH_OFF,
        peer('a', node='n1', peerIP='10.0.0.2', asNumber=64512, ttlSecurity=1),
        peer('z', node='n2', peerIP='10.0.0.1', asNumber=64512, reversePeering='Manual'),
    )
    assert found.overlaps == ()
    assert the_session(found, 'n2').origin == Origin('z', reverse=False)


def test_another_port_is_another_session_but_179_is_none() -> None:
    def claims(port: str) -> tuple[int, int]:
        found = expanded(
            [N1],
            MESH_OFF,
            peer('a', nodeSelector='all()', peerIP=TOR, asNumber=65001),
            peer('b', nodeSelector='all()', peerIP=f'{TOR}:{port}', asNumber=65001),
        )
        return len(found.sessions['n1']), len(found.overlaps)

    assert claims('1790') == (2, 0)
    assert claims('179') == (1, 1)


def test_no_overlap_is_told_on_a_node_that_has_no_address_in_the_family() -> None:
    found = expanded(
        [node('n1', ipv6='fd00::1/64')],
        MESH_OFF,
        peer('a', peerIP=TOR, asNumber=65001),
        peer('b', peerIP=TOR, asNumber=65002),
    )
    assert found.overlaps == ()
    assert found.sessions['n1'] == ()


def without_origin(sessions: tuple[Session, ...]) -> list[tuple[object, ...]]:
    return [tuple(getattr(session, name) for name in Session.__slots__ if name != 'origin') for session in sessions]


@given(cases())
def test_the_order_of_bgp_peers_matters_exactly_where_they_overlap(case: dict[str, Any]) -> None:
    """The first by name wins in a tie, so naming them anew in every order goes through all that the agent may do."""
    peers = [found for found in case['resources'] if found['kind'] == 'BGPPeer']
    others = [found for found in case['resources'] if found['kind'] != 'BGPPeer']
    assume(peers)
    seen: dict[str, set[str]] = {}
    for names in permutations(found['name'] for found in peers):
        renamed = [{**found, 'name': name} for found, name in zip(peers, names, strict=True)]
        expansion = expand(Resources.from_case({**case, 'resources': others + renamed}))
        for name, sessions in expansion.sessions.items():
            seen.setdefault(name, set()).add(str(without_origin(sessions)))
    overlapping = {overlap.node for overlap in expand(Resources.from_case(case)).overlaps}
    assert {name for name, results in seen.items() if len(results) > 1} == overlapping


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_objects_does_not_matter(case: dict[str, Any], random: Any) -> None:
    shuffled = {**case, 'nodes': random.sample(case['nodes'], len(case['nodes']))}
    shuffled['resources'] = random.sample(case['resources'], len(case['resources']))
    one, two = expand(Resources.from_case(case)), expand(Resources.from_case(shuffled))
    assert dict(one.sessions) == dict(two.sessions)
    assert (one.overlaps, one.findings) == (two.overlaps, two.findings)
    assert dict(one.sessions) == dict(one.sessions)
