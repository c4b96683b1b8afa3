"""To route reflectors outside of the cluster and back, on real parts, under traffic, both families.

Two FRR routers below the spine reflect, and tell it nothing. What every speaker holds is what the proof computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import traffic
from lab.datacentre import Lab, up
from lab.topology import Shape
from netbox_calico.execution.run import RunEnd
from netbox_calico.planning.model.plan import Plan
from tests.journeys.computed import assert_as_computed
from tests.journeys.drive import Drive, Notes, drive
from tests.journeys.inventory import snapshot_of

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=3, tors=1, reflectors=2)
    lab = up(shape, name='external', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def carried_out(lab: Lab, driver: Drive, plan: Plan) -> None:
    """Run a plan under traffic between pods; from outside nothing comes in without routers."""
    assert not plan.errors
    assert plan.steps
    notes = Notes()
    with traffic.measure(lab, choose=lambda flow: flow.scope != 'outside') as measurement:
        report = driver.run(plan, notes)
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines, notes.last)
    measured = measurement.report
    assert measured.receiver_drops == 0
    assert {flow.name: flow.lost for flow in measured.flows if flow.lost} == {}
    assert measured.broken == ()
    assert all(flow.sent > 1000 for flow in measured.flows)
    assert not driver.plan(plan.kind).steps


def test_not_one_packet_is_lost(lab: Lab) -> None:
    with drive(lab, snapshot_of(lab.topology, design='reflectors-external')) as both:
        carried_out(lab, both, both.plan('deploy'))
        seen = both.observe()
        assert not seen.cluster.mesh
        assert_as_computed(lab, both.snapshot, seen)
        carried_out(lab, both, both.plan('back'))
        assert both.observe().cluster.mesh
