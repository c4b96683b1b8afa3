from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

from netbox_calico.planning.expansion import Origin, Resources, SecretKey, Session, expand

from .clusters import MESH_OFF, case, expanded, node, peer, resource, the_session

N1 = node('n1', '10.0.0.1/24', 'fd00::1/64', rack='r1')
TOR = {'nodeSelector': 'all()', 'peerIP': '10.0.0.254', 'asNumber': 65001}


def session_of(spec: dict[str, Any], **more: Any) -> Session:
    return the_session(
        expanded([more.get('node', N1)], MESH_OFF, *more.get('resources', ()), peer('tor', **spec)), 'n1'
    )


def test_a_router_is_a_multihop_session_from_the_nodes_address() -> None:
    assert session_of(TOR) == Session(
        family=4,
        protocol='Node_10_0_0_254',
        neighbor=ip_address('10.0.0.254'),
        remote_as=65001,
        local_as=64512,
        origin=Origin('tor'),
        source=ip_address('10.0.0.1'),
        multihop=True,
        ttl_security=False,
    )


def test_the_same_in_ipv6_with_a_port() -> None:
    session = session_of({**TOR, 'peerIP': '[FD00:0::FE]:1790'})
    assert (session.family, session.protocol, session.port) == (6, 'Node_fd00__fe_port_1790', 1790)
    assert session.source == ip_address('fd00::1')


@pytest.mark.parametrize(
    ('peer_ip', 'port'),
    [('10.0.0.254:0', None), ('10.0.0.254:0x50', 80), ('10.0.0.254:0120', 80), ('[10.0.0.254]:1_0', 10)],
)
def test_a_port_is_read_as_go_reads_it(peer_ip: str, port: int | None) -> None:
    assert session_of({**TOR, 'peerIP': peer_ip}).port == port


@pytest.mark.parametrize(
    'peer_ip',
    [
        '',
        'tor',
        '[fd00::fe]',
        '10.0.0.254:',
        '10.0.0.254:65536',
        '10.0.0.254:+5',
        '010.0.0.254',
        'fe80::1%eth0',
        ' 10.0.0.254',
    ],
)
def test_an_address_that_is_none_makes_no_session_and_a_finding(peer_ip: str) -> None:
    found = expanded([N1], MESH_OFF, peer('tor', **{**TOR, 'peerIP': peer_ip}))
    assert found.sessions['n1'] == ()
    (finding,) = found.findings
    assert (finding.code, finding.subject) == ('calico-peer-ignored', 'BGPPeer/tor')
    assert repr(peer_ip) in finding.message


def test_an_ipv4_address_mapped_into_ipv6_is_ipv4() -> None:
    assert session_of({**TOR, 'peerIP': '::ffff:10.0.0.254'}).neighbor == ip_address('10.0.0.254')


def test_a_gateway_of_the_other_family_makes_no_session_and_a_finding() -> None:
    found = expanded([N1], MESH_OFF, peer('tor', **TOR, reachableBy='fd00::fe'))
    assert found.sessions['n1'] == ()
    assert [finding.code for finding in found.findings] == ['calico-peer-ignored']
    assert session_of({**TOR, 'reachableBy': '10.0.0.253'}).reachable_by == ip_address('10.0.0.253')


def test_a_node_has_no_session_in_a_family_that_it_has_no_address_of() -> None:
    found = expanded(
        [node('n1', ipv6='fd00::1/64')], MESH_OFF, peer('v4', **TOR), peer('v6', peerIP='fd00::fe', asNumber=65001)
    )
    assert the_session(found, 'n1').family == 6


def test_a_global_bgp_peer_is_for_every_node() -> None:
    found = expanded([N1, node('n2', '10.0.0.2/24')], MESH_OFF, peer('tor', peerIP='10.0.0.254', asNumber=65001))
    assert [the_session(found, name).protocol for name in ('n1', 'n2')] == ['Global_10_0_0_254'] * 2


def test_a_selector_beats_the_name_of_a_node_as_in_the_agent() -> None:
    found = expanded(
        [N1, node('n2', '10.0.0.2/24')], MESH_OFF, peer('tor', **{**TOR, 'nodeSelector': 'has(rack)', 'node': 'n2'})
    )
    assert [len(found.sessions[name]) for name in ('n1', 'n2')] == [1, 0]


@pytest.mark.parametrize(
    ('annotation', 'common', 'own', 'expected'),
    [
        ('', None, None, 64512),
        ('', 65000, None, 65000),
        ('65101', 65000, None, 65101),
        ('1.10', 65000, None, 65546),
        ('65101', 65000, 65333, 65333),
        ('none', 65000, None, 65000),
    ],
)
def test_the_local_as_is_the_nearest_that_is_given(
    annotation: str, common: int | None, own: int | None, expected: int
) -> None:
    default = resource('BGPConfiguration', 'default', nodeToNodeMeshEnabled=False, asNumber=common)
    spec = {**TOR, 'localASNumber': own}
    found = expanded([node('n1', '10.0.0.1/24', asn=annotation)], default, peer('tor', **spec))
    assert the_session(found, 'n1').local_as == expected


