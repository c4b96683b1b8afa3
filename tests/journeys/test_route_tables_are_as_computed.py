"""The proof computes what real speakers hold: every path of every BIRD and FRR to every block, in the mesh and without.

Left out is what a node holds of blocks of its own: routers return them, BIRD keeps them as unreachable, and while the
mesh is on it tells them to the others, which the proof does not compute. Of services too many paths are alike: which of
them a router returns depends on which it learned first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from lab.addressing import Family
from lab.topology import Shape
from netbox_calico.planning.proof.build import build
from netbox_calico.planning.proof.ground import ground_of
from netbox_calico.planning.proof.plan_proof import start_of
from netbox_calico.planning.proof.tables import Tables, tables
from netbox_calico.planning.proof.world import Role
from netbox_calico.render import RENDERERS
from tests.journeys.orders import LIMIT_SECONDS, Move, lab_in_mesh
from tests.journeys.tables import Table, of_node, of_router

pytestmark = pytest.mark.alone

PAUSE_SECONDS = 2.0
FAMILIES: tuple[Family, ...] = (4, 6)


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
    deadline = time.monotonic() + LIMIT_SECONDS
    for family in FAMILIES:
        computed = expected(move, family)
        while (differing := differences(move, computed, real(move, family))) and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS)
        assert not differing
        assert all(computed[node.name] for node in move.lab.topology.nodes)


def expected(move: Move, family: Family) -> Tables:
    """What the proof computes from what is on both sides now. The overlay gives nodes a route to each other."""
    snapshot, observation = move.snapshot, move.observe()
    ground = ground_of(snapshot, observation, family)
    state, findings = start_of(snapshot, observation, RENDERERS)
    assert not findings
    world = build(ground, state).world
    overlaid = tuple(replace(s, host_routes=True) if s.role is Role.NODE else s for s in world.speakers)
    return tables(ground, replace(world, speakers=overlaid), observation.cluster.affinities)


def real(move: Move, family: Family) -> Mapping[str, Table]:
    """What the speakers say themselves."""
    topology = move.lab.topology
    return {
        **{node.name: of_node(move.lab, node.name, family) for node in topology.nodes},
        **{tor.name: of_router(move.lab, tor.name, family) for tor in topology.tors},
    }


def differences(move: Move, computed: Tables, seen: Mapping[str, Table]) -> list[str]:
    """Where the two differ on the blocks of others, in words."""
    owners = {affinity.cidr: affinity.node for affinity in move.observe().cluster.affinities}
    found = []
    for name, table in seen.items():
        mine = computed.get(name, {})
        for block in sorted(block for block in {*mine, *table} & owners.keys() if owners[block] != name):
            here, there = mine.get(block, frozenset()), table.get(block, frozenset())
            if here != there:
                found.append(f'{name} {block}: only computed {sorted(here - there)}, only real {sorted(there - here)}')
    return found
