"""The proof computes what real speakers hold: every path of every BIRD and FRR to every block, in every design.

And to the default. Of services too many paths are alike: which of them a router returns depends on which it learned
first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from lab.topology import Shape
from netbox_calico.planning.model.options import LoopRemedy, Options
from tests.journeys.computed import assert_as_computed
from tests.journeys.orders import Move, lab_in_mesh

TOP_OF_RACK: Mapping[str, Mapping[str, Any]] = {
    'as-override': {'design': 'tor-full-tables'},
    'own AS allowed': {'design': 'tor-full-tables', 'options': Options(loop_remedy=LoopRemedy.ALLOW_OWN_AS)},
    'AS per rack': {'design': 'tor-as-per-rack'},
    'AS per node': {'design': 'tor-as-per-node', 'asn_range': (64601, 64999)},
    'default route': {'design': 'tor-default'},
}
THREE = Options(reflectors_min=3, redundancy=2)
REFLECTORS: Mapping[str, Mapping[str, Any]] = {
    'one ID': {'design': 'reflectors', 'options': Options(reflectors_min=2)},
    'an ID each': {'design': 'reflectors-multi', 'options': THREE},
    'quorum': {'design': 'reflectors-quorum', 'options': THREE},
    'hierarchy': {'design': 'reflectors-hierarchy', 'options': Options(redundancy=1, spine_reflectors=2)},
}


@pytest.fixture(scope='module')
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    """Two racks of three nodes and two routers; nodes reach the other rack over an overlay."""
    with lab_in_mesh('tables', tmp_path_factory.mktemp('tables'), Shape(racks=2, nodes=3, tors=2)) as move:
        yield move


def test_in_the_mesh(mesh: Move) -> None:
    assert_as_computed(mesh.lab, mesh.snapshot, mesh.observe())


@pytest.mark.parametrize('wish', [*TOP_OF_RACK.values(), *REFLECTORS.values()], ids=[*TOP_OF_RACK, *REFLECTORS])
def test_beside_the_mesh_and_alone(mesh: Move, wish: Mapping[str, Any]) -> None:
    move, topology = mesh.towards(**wish), mesh.lab.topology
    holding = topology.tors if wish in TOP_OF_RACK.values() else topology.nodes
    for way in (move.beside, move.alone):
        way()
        assert_as_computed(mesh.lab, move.snapshot, move.observe(), [speaker.name for speaker in holding])
    move.home()
