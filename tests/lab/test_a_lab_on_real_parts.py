"""One lab of FRR, BIRD and a Kubernetes API: what it is at rest, what its agent does, and what its measuring sees."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab import traffic
from lab.agent.bird import DAEMONS
from lab.agent.cluster import CALICO_NAMESPACE
from lab.api import MERGE_PATCH, Api
from lab.datacentre import Lab, take_down, up
from lab.errors import LabError
from lab.topology import Shape
from lab.traffic.flows import POD_PORT, Flow
from lab.traffic.sockets import PACKET_LENGTH
from tests.lab.cluster import GROUP, calico, secret

NAME = 'lab-real'

pytestmark = pytest.mark.alone
CALICO = f'/apis/{GROUP}'
NODE, PEER = 'node-1-1', 'node-2-2'


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp('lab')
    take_down(NAME, folder)
    lab = up(Shape(racks=2, nodes=2), name=NAME, folder=folder)
    yield lab
    lab.down()


@pytest.fixture
def api(lab: Lab) -> Iterator[Api]:
    api = Api(lab.kubeconfig)
    yield api
    api.close()


def eventually[T](look: Callable[[], T], seconds: float = 60.0) -> T:
    """What `look` returns once it is true; AssertionError with the last answer after a time nothing should take."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def sessions(lab: Lab, node: str, family: int = 4) -> dict[str, str]:
    """The BGP sessions of a node's BIRD, and whether each is Established."""
    rows = [line.split() for line in lab.birdc(node, 'show protocols', family).splitlines()]  # type: ignore[arg-type]
    return {row[0]: row[5] if len(row) > 5 else '' for row in rows if len(row) > 1 and row[1] == 'BGP'}


def is_udp_to(flow: Flow, pod: str) -> bool:
    return flow.protocol == 'udp' and flow.family == 4 and flow.listeners == (pod,)


def test_every_session_of_nodes_and_fabric_is_established(lab: Lab) -> None:
    assert lab.sessions_down() == []
    for family in lab.topology.shape.families:
        assert set(sessions(lab, NODE, family).values()) == {'Established'}
        assert len(sessions(lab, NODE, family)) == len(lab.topology.nodes) - 1
    fabric = lab.routers['spine-1'].vtysh('show bgp summary')
    assert fabric.count('tor-') >= 2 * len(lab.topology.tors)


def test_at_rest_nothing_is_lost_and_no_connection_breaks(lab: Lab) -> None:
    with traffic.measure(lab, rate=500) as measurement:
        time.sleep(2)

    report = measurement.report
    assert {flow.family for flow in report.flows} == {4, 6}
    assert {flow.scope for flow in report.flows} == {'racks', 'rack', 'borrowed', 'outside'}
    assert min(flow.sent for flow in report.flows) > 0
    assert report.receiver_drops == 0
    assert (report.lost, report.broken) == (0, ())
    assert [flow.name for flow in report.flows if flow.protocol == 'tcp' and flow.lost] == []


def test_loss_is_counted_to_the_packet(lab: Lab) -> None:
    target = lab.topology.node(PEER).pod_name
    dropped, length = 100, 20 + 8 + PACKET_LENGTH
    rule = f'udp dport {POD_PORT} quota until {dropped * length} bytes drop'
    rules = f'table inet loss {{\n chain input {{\n type filter hook input priority 0;\n {rule}\n }}\n}}\n'
    with traffic.measure(lab, rate=500, choose=lambda flow: is_udp_to(flow, target)) as measurement:
        time.sleep(0.5)
        lab.namespace(target).run(['nft', '-f', '-'], text=rules)
        time.sleep(1)
    lab.exec(target, ['nft', 'delete', 'table', 'inet', 'loss'])

    assert measurement.report.lost == dropped
    assert min(flow.longest_gap_ms for flow in measurement.report.flows if flow.lost) > 0


def test_a_router_is_logged_in_to_as_a_switch_is(lab: Lab, tmp_path: Path) -> None:
    router = lab.routers['tor-1a']
    known_hosts = tmp_path / 'known_hosts'
    known_hosts.write_text(router.known_hosts + '\n')
    options = ['-i', router.key_file, '-o', f'UserKnownHostsFile={known_hosts}', '-o', 'StrictHostKeyChecking=yes']
    command = ['ssh', *options, '-o', 'BatchMode=yes', '-p', str(router.port)]
    command += [f'{router.username}@{router.management_address}']

    def there(line: str) -> str:
        return subprocess.run([*command, line], capture_output=True, text=True, check=True).stdout

    assert there('hostname') == 'tor-1a\n'
    assert 'router bgp 65001' in there("vtysh -c 'show running-config'")
    there("vtysh -c 'configure terminal' -c 'router bgp 65001' -c 'neighbor 192.0.2.9 remote-as 1' -c 'end' -c 'write'")
    assert 'neighbor 192.0.2.9' in there('cat /etc/frr/frr.conf')
    reload = f'/usr/lib/frr/frr-reload.py --reload --stdout {"/etc/frr/frr.conf"}'
    there("sed -i '/192.0.2.9/d' /etc/frr/frr.conf; " + reload)
    assert 'neighbor 192.0.2.9' not in router.vtysh('show running-config')


