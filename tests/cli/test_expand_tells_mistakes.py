from __future__ import annotations

import json
from pathlib import Path

import pytest

from netbox_calico.cli.main import main
from tests.cli.manifests import CASES, NODES


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
        (
            ['expand', 'FILE'],
            'kind: a\nspec:\n  x: 1\n  x: 2',
            "line 4, column 3 is no readable YAML: the key 'x' stands twice",
        ),
        (
            ['expand', 'FILE'],
            '{"kind": "a",\n "kind": "b"}',
            "line 2, column 2 is no readable YAML: the key 'kind' stands",
        ),
        (
            ['expand', '--format', 'jsonl', 'FILE'],
            '{"name": 1, "name": 2}',
            "line 1 is no JSON: the key 'name' stands twice",
        ),
        (['expand', 'FILE'], '', 'input has no Node: give the Nodes (kubectl get nodes'),
        (['expand', 'FILE'], '---\n---\ntext', 'input.yaml, document 2: A document is no Kubernetes object (str)'),
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
    broken.write_bytes(b'\xffa')
    assert main(['expand', *files, str(broken)]) == 1
    assert capsys.readouterr().err == (
        f'netbox-calico: {broken} cannot be read: it is no UTF-8 (invalid start byte): save it as that.\n'
    )


def test_a_directory_without_manifests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['expand', str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f'netbox-calico: {tmp_path} has no manifest in it: name files that end in .yaml, .yml, .json.\n'
    )


def test_json_lines_that_are_taken_for_manifests_are_told_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['expand', str(CASES)]) == 1
    assert 'document 1: A document has no kind: ' in (err := capsys.readouterr().err)
    assert err.endswith(' For a file with a cluster a line say --format jsonl.\n')


@pytest.mark.parametrize(
    'arguments', [[], ['expand'], ['expand', '--release', '3.29', 'x'], ['expand', '--calico', 'new', 'x']]
)
def test_a_wrong_call_is_told_how(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert 'usage: netbox-calico' in capsys.readouterr().err


BEYOND = '9' * 5000


@pytest.mark.parametrize('text', ['[' * 200_000, '{' * 100, BEYOND, f'fd00::1/{BEYOND}', f'1.{BEYOND}', '²'])
@pytest.mark.parametrize('annotation', ['labels', 'IPv6Address', 'ASNumber', 'RouteReflectorClusterID'])
def test_an_annotation_of_a_node_may_be_anything(
    annotation: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    annotations = {'projectcalico.org/IPv4Address': '10.0.0.1/24', f'projectcalico.org/{annotation}': text}
    file = tmp_path / 'input.json'
    file.write_text(
        json.dumps({'apiVersion': 'v1', 'kind': 'Node', 'metadata': {'name': 'n1', 'annotations': annotations}})
    )
    assert main(['expand', str(file)]) == 0
    assert (f'ignores the annotation projectcalico.org/{annotation}' in capsys.readouterr().err) == (
        annotation != 'labels'
    )


@pytest.mark.parametrize('duration', [f'{BEYOND}s', f'1.{BEYOND}h', f'.{BEYOND}ms'])
def test_a_duration_beyond_all_numbers_is_refused_with_its_place(
    duration: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / 'input.json'
    spec = {'peerIP': '10.0.0.9', 'asNumber': 65000, 'maxRestartTime': duration}
    peer = {'apiVersion': 'projectcalico.org/v3', 'kind': 'BGPPeer', 'metadata': {'name': 't'}, 'spec': spec}
    file.write_text(json.dumps(peer))
    assert main(['expand', str(file)]) == 1
    told = capsys.readouterr().err
    assert 'input.json, document 1: BGPPeer/t: spec.maxRestartTime is' in told
    assert 'no duration; write it with units' in told
