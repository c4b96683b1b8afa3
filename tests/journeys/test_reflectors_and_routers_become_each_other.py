"""On real parts, under traffic: reflectors in the cluster, outside, with routers, and routers of racks become others.

The last node of each rack runs no pods, so the reflectors in the cluster are those. Both families. From the first
design on the mesh stays off until the end. What every speaker holds is what the proof computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from lab.datacentre import Lab, up
from lab.topology import Shape
from lab.traffic.flows import Flow
from netbox_calico.planning.model.options import Options
from tests.journeys.computed import assert_as_computed
from tests.journeys.drive import from_everywhere, inside
from tests.journeys.inventory import snapshot_of
from tests.journeys.top_of_rack import AS_PER_NODE, DEFAULT_ROUTE, FULL_TABLES, knows, move

# All peerings become others, which the guard on deletions would hold up.
GUARD = {'deletion_share': 100}
TOLD: Mapping[str, object] = {'design': 'reflectors-tor', 'options': Options(reflectors_min=2), **GUARD}
REFLECTORS: Mapping[str, object] = {'design': 'reflectors', 'options': Options(reflectors_min=2), **GUARD}
OUTSIDE: Mapping[str, object] = {'design': 'reflectors-external', **GUARD}
WAY: tuple[Mapping[str, object], ...] = (
    TOLD,
    {**FULL_TABLES, **GUARD},
    REFLECTORS,
    OUTSIDE,
    {**DEFAULT_ROUTE, **GUARD},
    REFLECTORS,
    {**AS_PER_NODE, **GUARD},
)

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=4, tors=2, bare=1, reflectors=2)
    lab = up(shape, name='become', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def test_not_one_packet_is_lost(lab: Lab) -> None:
    """From outside services are reached on the way to the first design; then nothing is promised to it."""
    tors = [tor.name for tor in lab.topology.tors]
    for number, design in enumerate(WAY):
        seen = move(lab, design, 'deploy', promised(number))
        by_default = design['design'] == 'tor-default'
        assert_as_computed(lab, snapshot_of(lab.topology, **design), seen, tors if by_default else None)
    move(lab, WAY[-1], 'back', inside)


def promised(number: int) -> Callable[[Flow], bool]:
    """What is promised on the way to a design, by those that it leads from and to."""
    first = number == 0
    ends = WAY[max(number - 1, 0) : number + 1]
    return lambda flow: (from_everywhere if first else inside)(flow) and all(knows(end, flow) for end in ends)
