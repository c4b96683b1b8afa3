from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from netbox_calico.cli.main import main

CASES = Path(__file__).parents[1] / 'data/agent-truth/cases.jsonl'

NODES = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata:
    name: n1
    creationTimestamp: 2026-08-01T00:00:00Z
    labels: {rack: r1, built: 2026-08-01}
    annotations:
      projectcalico.org/IPv4Address: 10.0.0.1/24
      projectcalico.org/IPv6Address: 2001:10:20:30:40:50:1:2/64
- apiVersion: v1
  kind: Node
  metadata:
    name: n2
    annotations: {projectcalico.org/IPv4Address: 10.0.0.2/24}
"""
RESOURCES = """\
apiVersion: projectcalico.org/v3
kind: BGPConfiguration
metadata: {name: default}
spec: {nodeToNodeMeshEnabled: false}
---
# an empty document is none
---
apiVersion: crd.projectcalico.org/v1
kind: BGPPeer
metadata: {name: tor}
spec:
  nodeSelector: rack == 'r1' && built == '2026-08-01'
  peerIP: 10.0.0.254
  asNumber: 65001
  ttlSecurity: 1
  filters: [absent]
  password: {secretKeyRef: {name: bgp, key: tor}}
---
apiVersion: crd.projectcalico.org/v1
kind: BGPPeer
metadata: {name: six}
spec: {nodeSelector: all(), peerIP: 2001:10:20:30:40:50:1:1, asNumber: 65001}
---
apiVersion: v1
kind: Secret
metadata: {name: bgp, namespace: calico-system}
stringData: {tor: hunter2}
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / 'dc1.yaml').write_text(NODES)
    (tmp_path / 'resources.yaml').write_text(RESOURCES)
    return [str(tmp_path / 'dc1.yaml'), str(tmp_path / 'resources.yaml')]


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
    monkeypatch.setattr(sys, 'stdin', io.StringIO(NODES))
    assert main(['expand', '--output', 'jsonl', '--release', 'v3.33.0', '-']) == 0
    found = json.loads(capsys.readouterr().out)
    assert found['name'] == 'stdin'
    assert found['sessions']['n2'][0]['multihop'] is True


@pytest.mark.parametrize(
    ('arguments', 'text', 'says'),
    [
        (
            ['expand', 'FILE'],
            '---\na: [',
            'input.yaml, line 3, column 1 is no readable YAML: ',
        ),
        (['expand', 'FILE'], '{"a": \t[}', 'input.yaml, line 1, column '),
        (['expand', 'FILE'], 'a: !!int x', 'is no readable YAML: invalid literal'),
        (['expand', 'FILE'], 'a: \x00', 'is no readable YAML'),
        (['expand', 'FILE'], '[' * 100_000, 'is nested too deeply'),
        (['expand', 'FILE'], '', 'input has no Node: give the Nodes (kubectl get nodes'),
        (['expand', 'FILE'], '---\n---\ntext', 'input.yaml, document 2: A document is a str, no Kubernetes object'),
        (['expand', '--format', 'jsonl', 'FILE'], '\n{', 'input.yaml, line 2 is no JSON'),
        (['expand', '--format', 'jsonl', 'FILE'], '[]', 'input.yaml, line 1 is no JSON object'),
        (['expand', '--format', 'jsonl', 'FILE'], '[' * 100_000, 'input.yaml, line 1 is nested too deeply'),
        (
            ['expand', '--format', 'jsonl', 'FILE'],
            '{"name": "dc1", "nodes": 1}',
            'input.yaml, line 1: The case: nodes is something else',
        ),
        (['expand', 'FILE.absent'], '', 'input.yaml.absent cannot be read: No such file or directory.'),
        (['expand', '--node', 'n9', 'FILE'], NODES, 'input has no node n9: correct --node'),
        (
            ['expand', 'FILE'],
            'apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata: {name: t}\nspec: {asNumber: x}',
            "input.yaml, document 1: BGPPeer/t: spec.asNumber: 'x'",
        ),
        (
            ['expand', 'FILE', 'FILE'],
            'apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata: {name: t}\n---\n'
            'apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata: {name: t}\nspec: {asNumber: 1}',
            'input.yaml, document 2: BGPPeer/t is given twice and differs: leave one of the two out.',
        ),
    ],
)
def test_a_mistake_is_one_line_on_stderr_and_status_1(
    arguments: list[str], text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / 'input.yaml'
    file.write_text(text)
    assert main([argument.replace('FILE', str(file)) for argument in arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ''
    assert err.startswith('netbox-calico: ')
    assert says in err
    assert err.count('\n') == 1


def test_a_mistake_in_the_second_file_is_told_of_that_one(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / 'broken.yaml'
    broken.write_bytes(b'\xff\xfea')
    assert main(['expand', *files, str(broken)]) == 1
    assert capsys.readouterr().err == (
        f'netbox-calico: {broken} cannot be read: it is no UTF-8 (invalid start byte): save it as that.\n'
    )


def test_json_lines_that_are_taken_for_manifests_are_told_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['expand', str(CASES)]) == 1
    assert 'document 1: A document has no kind: ' in (err := capsys.readouterr().err)
    assert err.endswith(' For a file with a cluster a line say --format jsonl.\n')


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


@pytest.mark.parametrize(
    'arguments', [[], ['expand'], ['expand', '--release', '3.29', 'x'], ['expand', '--calico', 'new', 'x']]
)
def test_a_wrong_call_is_told_how(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert 'usage: netbox-calico' in capsys.readouterr().err


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
