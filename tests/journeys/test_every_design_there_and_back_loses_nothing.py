"""Every top-of-rack design on real parts, under traffic: from the mesh and back, and from one design to the next.

Both families, two routers a rack. On the way back nothing is promised to the outside; where sessions restart, neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from lab import traffic
from lab.datacentre import Lab, up
from lab.topology import Shape
from lab.traffic.flows import Flow
from netbox_calico.execution.run import RunEnd
from netbox_calico.planning.model.options import LoopRemedy, Options
from tests.journeys.drive import Notes, drive
from tests.journeys.inventory import snapshot_of

DESIGNS: Mapping[str, Mapping[str, object]] = {
    'tor-full-tables': {'design': 'tor-full-tables'},
    'own-as-allowed': {'design': 'tor-full-tables', 'options': Options(loop_remedy=LoopRemedy.ALLOW_OWN_AS)},
    'tor-as-per-rack': {'design': 'tor-as-per-rack'},
    'tor-as-per-node': {'design': 'tor-as-per-node', 'asn_range': (64601, 64999)},
    'tor-default': {'design': 'tor-default'},
}

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = up(Shape(racks=2, nodes=2, tors=2), name='designs', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def _within(flow: Flow) -> bool:
    return flow.scope != 'outside'


def _with_outside(flow: Flow) -> bool:
    """Connections from outside are not among them: moving a service's paths rehashes them, and conntrack resets."""
    return _within(flow) or flow.protocol == 'udp'


def move(lab: Lab, design: Mapping[str, object], kind: str, outside: bool) -> None:
    """Carry out the plan under traffic, of which nothing is lost, after which nothing is left to plan."""
    with drive(lab, snapshot_of(lab.topology, **design)) as driver:
        plan = driver.plan(kind)
        assert not plan.errors
        assert plan.steps
        notes = Notes()
        with traffic.measure(lab, choose=_with_outside if outside else _within) as measurement:
            report = driver.run(plan, notes)
        assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)
        measured = measurement.report
        assert measured.receiver_drops == 0
        assert {flow.name: flow.lost for flow in measured.flows if flow.lost} == {}
        assert measured.broken == ()
        assert all(flow.sent > 1000 for flow in measured.flows)
        assert driver.observe().cluster.mesh is (kind == 'back')
        assert not driver.plan(kind).steps


@pytest.mark.parametrize('name', DESIGNS)
def test_there_and_back(lab: Lab, name: str) -> None:
    move(lab, DESIGNS[name], 'deploy', outside=True)
    move(lab, DESIGNS[name], 'back', outside=False)


def test_from_each_design_to_the_next(lab: Lab) -> None:
    for design in DESIGNS.values():
        move(lab, design, 'deploy', outside=False)
    move(lab, DESIGNS['tor-default'], 'back', outside=False)
