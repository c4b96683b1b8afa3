"""A program of somebody else's renders on every node, inside the node's namespaces, and BIRD follows it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.api import MERGE_PATCH, Api
from lab.datacentre import Lab, take_down, up
from lab.topology import Shape
from tests.lab import other_renderer

NAME = 'lab-other'


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp('lab')
    take_down(NAME, folder)
    root = Path(__file__).parents[2]
    program = f'env PYTHONPATH={root} {sys.executable} -m tests.lab.other_renderer'
    lab = up(Shape(racks=1, nodes=3, tors=1, families=(4,)), name=NAME, folder=folder, renderer=program)
    yield lab
    lab.down()


def sessions(lab: Lab, node: str) -> list[str]:
    rows = [line.split() for line in lab.birdc(node, 'show protocols').splitlines()]
    return [row[0] for row in rows if len(row) > 1 and row[1] == 'BGP']


def test_it_is_told_for_whom_it_renders_and_where_everything_is(lab: Lab) -> None:
    for node in lab.topology.nodes:
        folder = lab.record.device_folder(node.name)
        told = json.loads((folder / 'told.json').read_text())
        assert told['NODENAME'] == told['hostname'] == node.name
        assert told['KUBECONFIG'] == str(lab.kubeconfig)
        assert told['CONFIG_FOLDER'] == str(folder)
        assert told['BIRD_CONTROL_SOCKET'] == '/run/calico/bird.ctl'
        assert told['DATASTORE_TYPE'] == 'kubernetes'


def test_bird_runs_what_it_wrote(lab: Lab) -> None:
    assert sessions(lab, 'node-1-1') == ['Mesh_10_1_1_12', 'Mesh_10_1_1_13']
    assert lab.sessions_down() == []


def test_bird_is_told_when_it_writes_something_new(lab: Lab) -> None:
    api = Api(lab.kubeconfig)
    labels = {'metadata': {'labels': {other_renderer.LEAVE: 'true'}}}
    api.request('PATCH', '/api/v1/nodes/node-1-3', labels, content_type=MERGE_PATCH)

    deadline = time.monotonic() + 30
    while sessions(lab, 'node-1-1') != ['Mesh_10_1_1_12']:
        assert time.monotonic() < deadline
        time.sleep(0.1)
