"""To route reflectors outside of the cluster, on to the routers of the racks and back, under traffic, both families.

Two routers below the spine reflect, one with FRR and one with GoBGP, and tell it nothing. What every speaker holds is
what the proof computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from lab.datacentre import Lab, up
from lab.topology import Shape
from tests.journeys.computed import assert_as_computed
from tests.journeys.drive import inside
from tests.journeys.inventory import snapshot_of
from tests.journeys.tables import of_router
from tests.journeys.top_of_rack import FULL_TABLES, move

# All peerings become others, which the guard on deletions would hold up.
GUARD = {'deletion_share': 100}
OUTSIDE: Mapping[str, object] = {'design': 'reflectors-external', **GUARD}
AT_THE_RACKS: Mapping[str, object] = {**FULL_TABLES, **GUARD}

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=3, tors=2, reflectors=2, gobgp=1)
    lab = up(shape, name='external', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def test_not_one_packet_is_lost(lab: Lab) -> None:
    seen = move(lab, OUTSIDE, 'deploy', inside)
    assert_as_computed(lab, snapshot_of(lab.topology, **OUTSIDE), seen)
    blocks = {affinity.cidr for affinity in seen.cluster.affinities}
    for family in lab.topology.shape.families:
        assert not blocks & of_router(lab, 'spine-1', family).keys()
    move(lab, AT_THE_RACKS, 'deploy', inside)
    move(lab, OUTSIDE, 'deploy', inside)
    move(lab, OUTSIDE, 'back', inside)