def test_a_router_that_crashed_comes_back_with_what_was_saved(lab: Lab) -> None:
    router = lab.routers['tor-2b']
    router.vtysh('configure terminal', 'ip route 192.0.2.0/24 blackhole')

    router.stop()
    with pytest.raises(LabError):
        router.vtysh('show version')
    router.start()

    assert '192.0.2.0/24' not in router.vtysh('show running-config')
    eventually(lambda: not lab.sessions_down())


def test_the_status_of_a_node_is_what_its_bird_says(lab: Lab, api: Api) -> None:
    path = f'{CALICO}/caliconodestatuses'
    request = calico('CalicoNodeStatus', 'look', node=NODE, classes=['Agent', 'BGP', 'Routes'], updatePeriodSeconds=1)
    api.request('POST', path, request)
    try:
        status = eventually(lambda: api.request('GET', f'{path}/look').get('status'))
        assert status['agent']['birdV4']['state'] == status['agent']['birdV6']['state'] == 'Ready'
        for family in lab.topology.shape.families:
            peers = {peer['peerIP']: (peer['type'], peer['state']) for peer in status['bgp'][f'peersV{family}']}
            assert peers == {
                str(node.address(family).ip): ('NodeMesh', 'Established')
                for node in lab.topology.nodes
                if node.name != NODE
            }
            learned = {
                route['destination']: route['learnedFrom']['peerIP']
                for route in status['routes'][f'routesV{family}']
                if route['learnedFrom']['sourceType'] == 'NodeMesh' and route['type'] == 'FIB'
            }
            blocks = {
                str(block): str(node.address(family).ip)
                for node in lab.topology.nodes
                for block in (*node.blocks, *node.borrowed)
                if node.name != NODE and block.version == family
            }
            assert {route.removesuffix('/32').removesuffix('/128'): peer for route, peer in learned.items()} == blocks

        def is_left_alone() -> bool:
            before = api.request('GET', f'{path}/look')
            time.sleep(3)
            return api.request('GET', f'{path}/look') == before

        assert eventually(is_left_alone), 'written again every second, although nothing changes'
    finally:
        api.request('DELETE', f'{path}/look')


def test_a_node_with_a_reflector_id_leaves_the_mesh_on_both_sides_and_comes_back(lab: Lab, api: Api) -> None:
    session = 'Mesh_' + str(lab.topology.node(NODE).address(4).ip).replace('.', '_')

    def annotate(value: str | None) -> None:
        annotations = {'projectcalico.org/RouteReflectorClusterID': value}
        api.request(
            'PATCH', f'/api/v1/nodes/{NODE}', {'metadata': {'annotations': annotations}}, content_type=MERGE_PATCH
        )

    annotate('244.0.0.1')
    eventually(lambda: not sessions(lab, NODE) and session not in sessions(lab, PEER))
    annotate(None)
    eventually(lambda: sessions(lab, PEER).get(session) == 'Established')
    eventually(lambda: not lab.sessions_down())


def test_a_bgp_peer_becomes_a_session_and_its_password_stays_with_root(lab: Lab, api: Api) -> None:
    secrets = f'/api/v1/namespaces/{CALICO_NAMESPACE}/secrets'
    api.request('POST', secrets, secret('bgp', {'tor': 'opensesame'}))
    peer = calico(
        'BGPPeer',
        'tor',
        node=NODE,
        peerIP='10.1.1.2',
        asNumber=65001,
        password={'secretKeyRef': {'name': 'bgp', 'key': 'tor'}},
    )
    api.request('POST', f'{CALICO}/bgppeers', peer)
    try:
        eventually(lambda: 'Node_10_1_1_2' in sessions(lab, NODE))
        configuration = lab.record.device_folder(NODE) / f'{DAEMONS[4]}.cfg'
        assert 'password "opensesame";' in configuration.read_text()
        assert configuration.stat().st_mode & 0o077 == 0
    finally:
        api.request('DELETE', f'{CALICO}/bgppeers/tor')
        api.request('DELETE', f'{secrets}/bgp')
    eventually(lambda: 'Node_10_1_1_2' not in sessions(lab, NODE))


def test_a_bird_that_dies_is_started_again(lab: Lab) -> None:
    (pid,) = [int(pid) for pid in lab.exec(NODE, ['pgrep', '-f', f'{lab.record.device_folder(NODE)}/bird.cfg']).split()]

    os.kill(pid, signal.SIGKILL)

    eventually(lambda: not lab.sessions_down())
    assert Path(f'/proc/{pid}').exists() is False


def test_an_unknown_device_is_an_error_that_names_those_there_are(lab: Lab) -> None:
    with pytest.raises(LabError, match=r'no device tor-9z: choose of .*tor-1a'):
        lab.exec('tor-9z', ['true'])
