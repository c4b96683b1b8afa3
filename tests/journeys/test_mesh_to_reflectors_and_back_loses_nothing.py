"""To route reflectors in the cluster and back, on real parts, under traffic, both families.

The last nodes of each rack run no pods, so reflectors are chosen among them. Then one is drained, and another takes its
place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lab.datacentre import Lab, up
from lab.topology import Shape
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.naming import REFLECTOR_LABEL
from tests.journeys.drive import Drive, drive, inside, lossless
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


def reflectors(driver: Drive) -> set[str]:
    return {node.name for node in driver.observe().cluster.nodes if REFLECTOR_LABEL in node.labels}


def test_not_one_packet_is_lost(lab: Lab, driver: Drive) -> None:
    lossless(lab, driver, driver.plan('deploy'), inside)
    assert not driver.observe().cluster.mesh
    had = reflectors(driver)
    gone = min(had)
    wish = driver.snapshot
    nodes = tuple(replace(node, drained=node.name == gone) for node in wish.nodes)
    drained = replace(driver, snapshot=replace(wish, nodes=nodes))
    lossless(lab, drained, drained.plan('deploy'), inside)
    assert gone not in reflectors(driver)
    assert had - {gone} < reflectors(driver)
    lossless(lab, drained, drained.plan('back'), inside)
    assert driver.observe().cluster.mesh
    assert reflectors(driver) == set()
