"""To route reflectors in the cluster and back, on real parts, under traffic, both families.

The last nodes of each rack run no pods, so reflectors are chosen among them. Then one is drained, and another takes its
place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lab import traffic
from lab.datacentre import Lab, up
from lab.topology import Shape
from netbox_calico.execution.run import RunEnd
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.naming import REFLECTOR_LABEL
from tests.journeys.drive import Drive, Notes, drive
from tests.journeys.inventory import snapshot_of

DESIGNS = {'reflectors': Options(reflectors_min=2)}

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=4, tors=1, bare=2)
    lab = up(shape, name='reflect', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


@pytest.fixture(params=DESIGNS)
def driver(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Drive]:
    with drive(lab, snapshot_of(lab.topology, design=request.param, options=DESIGNS[request.param])) as opened:
        yield opened


def carried_out(lab: Lab, driver: Drive, plan: Plan) -> None:
    """Run a plan under traffic between pods; from outside nothing comes in without routers."""
    assert not plan.errors
    assert plan.steps
    notes = Notes()
    with traffic.measure(lab, choose=lambda flow: flow.scope != 'outside') as measurement:
        report = driver.run(plan, notes)
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)
    measured = measurement.report
    assert measured.receiver_drops == 0
    assert {flow.name: flow.lost for flow in measured.flows if flow.lost} == {}
    assert measured.broken == ()
    assert all(flow.sent > 1000 for flow in measured.flows)
    assert not driver.plan(plan.kind).steps


def reflectors(driver: Drive) -> set[str]:
    return {node.name for node in driver.observe().cluster.nodes if REFLECTOR_LABEL in node.labels}


def test_not_one_packet_is_lost(lab: Lab, driver: Drive) -> None:
    carried_out(lab, driver, driver.plan('deploy'))
    assert not driver.observe().cluster.mesh
    had = reflectors(driver)
    gone = min(had)
    wish = driver.snapshot
    nodes = tuple(replace(node, drained=node.name == gone) for node in wish.nodes)
    drained = replace(driver, snapshot=replace(wish, nodes=nodes))
    carried_out(lab, drained, drained.plan('deploy'))
    assert gone not in reflectors(driver)
    assert had - {gone} < reflectors(driver)
    carried_out(lab, drained, drained.plan('back'))
    assert driver.observe().cluster.mesh
    assert reflectors(driver) == set()
