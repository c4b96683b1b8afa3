from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from netbox_calico.cli.main import main
from tests.cli.manifests import CASES, NODES


def test_manifests_of_one_cluster_in_several_files_become_a_table(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(['expand', *files]) == 0
    out, err = capsys.readouterr()
    assert out == (
        'NODE  NEIGHBOR                 PORT  REMOTE AS  LOCAL AS  SOURCE                   FROM  OPTIONS\n'
        'n1    10.0.0.254               179   65001      64512     10.0.0.1                 tor  '
        ' password ttl-security=1\n'
        'n1    2001:10:20:30:40:50:1:1  179   65001      64512     2001:10:20:30:40:50:1:2  six\n'
        'dc1: 2 sessions on 2 nodes\n'
    )
    assert err == (
        "dc1: warning: BGPPeer/tor: BGPFilter 'absent' does not exist, so its sessions run unfiltered:"
        ' create it or take it out.\n'
    )
    assert 'hunter2' not in out + err


def test_nodes_without_an_address_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / 'dc1.yaml').write_text('{apiVersion: v1, kind: Node, metadata: {name: n1}}')
    assert main(['expand', str(tmp_path / 'dc1.yaml')]) == 0
    out, err = capsys.readouterr()
    assert out.endswith('\ndc1: 0 sessions on 1 node\n')
    assert err.startswith('dc1: note: Node/n1: no sessions, for there is no address for BGP: ')
    assert err.count('\n') == 1


