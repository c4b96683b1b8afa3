"""Answers of BIRD 2 and of BIRD 1.6, as they were recorded on the lab's nodes, in the words of CalicoNodeStatus."""

from __future__ import annotations

from lab.agent.status import agent, peers, routes

BIRD_2_ROUTES = """\
Table master4:
0.0.0.0/0            unicast [kernel1 14:45:15.145] * (10)
	via 10.1.1.1 on bond0
10.65.0.2/32         unicast [kernel1 14:45:15.145] * (10)
	dev cali0
10.65.0.192/26       unicast [Node_10_1_1_2 14:45:54.924] * (100) [AS65001i]
	via 10.1.1.2 on bond0
                     unicast [Node_10_1_1_3_port_1790 14:45:55.079 from 10.1.1.3] (100) [AS65001i]
	via 10.1.1.3 on bond0
10.65.0.0/26         blackhole [static1 14:45:14.145] * (200)
                     unreachable [Mesh_10_1_1_12 14:45:55.079 from 10.1.1.3] (100) [i]
10.66.0.0/26         unicast [kernel1 14:45:54.924] * (10)
	via 10.1.1.2 on bond0 weight 1
	via 10.1.1.3 on bond0 weight 1
172.28.0.0/22        unicast [direct1 14:45:15.144] * (240)
	dev mgmt
"""
BIRD_1_ROUTES = """\
0.0.0.0/0          via 10.1.1.1 on bond0 [kernel1 14:43:30] * (10)
10.65.0.2/32       dev cali0 [kernel1 14:43:30] * (10)
10.65.0.192/26     via 10.1.1.2 on bond0 [Node_10_1_1_2 14:44:31] * (100/0) [AS65001i]
                   via 10.1.1.3 on bond0 [Node_10_1_1_3_port_1790 14:44:31] (100/0) [AS65001i]
10.65.0.0/26       blackhole [static1 14:43:29] * (200)
                   unreachable [Mesh_10_1_1_12 14:44:31 from 10.1.1.3] (100/-) [i]
10.66.0.0/26       multipath [kernel1 14:43:30] * (10)
	via 10.1.1.2 on bond0 weight 1
	via 10.1.1.3 on bond0 weight 1
172.28.0.0/22      dev mgmt [direct1 14:43:29] * (240)
"""
ROUTES = [
    ('FIB', '0.0.0.0/0', '10.1.1.1', 'bond0', 'Kernel', None),
    ('FIB', '10.65.0.2/32', 'N/A', 'cali0', 'Kernel', None),
    ('FIB', '10.65.0.192/26', '10.1.1.2', 'bond0', 'BGPPeer', '10.1.1.2'),
    ('RIB', '10.65.0.192/26', '10.1.1.3', 'bond0', 'BGPPeer', '10.1.1.3'),
    ('FIB', '10.65.0.0/26', 'N/A', 'blackhole', 'Static', None),
    ('RIB', '10.65.0.0/26', 'N/A', 'unreachable', 'NodeMesh', '10.1.1.12'),
    ('FIB', '10.66.0.0/26', '10.1.1.2', 'bond0', 'Kernel', None),
    ('FIB', '10.66.0.0/26', '10.1.1.3', 'bond0', 'Kernel', None),
    ('FIB', '172.28.0.0/22', 'N/A', 'mgmt', 'Direct', None),
]
PROTOCOLS = """\
Name       Proto      Table      State  Since         Info
kernel1    Kernel     master4    up     14:45:14.145
Mesh_10_1_2_11 BGP        ---        up     14:23:30.028  Established
  BGP state:          Established
    Neighbor address: 10.1.2.11
    Neighbor AS:      64512
  Channel ipv4
    State:          UP
Node_10_1_1_2 BGP        ---        start  14:23:31.028  Connect
  BGP state:          Connect
    Neighbor address: 10.1.1.2
Global_192_0_2_1 BGP        ---        start  14:23:31.028  Idle          Socket: No route to host
  BGP state:          Idle
    Neighbor address: 192.0.2.1
"""


def flat(answer: str) -> list[tuple[object, ...]]:
    return [
        (
            route['type'],
            route['destination'],
            route['gateway'],
            route['interface'],
            route['learnedFrom']['sourceType'],
            route['learnedFrom'].get('peerIP'),
        )
        for route in routes(answer, 4)
    ]


def test_routes_of_bird_2() -> None:
    assert flat(BIRD_2_ROUTES) == ROUTES


def test_routes_of_bird_1() -> None:
    assert flat(BIRD_1_ROUTES) == ROUTES


def test_the_peer_of_an_ipv6_session_is_read_out_of_its_name() -> None:
    answer = (
        'Table master6:\nfd00::/64 unicast [Mesh_fd00_10_1_2__c 14:24:51.404] * (100/?) [i]\n\tvia fe80::1 on bond0\n'
    )

    (route,) = routes(answer, 6)
    assert route['learnedFrom'] == {'sourceType': 'NodeMesh', 'peerIP': 'fd00:10:1:2::c'}
    assert route['gateway'] == 'fe80::1'


def test_peers() -> None:
    assert [(peer['type'], peer['peerIP'], peer['state'], peer['since']) for peer in peers(PROTOCOLS)] == [
        ('NodeMesh', '10.1.2.11', 'Established', '14:23:30.028'),
        ('NodePeer', '10.1.1.2', 'Connect', '14:23:31.028'),
        ('GlobalPeer', '192.0.2.1', 'Idle', '14:23:31.028'),
    ]


def test_a_daemon_that_runs_is_ready() -> None:
    answer = """\
BIRD 2.0.12
Router ID is 10.1.1.11
Hostname is node-1-1
Current server time is 2026-11-20 14:23:50.819
Last reboot on 2026-11-20 14:23:27.859
Last reconfiguration on 2026-11-20 14:23:28.162
Daemon is up and running
"""
    assert agent(answer) == {
        'state': 'Ready',
        'version': '2.0.12',
        'routerID': '10.1.1.11',
        'lastBootTime': '2026-11-20 14:23:27.859',
        'lastReconfigurationTime': '2026-11-20 14:23:28.162',
    }


def test_a_daemon_that_does_not_answer_is_not_ready() -> None:
    assert agent('')['state'] == 'NotReady'
