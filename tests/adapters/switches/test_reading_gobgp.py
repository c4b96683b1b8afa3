"""What gobgpd's API says, as values; the answers are those of a lab's reflector, shortened."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from netbox_calico.adapters.switches.gobgp import GobgpReader, routes, sessions
from netbox_calico.planning.model.observation import RouterRoute, RouterSession

PEERS = [
    {
        'conf': {'local_asn': 64512, 'neighbor_address': '10.1.1.11', 'peer_asn': 64512, 'peer_group': 'CAL-LAB-4'},
        'state': {'neighbor_address': '10.1.1.11', 'peer_asn': 64512, 'session_state': 6},
        'afi_safis': [{'state': {'family': {'afi': 1, 'safi': 1}, 'received': 7, 'accepted': 5}}],
    },
    {
        'conf': {'neighbor_address': 'fd00:10:100::6', 'peer_asn': 65000},
        'state': {'neighbor_address': 'fd00:10:100::6', 'peer_asn': 65000, 'session_state': 3},
        'afi_safis': [
            {'state': {'family': {'afi': 2, 'safi': 1}}},
            {'state': {'family': {'afi': 25, 'safi': 70}}},
        ],
    },
]
RIB = {
    '10.65.0.0/26': [
        {'nlri': {'prefix': '10.65.0.0/26'}, 'best': True, 'neighbor-ip': '10.1.1.11'},
        {'nlri': {'prefix': '10.65.0.0/26'}, 'best': False, 'neighbor-ip': '10.1.1.12'},
    ],
    '10.254.0.2/32': [{'nlri': {'prefix': '10.254.0.2/32'}, 'best': True, 'neighbor-ip': '<nil>'}],
}


def test_a_session_is_one_of_a_neighbour_and_family_and_counts_what_was_accepted() -> None:
    assert list(sessions(PEERS)) == [
        RouterSession(ip_address('10.1.1.11'), 4, 64512, established=True, received=5, group='CAL-LAB-4'),
        RouterSession(ip_address('fd00:10:100::6'), 6, 65000, established=False),
    ]


def test_of_several_paths_the_best_is_used_and_its_own_have_no_neighbour() -> None:
    block = ip_network('10.65.0.0/26')
    assert list(routes(RIB)) == [
        RouterRoute(block, ip_address('10.1.1.11'), used=True),
        RouterRoute(block, ip_address('10.1.1.12'), used=False),
        RouterRoute(ip_network('10.254.0.2/32'), None, used=True),
    ]


def test_a_password_is_written_as_toml_wants_it() -> None:
    assert GobgpReader().quoted("a\\b'c") == "a\\\\b'c"
