"""To reflectors that alone peer with the routers of the racks, and back, on real parts, under traffic, both families.

The last node of each rack runs no pods, so the reflectors are those. From outside services are reached all the way to
the design; what every speaker holds then is what the proof computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.datacentre import Lab, up
from lab.topology import Shape
from netbox_calico.planning.model.options import Options
from tests.journeys.computed import assert_as_computed
from tests.journeys.drive import drive, from_everywhere, inside, lossless
from tests.journeys.inventory import snapshot_of

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=4, tors=2, bare=1)
    lab = up(shape, name='rrtor', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def test_not_one_packet_is_lost(lab: Lab) -> None:
    wish = snapshot_of(lab.topology, design='reflectors-tor', options=Options(reflectors_min=2))
    with drive(lab, wish) as driver:
        lossless(lab, driver, driver.plan('deploy'), from_everywhere)
        seen = driver.observe()
        assert not seen.cluster.mesh
        assert_as_computed(lab, wish, seen)
        lossless(lab, driver, driver.plan('back'), inside)
        assert driver.observe().cluster.mesh
