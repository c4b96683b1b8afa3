"""To shared addresses of the routers' positions and back, on real parts, under traffic, both families.

From BGPPeers a router, in both designs with one AS for all nodes, and from one of these to the other. What every
speaker holds at shared addresses is what the proof computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.datacentre import Lab, up
from lab.topology import Shape
from lab.traffic.flows import Flow
from netbox_calico.planning.model.options import Options, Scheme
from tests.journeys.computed import assert_as_computed
from tests.journeys.drive import drive, inside, lossless
from tests.journeys.inventory import snapshot_of

SHARED = Options(scheme=Scheme.SHARED_ADDRESS)
PER_ROUTER = Options()
WAY = (
    ('tor-full-tables', PER_ROUTER, 'deploy'),
    ('tor-full-tables', SHARED, 'deploy'),
    ('tor-default', SHARED, 'deploy'),
    ('tor-default', PER_ROUTER, 'deploy'),
    ('tor-default', PER_ROUTER, 'back'),
)

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=3, tors=2, shared_addresses=True)
    lab = up(shape, name='positions', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def _told(flow: Flow) -> bool:
    """With a default route alone a node never learns where the addresses are that its blocks lent."""
    return inside(flow) and flow.scope != 'borrowed'


def test_not_one_packet_is_lost(lab: Lab) -> None:
    for design, options, kind in WAY:
        with drive(lab, snapshot_of(lab.topology, design=design, options=options)) as driver:
            lossless(lab, driver, driver.plan(kind), inside if design == 'tor-full-tables' else _told)
            seen = driver.observe()
            assert seen.cluster.mesh is (kind == 'back')
            if options is SHARED:
                assert len(seen.cluster.of_kind('BGPPeer')) == 4
                assert_as_computed(lab, driver.snapshot, seen, [tor.name for tor in lab.topology.tors])
