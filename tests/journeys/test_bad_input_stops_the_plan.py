"""What is wrong in a real cluster or on a real switch is found before anything is touched, by name and with the mend.

Each trouble is made for real, found by a plan, and mended again; at the end the plan has no errors.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lightkube import Client, KubeConfig
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node
from lightkube.types import PatchType

from lab import frr, namespace
from lab.datacentre import Lab, up
from lab.topology import Shape
from netbox_calico.adapters.kubernetes.resources import calico
from netbox_calico.execution.run import RunEnd
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.naming import OWNER_LABEL
from tests.journeys.drive import Drive, Notes, drive
from tests.journeys.inventory import snapshot_of

CLASSES = calico('crd.projectcalico.org')


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = up(Shape(racks=2, nodes=1, tors=2), name='trouble', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


@pytest.fixture(scope='module')
def driver(lab: Lab) -> Iterator[Drive]:
    with drive(lab, snapshot_of(lab.topology)) as opened:
        yield opened


@pytest.fixture(scope='module')
def admin(lab: Lab) -> Client:
    return Client(KubeConfig.from_file(lab.kubeconfig), field_manager='somebody')


type Trouble = Callable[[Lab, Client], AbstractContextManager[None]]


def present(kind: str, name: str, spec: dict[str, Any], **labels: str) -> Trouble:
    """An object of somebody in the cluster."""

    @contextmanager
    def trouble(lab: Lab, admin: Client) -> Iterator[None]:
        admin.create(CLASSES[kind](metadata=ObjectMeta(name=name, labels=labels), spec=spec))
        try:
            yield
        finally:
            admin.delete(CLASSES[kind], name)

    return trouble


def changed(resource: type[Any], name: str, there: dict[str, Any], back: dict[str, Any]) -> Trouble:
    """An object of the cluster changed by somebody."""

    @contextmanager
    def trouble(lab: Lab, admin: Client) -> Iterator[None]:
        admin.patch(resource, name, there, patch_type=PatchType.MERGE)
        try:
            yield
        finally:
            admin.patch(resource, name, back, patch_type=PatchType.MERGE)

    return trouble


def typed(router: str, *lines: str, undo: tuple[str, ...], saved: bool = True) -> Trouble:
    """Lines that somebody typed on a switch."""

    @contextmanager
    def trouble(lab: Lab, admin: Client) -> Iterator[None]:
        switch = lab.routers[router]
        switch.vtysh('configure terminal', *lines)
        if saved:
            switch.vtysh('write memory')
        try:
            yield
        finally:
            switch.vtysh('configure terminal', *undo)
            switch.vtysh('write memory')

    return trouble


@contextmanager
def no_ssh(lab: Lab, router: str) -> Iterator[None]:
    """The switch forwards, and nobody can log in."""
    network = os.readlink(f'/proc/{lab.namespace(router).pid}/ns/net')
    for pid, found in namespace.processes(lab.record.name).items():
        if found == network and Path(f'/proc/{pid}/comm').read_text(encoding='ascii').startswith('sshd'):
            os.kill(pid, signal.SIGKILL)
    try:
        yield
    finally:
        frr.start_sshd(lab.routers[router])


def annotated(name: str, key: str, value: str) -> Trouble:
    there, back = ({'metadata': {'annotations': {key: text}}} for text in (value, None))
    return changed(Node, name, there, back)


def spec(**fields: object) -> dict[str, Any]:
    return {'spec': fields}


TROUBLES: dict[str, tuple[Trouble, str, str]] = {
    'a BGPPeer that overlaps with ours': (
        present('BGPPeer', 'theirs', {'nodeSelector': 'all()', 'peerIP': '10.1.1.2', 'asNumber': 65009}),
        'bgp-peers-overlap', 'BGPPeers cal-lab-tor-1a-4 and theirs make node node-1-1 peer with 10.1.1.2',
    ),
    'a global BGPPeer to our switch': (
        present('BGPPeer', 'theirs', {'peerIP': '10.1.1.2', 'asNumber': 65001}),
        'bgp-peer-shadowed', 'BGPPeer theirs makes nodes peer with 10.1.1.2 (tor-1a) already',
    ),
    'a mesh by BGPPeer': (
        present('BGPPeer', 'theirs', {'nodeSelector': 'all()', 'peerSelector': 'all()'}),
        'bgp-peer-between-nodes', 'as node-1-1 with node-2-1',
    ),
    'another manager': (
        present('BGPPeer', 'theirs', {'nodeSelector': "x == 'y'", 'peerIP': '192.0.2.1', 'asNumber': 1},
                **{OWNER_LABEL: 'staging'}),
        'managed-by-another', "says 'staging' on BGPPeer theirs",
    ),
    'a migration of the datastore': (
        changed(CLASSES['ClusterInformation'], 'default', spec(datastoreReady=False), spec(datastoreReady=True)),
        'datastore-not-ready', 'Wait until it has ended',
    ),
    'a service range without a range': (
        changed(CLASSES['BGPConfiguration'], 'default', spec(serviceLoadBalancerIPs=[{}]),
                spec(serviceLoadBalancerIPs=None)),
        'range-unreadable', 'BGPConfiguration default (serviceLoadBalancerIPs) has no range',
    ),
    'a node with an AS of its own': (
        annotated('node-1-1', 'projectcalico.org/ASNumber', '65100'),
        'node-as-differs', 'Node node-1-1 has AS 65100 of its own',
    ),
    'a reflector': (
        annotated('node-1-1', 'projectcalico.org/RouteReflectorClusterID', '1.2.3.4'),
        'reflectors-present', 'node-1-1',
    ),
    'a neighbour by hand that is active nowhere': (
        typed('tor-1a', 'router bgp 65001', 'neighbor 10.1.1.11 remote-as 65009',
              undo=('router bgp 65001', 'no neighbor 10.1.1.11')),
        'neighbor-claimed', 'tor-1a has a neighbour 10.1.1.11 (node node-1-1) already, by itself',
    ),
    'a neighbour in the group of somebody': (
        typed('tor-1b', 'router bgp 65001', 'neighbor HOSTS peer-group', 'neighbor HOSTS remote-as 65009',
              'neighbor fd00:10:1:1::b peer-group HOSTS',
              undo=('router bgp 65001', 'no neighbor HOSTS peer-group')),
        'neighbor-claimed', 'tor-1b has a neighbour fd00:10:1:1::b (node node-1-1) already, in group HOSTS',
    ),
    'a change that nobody saved': (
        typed('tor-2a', 'ip prefix-list THEIRS seq 5 permit any', undo=('no ip prefix-list THEIRS',), saved=False),
        'router-unsaved', 'The running configuration of tor-2a is not the saved one',
    ),
    'a switch that cannot be logged in to': (
        lambda lab, admin: no_ssh(lab, 'tor-2b'),
        'router-unreachable', 'tor-2b cannot be read: ',
    ),
}  # fmt: skip


@pytest.mark.parametrize('name', TROUBLES)
def test_trouble(lab: Lab, driver: Drive, admin: Client, name: str) -> None:
    trouble, code, words = TROUBLES[name]
    with trouble(lab, admin):
        plan = driver.plan('deploy')
    assert plan.steps == ()
    assert [one for one in plan.errors if one.code == code and words in one.message], plan.errors


def test_a_secret_that_is_missing_is_named(lab: Lab, driver: Drive) -> None:
    wish: Snapshot = replace(driver.snapshot, cluster=replace(driver.snapshot.cluster, password_secret='bgp'))
    [finding] = replace(driver, snapshot=wish).plan('deploy').errors
    assert finding.code == 'password-secret-missing'
    assert 'There is no Secret bgp' in finding.message


def test_a_password_of_others_that_is_missing_is_told(lab: Lab, driver: Drive, admin: Client) -> None:
    password = {'secretKeyRef': {'name': 'nowhere', 'key': 'k'}}
    their = {'node': 'node-1-1', 'peerIP': '192.0.2.1', 'asNumber': 65009, 'password': password}
    with present('BGPPeer', 'theirs', their)(lab, admin):
        plan = driver.plan('deploy')
    assert not plan.errors
    assert [one.subject for one in plan.findings if one.code == 'calico-secret-missing'] == ['BGPPeer/theirs']


def test_a_cordoned_node_is_told_and_moved(lab: Lab, driver: Drive, admin: Client) -> None:
    with changed(Node, 'node-1-1', spec(unschedulable=True), spec(unschedulable=None))(lab, admin):
        plan = driver.plan('deploy')
    assert not plan.errors
    assert [one.subject for one in plan.findings if one.code == 'nodes-cordoned'] == ['node-1-1']


def test_a_dead_switch_keeps_nobody_from_the_mesh(lab: Lab, driver: Drive) -> None:
    """Last, since it deploys: whatever was wrong before is mended, so the plan has no errors."""
    plan = driver.plan('deploy')
    assert not plan.errors
    report = driver.run(plan, notes := Notes())
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)
    dead = lab.topology.tors[0].name
    with no_ssh(lab, dead):
        back = driver.plan('back')
        assert not back.errors
        report = driver.run(back, notes := Notes())
        assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)
        assert driver.observe().cluster.mesh
    left = {tor.name for tor in lab.topology.tors if 'CAL-LAB' in lab.routers[tor.name].vtysh('show running-config')}
    assert left == {dead}
    report = driver.run(driver.plan('back'), notes := Notes())
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)
    assert 'CAL-LAB' not in lab.routers[dead].vtysh('show running-config')
