"""The main job on real parts, under traffic: two TORs a rack, both families, there and back, ten times in a row.

Every top-of-rack design has its turn. UDP flows of a thousand packets a second each between all racks, within each, to
a borrowed address and from outside to services, and TCP connections between pods that live through it all. On the way
back nothing is promised to the outside: the routers forget the cluster, which the plan says beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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

FULL_TABLES: Mapping[str, object] = {'design': 'tor-full-tables'}
OWN_AS_ALLOWED: Mapping[str, object] = {**FULL_TABLES, 'options': Options(loop_remedy=LoopRemedy.ALLOW_OWN_AS)}
AS_PER_RACK: Mapping[str, object] = {'design': 'tor-as-per-rack'}
AS_PER_NODE: Mapping[str, object] = {'design': 'tor-as-per-node', 'asn_range': (64601, 64999)}
DEFAULT_ROUTE: Mapping[str, object] = {'design': 'tor-default'}
TIMES = (*6 * (FULL_TABLES,), OWN_AS_ALLOWED, AS_PER_RACK, AS_PER_NODE, DEFAULT_ROUTE)

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = up(Shape(racks=2, nodes=3, tors=2), name='thereback', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def _promised(flow: Flow, design: Mapping[str, object], kind: str) -> bool:
    """Connections from outside are not among them: moving a service's paths rehashes them, and conntrack resets.

    With a default route alone a node never learns where the addresses are that its blocks lent; the plan says so.
    """
    if flow.scope == 'outside':
        return flow.protocol == 'udp' and kind == 'deploy'
    return flow.scope != 'borrowed' or design is not DEFAULT_ROUTE


@pytest.mark.parametrize(
    ('time', 'kind'), [(time, kind) for time in range(1, len(TIMES) + 1) for kind in ('deploy', 'back')]
)
def test_not_one_packet_is_lost(lab: Lab, time: int, kind: str) -> None:
    design = TIMES[time - 1]
    move(lab, design, kind, lambda flow: _promised(flow, design, kind))


def test_from_one_design_to_another(lab: Lab) -> None:
    for design, kind in ((AS_PER_RACK, 'deploy'), (FULL_TABLES, 'deploy'), (FULL_TABLES, 'back')):
        move(lab, design, kind, lambda flow: flow.scope != 'outside')


def move(lab: Lab, design: Mapping[str, object], kind: str, promised: Callable[[Flow], bool]) -> None:
    """Carry out the plan under traffic, of which nothing is lost, after which nothing is left to plan."""
    with drive(lab, snapshot_of(lab.topology, **design)) as driver:
        plan = driver.plan(kind)
        assert not plan.errors
        assert plan.steps
        notes = Notes()
        with traffic.measure(lab, choose=promised) as measurement:
            report = driver.run(plan, notes)
        assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)
        measured = measurement.report
        assert measured.receiver_drops == 0
        assert {flow.name: flow.lost for flow in measured.flows if flow.lost} == {}
        assert measured.broken == ()
        assert all(flow.sent > 1000 for flow in measured.flows)
        assert driver.observe().cluster.mesh is (kind == 'back')
        assert not driver.plan(kind).steps
