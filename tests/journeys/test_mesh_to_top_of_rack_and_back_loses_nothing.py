"""The main job on real parts, under traffic: two TORs a rack, both families, there and back, ten times in a row.

UDP flows of a thousand packets a second each between all racks, within each, to a borrowed address and from outside to
services, and TCP connections between pods that live through it all. On the way back nothing is promised to the outside:
the routers forget the cluster, which the plan says beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import traffic
from lab.datacentre import Lab, up
from lab.topology import Shape
from lab.traffic.flows import Flow
from netbox_calico.execution.run import RunEnd
from tests.journeys.drive import Drive, Notes, drive
from tests.journeys.inventory import snapshot_of

TIMES = 10

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = up(Shape(racks=2, nodes=3, tors=2), name='thereback', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


@pytest.fixture(scope='module')
def driver(lab: Lab) -> Iterator[Drive]:
    with drive(lab, snapshot_of(lab.topology)) as opened:
        yield opened


def _promised(flow: Flow, kind: str) -> bool:
    """Connections from outside are not among them: moving a service's paths rehashes them, and conntrack resets."""
    return flow.scope != 'outside' or (flow.protocol == 'udp' and kind == 'deploy')


@pytest.mark.parametrize(
    ('time', 'kind'), [(time, kind) for time in range(1, TIMES + 1) for kind in ('deploy', 'back')]
)
def test_not_one_packet_is_lost(lab: Lab, driver: Drive, time: int, kind: str) -> None:
    plan = driver.plan(kind)
    assert not plan.errors
    assert plan.steps
    notes = Notes()
    with traffic.measure(lab, choose=lambda flow: _promised(flow, kind)) as measurement:
        report = driver.run(plan, notes)
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)
    measured = measurement.report
    assert measured.receiver_drops == 0
    assert {flow.name: flow.lost for flow in measured.flows if flow.lost} == {}
    assert measured.broken == ()
    assert all(flow.sent > 1000 for flow in measured.flows)
    assert driver.observe().cluster.mesh is (kind == 'back')
    assert not driver.plan(kind).steps