def test_the_same_as_json(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['expand', '--output', 'jsonl', '--node', 'n1', *files]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert (found['name'], found['overlap']) == ('dc1', [])
    assert [session['protocol'] for session in found['sessions']['n1']] == [
        'Node_10_0_0_254',
        'Node_2001_10_20_30_40_50_1_1',
    ]
    assert list(found['sessions']) == ['n1']


def test_a_secret_elsewhere_than_calico_node_counts_for_nothing(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(['expand', '--namespace', 'kube-system', *files]) == 0
    out, err = capsys.readouterr()
    assert 'password' not in out
    assert "Key 'tor' of Secret 'bgp' is missing or empty" in err


def test_json_lines_in_are_json_lines_out_as_the_agent_made_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['expand', '--format', 'jsonl', str(CASES)]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    recorded = [json.loads(line) for line in CASES.read_text().splitlines()]
    assert [case['name'] for case in found] == [case['name'] for case in recorded]
    for mine, real in zip(found, recorded, strict=True):
        assert set(mine) == {'name', 'overlap', 'sessions'}
        assert mine['sessions'] == real['sessions'] if real['stable'] else mine['overlap']


def test_an_overlap_is_told_in_both_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    peers = [
        {'kind': 'BGPPeer', 'name': name, 'spec': {'peerIP': '10.0.0.9:1790', 'asNumber': asn}}
        for name, asn in [('a', 1), ('b', 2)]
    ]
    node = {'name': 'n1', 'annotations': {'projectcalico.org/IPv4Address': '10.0.0.1/24'}}
    file = tmp_path / 'case.jsonl'
    file.write_text(json.dumps({'nodes': [node], 'resources': peers}) + '\n\n')
    assert main(['expand', '--format', 'jsonl', str(file)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)['overlap'] == [
        {'node': 'n1', 'neighbor': '10.0.0.9', 'port': 1790, 'bgp_peers': ['a', 'b']}
    ]
    assert main(['expand', '--format', 'jsonl', '--output', 'table', str(file)]) == 0
    out = capsys.readouterr().out
    assert 'overlap: n1 to 10.0.0.9 port 1790 is claimed by a, b; one wins at random\n' in out
    assert out.splitlines()[1].split()[-1] == 'overlap!'


def test_the_table_names_mesh_and_reverse_and_every_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = [
        {
            'name': f'n{number}',
            'labels': labels,
            'annotations': {'projectcalico.org/IPv4Address': f'10.0.0.{number}/24', **more},
        }
        for number, labels, more in [
            (1, {}, {}),
            (2, {}, {}),
            (3, {'rr': 'true'}, {'projectcalico.org/RouteReflectorClusterID': '244.0.0.1'}),
        ]
    ]
    options = {
        'nextHopMode': 'Self',
        'maxRestartTime': '45s',
        'keepaliveTime': '5s',
        'filters': ['both'],
        'reachableBy': '10.0.0.8',
    }
    rules = {'importV4': [{'action': 'Reject'}], 'exportV4': [{'action': 'Reject'}]}
    resources = [
        {'kind': 'BGPPeer', 'name': 'rr', 'spec': {'node': 'n1', 'peerSelector': 'has(rr)', **options}},
        {
            'kind': 'BGPPeer',
            'name': 'tor',
            'spec': {'node': 'n1', 'peerIP': '10.0.0.9', 'numAllowedLocalASNumbers': 1, 'sourceAddress': 'None'},
        },
        {'kind': 'BGPFilter', 'name': 'both', 'spec': rules},
    ]
    file = tmp_path / 'case.jsonl'
    file.write_text(json.dumps({'nodes': nodes, 'resources': resources}))
    assert main(['expand', '--format', 'jsonl', '--output', 'table', str(file)]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    common = [
        'next-hop-self',
        'restart-time=45s',
        'keepalive=5s',
        'import=both',
        'export=both',
        'reachable-by=10.0.0.8',
    ]
    assert rows[1:6] == [
        ['n1', '10.0.0.2', '179', '64512', '64512', '10.0.0.1', 'mesh', 'passive'],
        ['n1', '10.0.0.3', '179', '64512', '64512', '10.0.0.1', 'rr', *common],
        ['n1', '10.0.0.9', '179', '0', '64512', '-', 'tor', 'allow-local-as=1'],
        ['n2', '10.0.0.1', '179', '64512', '64512', '10.0.0.2', 'mesh'],
        ['n3', '10.0.0.1', '179', '64512', '64512', '10.0.0.3', 'rr', '(reverse)', 'rr-client(244.0.0.1)', *common],
    ]


def test_standard_input_and_another_release(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, 'stdin', io.TextIOWrapper(io.BytesIO(NODES.encode()), encoding='ascii'))
    assert main(['expand', '--output', 'jsonl', '--release', 'v3.33.0', '-']) == 0
    found = json.loads(capsys.readouterr().out)
    assert found['name'] == 'stdin'
    assert found['sessions']['n2'][0]['multihop'] is True


def test_json_is_read_as_kubectl_writes_it_and_other_programs_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Several values in one file, with tabs and escapes that YAML does not know, after a byte order mark."""
    annotations = {'projectcalico.org/IPv4Address': '10.0.0.1/24'}
    node = {'apiVersion': 'v1', 'kind': 'Node', 'metadata': {'name': 'n1', 'annotations': annotations}}
    peer = {
        'apiVersion': 'projectcalico.org/v3',
        'kind': 'BGPPeer',
        'metadata': {'name': 'tor'},
        'spec': {'peerIP': '10.0.0.254', 'asNumber': 65001},
    }
    nodes = {'apiVersion': 'v1', 'kind': 'List', 'items': [node]}
    file = tmp_path / 'all.json'
    texts = [json.dumps(value, indent='\t').replace('/', '\\/') for value in (nodes, peer)]
    file.write_text('\n'.join(texts), encoding='utf-8-sig')
    assert main(['expand', '--output', 'jsonl', str(file)]) == 0
    (session,) = json.loads(capsys.readouterr().out)['sessions']['n1']
    assert session['protocol'] == 'Global_10_0_0_254'


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig', 'utf-16'])
@pytest.mark.parametrize('end', ['\n', '\r\n'])
def test_files_from_windows_are_read_as_all_others(
    encoding: str, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """PowerShell writes UTF-16 with a byte order mark, editors UTF-8 with one, and both end lines in their own way."""
    written = NODES.replace('r1', 'größe').replace('\n', end).encode(encoding)
    (tmp_path / 'dc1.yaml').write_bytes(written)
    assert main(['expand', str(tmp_path / 'dc1.yaml')]) == 0
    assert '2 sessions on 2 nodes' in capsys.readouterr().out
    clusters = f'{{"name": "one", "nodes": []}}{end}{{"name": "tw\u2028o"}}{end}'.encode(encoding)
    monkeypatch.setattr(sys, 'stdin', io.TextIOWrapper(io.BytesIO(clusters), encoding='ascii'))
    assert main(['expand', '--format', 'jsonl', '-']) == 0
    assert [json.loads(line)['name'] for line in capsys.readouterr().out.split('\n')[:-1]] == ['one', 'tw\u2028o']


def test_a_directory_stands_for_the_manifests_in_it(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(['expand', *files]) == 0
    alone = capsys.readouterr()
    (tmp_path / 'README.md').write_text('[')
    assert main(['expand', str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[:-1] == alone.out.splitlines()[:-1]


def test_a_key_in_a_mapping_and_in_what_it_is_merged_from_is_there_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / 'peers.yaml'
    file.write_text(
        f'{NODES}---\n'
        'apiVersion: projectcalico.org/v3\nkind: BGPPeerList\nitems:\n'
        '- metadata: {name: a}\n  spec: &a {peerIP: 10.0.0.9, asNumber: 1}\n'
        '- metadata: {name: b}\n  spec: &b {<<: *a, peerIP: 10.0.0.8}\n'
        '- metadata: {name: c}\n  spec: {<<: *b, peerIP: 10.0.0.7}\n'
    )
    assert main(['expand', '--node', 'n1', str(file)]) == 0
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()[2:5]] == [
        '10.0.0.7',
        '10.0.0.8',
        '10.0.0.9',
    ]


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f'{sys.executable} -m netbox_calico.cli.main expand --format jsonl {CASES} | head -c 10'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.stdout == '{"name": "'
    assert 'BrokenPipe' not in done.stderr


def test_the_command_needs_neither_netbox_nor_django() -> None:
    script = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in ('netbox', 'django'):
            raise ModuleNotFoundError(name, name=name.partition('.')[0])
sys.meta_path.insert(0, Absent())
from netbox_calico.cli.main import main
sys.exit(main(['expand', '--format', 'jsonl', '-']))
"""
    command = [sys.executable, '-c', script]
    done = subprocess.run(
        command, input='{"name": "dc1"}', capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert (done.stdout, done.stderr) == ('{"name": "dc1", "overlap": [], "sessions": {}}\n', '')
