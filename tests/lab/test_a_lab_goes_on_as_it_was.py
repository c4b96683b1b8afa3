"""A lab that was taken down starts again with what its routers had saved and its cluster had stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import management, namespace
from lab.api import MERGE_PATCH, Api
from lab.datacentre import Lab, resume, take_down, up
from lab.errors import LabError
from lab.topology import Shape

NAME, USER = 'lab-again', 'somebody'
NODE = 'node-1-1'


@pytest.fixture(scope='module')
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """It was up, somebody worked on it, and it is down."""
    folder: Path = tmp_path_factory.mktemp('lab')
    shape = Shape(racks=1, nodes=2, tors=1, families=(4,))
    try:
        lab = up(shape, name=NAME, folder=folder, users={USER: ()})
        router = next(iter(lab.routers.values()))
        router.vtysh('configure terminal', 'ip prefix-list KEPT permit 192.0.2.0/24')
        router.vtysh('write memory')
        router.vtysh('configure terminal', 'ip prefix-list LOST permit 192.0.2.0/24')
        labels = {'metadata': {'labels': {'kept': 'yes'}}}
        Api(lab.kubeconfig).request('PATCH', f'/api/v1/nodes/{NODE}', labels, content_type=MERGE_PATCH)
        lab.down()
        yield lab
    finally:
        take_down(NAME, folder)


def test_what_was_saved_is_there_and_what_was_not_is_lost(first: Lab) -> None:
    token = first.kubeconfig_of(USER).read_text()
    again = resume(first.record.folder)
    try:
        assert again.topology == first.topology
        assert again.sessions_down() == []
        running = next(iter(again.routers.values())).vtysh('show running-config')
        assert 'prefix-list KEPT' in running
        assert 'LOST' not in running
        node = Api(again.kubeconfig).request('GET', f'/api/v1/nodes/{NODE}')
        assert node['metadata']['labels']['kept'] == 'yes'
        assert again.kubeconfig_of(USER).read_text() == token
    finally:
        again.down()
    assert namespace.processes(NAME) == {}


def test_a_network_that_somebody_took_meanwhile_is_named_and_nothing_is_lost(first: Lab) -> None:
    network = first.topology.management
    management.root_ip(['link', 'add', 'taken', 'type', 'bridge'])
    try:
        management.root_ip(
            ['address', 'add', f'{management.machine_address(network)}/{network.prefixlen}', 'dev', 'taken']
        )
        management.root_ip(['link', 'set', 'taken', 'up'])
        with pytest.raises(LabError, match=f'Something else has the management network {network} by now'):
            resume(first.record.folder)
    finally:
        management.root_ip(['link', 'delete', 'taken'])
    assert namespace.processes(NAME) == {}
    assert Lab.find(first.record.folder).topology == first.topology


def test_there_has_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(LabError, match='There is no lab in'):
        resume(tmp_path)
