"""To reflectors that alone peer with the routers of the racks, and back, on real parts, under traffic, both families.

The last node of each rack runs no pods, so the reflectors are those. From outside services are reached all the way to
the design; what every speaker holds then is what the proof computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab import traffic
from lab.datacentre import Lab, up
from lab.topology import Shape
from lab.traffic.flows import Flow
from netbox_calico.execution.run import RunEnd
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.model.plan import Plan
from tests.journeys.computed import assert_as_computed
from tests.journeys.drive import Drive, Notes, drive
from tests.journeys.inventory import snapshot_of

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=4, tors=2, bare=1)
    lab = up(shape, name='rrtor', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def carried_out(lab: Lab, driver: Drive, plan: Plan, promised: Callable[[Flow], bool]) -> None:
    assert not plan.errors
    assert plan.steps
    notes = Notes()
    with traffic.measure(lab, choose=promised) as measurement:
        report = driver.run(plan, notes)
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines, notes.last)
    measured = measurement.report
    assert measured.receiver_drops == 0
    assert {flow.name: flow.lost for flow in measured.flows if flow.lost} == {}
    assert measured.broken == ()
    assert all(flow.sent > 1000 for flow in measured.flows)
    assert not driver.plan(plan.kind).steps


def test_not_one_packet_is_lost(lab: Lab) -> None:
    wish = snapshot_of(lab.topology, design='reflectors-tor', options=Options(reflectors_min=2))
    with drive(lab, wish) as driver:
        carried_out(lab, driver, driver.plan('deploy'), lambda flow: flow.scope != 'outside' or flow.protocol == 'udp')
        seen = driver.observe()
        assert not seen.cluster.mesh
        assert_as_computed(lab, wish, seen)
        carried_out(lab, driver, driver.plan('back'), lambda flow: flow.scope != 'outside')
        assert driver.observe().cluster.mesh
