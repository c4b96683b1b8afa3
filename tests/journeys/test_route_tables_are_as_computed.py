"""The proof computes what real speakers hold: every path of every BIRD and FRR to every block, in the mesh and without.

Left out is what a node holds of blocks of its own: routers return them, BIRD keeps them as unreachable, and while the
mesh is on it tells them to the others, which the proof does not compute. Of services too many paths are alike: which of
them a router returns depends on which it learned first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lab.topology import Shape
from tests.journeys.computed import assert_as_computed
from tests.journeys.orders import Move, lab_in_mesh

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab_of_four(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    """Two racks of two nodes, which reach the other rack over an overlay."""
    with lab_in_mesh('tables', tmp_path_factory.mktemp('tables'), Shape(racks=2, nodes=2, tors=2)) as move:
        yield move


@pytest.fixture
def move(lab_of_four: Move) -> Iterator[Move]:
    yield lab_of_four
    lab_of_four.back()


def in_the_mesh(move: Move) -> None:
    """As it is."""


def by_routers_alone(move: Move) -> None:
    move.routers()
    move.filters()
    move.peers()
    move.labels()
    move.wait(move.routes)
    move.mesh_off()


@pytest.mark.parametrize('way', [in_the_mesh, by_routers_alone])
def test_every_path_of_every_speaker_is_the_computed_one(move: Move, way: Callable[[Move], None]) -> None:
    way(move)
    assert_as_computed(move.lab, move.snapshot, move.observe())
