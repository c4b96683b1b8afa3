"""To route reflectors outside of the cluster and back, on real parts, under traffic, both families.

Two routers below the spine reflect, one with FRR and one with GoBGP, and tell it nothing. What every
speaker holds is what the proof computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.datacentre import Lab, up
from lab.topology import Shape
from tests.journeys.computed import assert_as_computed
from tests.journeys.drive import drive, inside, lossless
from tests.journeys.inventory import snapshot_of
from tests.journeys.tables import of_router

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=3, tors=1, reflectors=2, gobgp=1)
    lab = up(shape, name='external', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def test_not_one_packet_is_lost(lab: Lab) -> None:
    with drive(lab, snapshot_of(lab.topology, design='reflectors-external')) as both:
        lossless(lab, both, both.plan('deploy'), inside)
        seen = both.observe()
        assert not seen.cluster.mesh
        assert_as_computed(lab, both.snapshot, seen)
        blocks = {affinity.cidr for affinity in seen.cluster.affinities}
        for family in lab.topology.shape.families:
            assert not blocks & of_router(lab, 'spine-1', family).keys()
        lossless(lab, both, both.plan('back'), inside)
        assert both.observe().cluster.mesh