@pytest.mark.parametrize(
    ('spec', 'expected'),
    [
        ({}, None),
        ({'nextHopMode': 'Auto'}, None),
        ({'nextHopMode': 'Self'}, 'self'),
        ({'nextHopMode': 'Keep'}, 'keep'),
        ({'keepOriginalNextHop': True}, 'keep'),
        ({'keepOriginalNextHop': True, 'asNumber': 64512}, None),
        ({'keepOriginalNextHop': True, 'localASNumber': 65001}, None),
        ({'keepOriginalNextHop': True, 'nextHopMode': 'Auto'}, None),
        ({'nextHopMode': 'Keep', 'asNumber': 64512}, 'keep'),
    ],
)
def test_next_hop_modes_replace_the_older_field_which_is_for_ebgp(spec: dict[str, Any], expected: str | None) -> None:
    assert session_of({**TOR, **spec}).next_hop == expected


@pytest.mark.parametrize(
    ('spec', 'expected'),
    [
        ({}, None),
        ({'asNumber': 64512}, '244.0.0.1'),
        ({'localASNumber': 65001}, '244.0.0.1'),
        ({'asNumber': 64512, 'localASNumber': 65333}, None),
    ],
)
def test_every_ibgp_neighbor_by_address_is_a_client_of_a_reflector(spec: dict[str, Any], expected: str | None) -> None:
    session = session_of({**TOR, **spec}, node=node('n1', '10.0.0.1/24', reflector='244.0.0.1'))
    assert (session.rr_client, session.rr_cluster_id) == (expected is not None, expected)


@pytest.mark.parametrize(
    ('text', 'seconds'),
    [
        ('45s', 45),
        ('1m30s', 90),
        ('1.5s', 2),
        ('499ms', 0),
        ('-5s', -5),
        ('+3s', 3),
        ('2h', 7200),
        ('0', 0),
        ('.5m', 30),
    ],
)
def test_durations_are_whole_seconds(text: str, seconds: int) -> None:
    session = session_of({**TOR, 'maxRestartTime': text, 'keepaliveTime': text})
    assert (session.restart_time, session.keepalive) == (seconds, seconds)


def test_release_3_31_knows_no_keepalive_time() -> None:
    resources = Resources.from_case(case([N1], MESH_OFF, peer('tor', **TOR, keepaliveTime='10s')))
    assert the_session(expand(resources, release=(3, 31)), 'n1').keepalive is None


def test_release_3_30_knows_no_local_as_number_of_a_bgp_peer() -> None:
    resources = Resources.from_case(case([N1], MESH_OFF, peer('tor', **TOR, localASNumber=65333)))
    assert [the_session(expand(resources, release=(3, minor)), 'n1').local_as for minor in (30, 31)] == [64512, 65333]


def test_release_3_31_writes_a_number_of_local_as_numbers_below_0() -> None:
    resources = Resources.from_case(case([N1], MESH_OFF, peer('tor', **TOR, numAllowedLocalASNumbers=-1)))
    found = [the_session(expand(resources, release=(3, minor)), 'n1').allow_local_as for minor in (31, 32)]
    assert found == [-1, None]


def test_sessions_are_sorted_by_family_neighbor_and_port() -> None:
    ends = ['10.0.0.254:1790', '10.0.0.254:200', '10.0.0.10', 'fd00::fe']
    peers = [peer(f'p{number}', nodeSelector='all()', peerIP=end, asNumber=65001) for number, end in enumerate(ends)]
    found = [(str(session.neighbor), session.port) for session in expanded([N1], MESH_OFF, *peers).sessions['n1']]
    assert found == [('10.0.0.10', None), ('10.0.0.254', 200), ('10.0.0.254', 1790), ('fd00::fe', None)]


def test_ttl_security_and_own_as_and_source() -> None:
    session = session_of({**TOR, 'ttlSecurity': 2, 'numAllowedLocalASNumbers': 3, 'sourceAddress': 'None'})
    assert (session.ttl_security, session.ttl_hops) == (True, 2)
    assert session.allow_local_as == 3
    assert session.source is None
    assert session_of({**TOR, 'numAllowedLocalASNumbers': -1}).allow_local_as is None


def test_filters_count_where_they_exist_and_have_rules_for_family_and_direction() -> None:
    filters = (
        resource('BGPFilter', 'both', importV4=[{'action': 'Reject'}], exportV4=[{'action': 'Reject'}]),
        resource('BGPFilter', 'out', exportV4=[{'action': 'Reject'}], importV4=[]),
        resource('BGPFilter', 'six', exportV6=[{'action': 'Reject'}], importV6=[{'action': 'Reject'}]),
    )
    spec = {**TOR, 'filters': ['out', 'absent', 'six', 'both']}
    session = session_of(spec, resources=filters)
    assert session.import_filters == ('both',)
    assert session.export_filters == ('out', 'both')
    assert session_of({**spec, 'peerIP': 'fd00::fe'}, resources=filters).export_filters == ('six',)


@pytest.mark.parametrize(
    ('name', 'key', 'there'), [('bgp', 'key', True), ('bgp', 'empty', False), ('bgp', 'x', False), ('y', 'key', False)]
)
def test_a_password_that_is_missing_or_empty_is_none_and_a_finding(name: str, key: str, there: bool) -> None:
    spec = {**TOR, 'password': {'secretKeyRef': {'name': name, 'key': key}}}
    found = expanded([N1], MESH_OFF, peer('tor', **spec), secrets={'bgp': {'key': 'hunter2', 'empty': ''}})
    session = the_session(found, 'n1')
    assert session.password is there
    assert session.secret == (SecretKey(name, key) if there else None)
    assert [finding.code for finding in found.findings] == ([] if there else ['calico-secret-missing'])
    assert 'hunter2' not in repr((session, found))
