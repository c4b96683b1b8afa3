"""`netbox-calico size` as people read it, in terminals of two widths, and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netbox_calico.cli.main import main

GOLDEN = Path(__file__).parent / 'golden'
TERMINALS = {
    'size-500-in-80-columns': (80, ['--nodes', '500']),
    'size-5000-in-120-columns': (120, ['--nodes', '5000', '--racks', '250', '--families', '46']),
    'size-5-without-tors': (80, ['--nodes', '5', '--tors', '0', '--datastore', 'etcd']),
}


def size(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(['size', *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize('name', TERMINALS)
def test_the_text_is_the_reviewed_one(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns, arguments = TERMINALS[name]
    monkeypatch.setenv('COLUMNS', str(columns))
    text = size(capsys, *arguments)
    assert text == (GOLDEN / f'{name}.txt').read_text()
    assert max(map(len, text.splitlines())) <= columns


def test_every_golden_text_belongs_to_a_terminal() -> None:
    assert {path.stem for path in GOLDEN.glob('size-*.txt')} == set(TERMINALS)


def test_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(size(capsys, '--nodes', '2000', '--reflectors', '13', '--redundancy', '3', '--json'))
    assert found['scale']['racks'] == 100
    assert found['typha_replicas'] == 10
    assert found['recommended']['design'] == 'tor-full-tables'
    assert found['recommended']['scheme'] == 'per-router'
    designs = {(design['design'], design['scheme']): design for design in found['designs']}
    quorum = designs['reflectors-quorum', None]
    assert quorum['refused'] is True
    assert designs['tor-as-per-rack', 'shared-address']['refused'] is True
    assert quorum['reflector_sets'] == 286
    assert quorum['speakers']['reflector']['clients'] == {'least': 458, 'most': 459, 'mean': '5961/13'}
    assert [finding['code'] for finding in quorum['findings']] == ['size-not-complete']
    per_router = designs['tor-full-tables', 'per-router']
    assert per_router['selector_evaluations'] == 200 * 2000
    assert per_router['measured'] == {
        'kind': 'BGPPeers per router by rack label',
        'nodes': 2000,
        'bgp_peers': 400,
        'start': '1.3 s',
        'label_change': '0.6 s',
        'memory': '91 MB',
        'condition': '',
    }
    assert designs['mesh', None]['speakers']['node']['sessions'] == {'least': 1999, 'most': 1999, 'mean': '1999'}


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (['--nodes', '0'], 'netbox-calico: nodes is 0: take a whole number, 1 or more.\n'),
        (
            ['--nodes', '5', '--racks', '9'],
            'netbox-calico: racks is 9, with 5 nodes: count only racks that have nodes.\n',
        ),
    ],
)
def test_a_wrong_number_is_one_line_that_names_it(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(['size', *arguments]) == 1
    assert capsys.readouterr() == ('', message)
