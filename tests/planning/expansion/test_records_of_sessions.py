from __future__ import annotations

from ipaddress import ip_address

from netbox_calico.planning.expansion import Origin, Overlap, SecretKey, Session
from netbox_calico.planning.expansion.record import bird_filter_name, overlap_record, session_record


def test_what_is_false_or_none_is_left_out() -> None:
    session = Session(4, 'Mesh_10_0_0_2', ip_address('10.0.0.2'), 64512, 64512, Origin())
    assert session_record(session) == {
        'family': 4,
        'protocol': 'Mesh_10_0_0_2',
        'neighbor': '10.0.0.2',
        'remote_as': 64512,
        'local_as': 64512,
    }


def test_everything_at_once() -> None:
    session = Session(
        family=6,
        protocol='Global_fd00__2_port_1790',
        neighbor=ip_address('fd00::2'),
        remote_as=0,
        local_as=64512,
        origin=Origin('tor'),
        port=1790,
        source=ip_address('fd00::1'),
        multihop=True,
        ttl_security=True,
        ttl_hops=2,
        secret=SecretKey('bgp', 'key'),
        rr_client=True,
        rr_cluster_id='244.0.0.1',
        next_hop='self',
        passive=True,
        allow_local_as=1,
        restart_time=0,
        keepalive=10,
        import_filters=('in',),
        export_filters=('out',),
        reachable_by=ip_address('fd00::fe'),
    )
    assert session_record(session) == {
        'family': 6,
        'protocol': 'Global_fd00__2_port_1790',
        'neighbor': 'fd00::2',
        'port': 1790,
        'remote_as': 0,
        'local_as': 64512,
        'source': 'fd00::1',
        'multihop': True,
        'ttl_security': 'on',
        'password': True,
        'rr_client': True,
        'rr_cluster_id': '244.0.0.1',
        'next_hop': 'self',
        'passive': True,
        'allow_local_as': '1',
        'restart_time': '0',
        'import_filters': ['in'],
        'export_filters': ['out'],
    }


def test_a_long_filter_name_is_cut_as_the_agent_cuts_it() -> None:
    assert bird_filter_name('f' * 45) == 'f' * 45
    assert bird_filter_name('f' * 60) == 'f' * 28 + '_47625D4C5847AFA4'


def test_an_overlap_names_those_who_claim() -> None:
    assert overlap_record(Overlap('n1', ip_address('fd00::2'), None, ('a', 'b'))) == {
        'node': 'n1',
        'neighbor': 'fd00::2',
        'bgp_peers': ['a', 'b'],
    }
