"""The main job on real parts, under traffic: two TORs a rack, both families, there and back, each design in a row.

Every top-of-rack design has its turn. UDP flows of a thousand packets a second each between all racks, within each, to
a borrowed address and from outside to services, and TCP connections between pods that live through it all. On the way
back nothing is promised to the outside: the routers forget the cluster, which the plan says beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from lab.datacentre import Lab, up
from lab.topology import Shape
from lab.traffic.flows import Flow
from tests.journeys.drive import OFTEN, from_everywhere, inside
from tests.journeys.top_of_rack import (
    AS_PER_NODE,
    AS_PER_RACK,
    DEFAULT_ROUTE,
    FULL_TABLES,
    OWN_AS_ALLOWED,
    knows,
    move,
)

TIMES = (FULL_TABLES, OWN_AS_ALLOWED, AS_PER_RACK, AS_PER_NODE, DEFAULT_ROUTE)
"""And more from one design to another, with passwords and over shared addresses, in the files beside this one."""

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = up(Shape(racks=2, nodes=3, tors=2), name='thereback', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def _promised(flow: Flow, design: Mapping[str, object], kind: str) -> bool:
    return knows(design, flow) and (from_everywhere(flow) if kind == 'deploy' else inside(flow))


@pytest.mark.parametrize(
    ('time', 'kind'), [(time, kind) for time in range(1, len(TIMES) + 1) for kind in ('deploy', 'back')]
)
def test_not_one_packet_is_lost(lab: Lab, time: int, kind: str) -> None:
    design = TIMES[time - 1]
    move(lab, design, kind, lambda flow: _promised(flow, design, kind), rate=OFTEN)
