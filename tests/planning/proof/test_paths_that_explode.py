"""The numbers of paths: what the exact engine counts, and what arithmetic says before anything is computed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.explosion import paths_between
from netbox_calico.planning.proof.forecast import (
    MESH_COPIES,
    MESH_OF_AS_NUMBERS,
    MUTUAL_CLIENTS,
    forecast,
)
from netbox_calico.planning.proof.outcome import Explosion
from netbox_calico.planning.proof.prefix import blocks_of
from netbox_calico.planning.proof.prove import prove
from netbox_calico.planning.proof.routing import PATHS_AT_MOST, Routing
from netbox_calico.planning.proof.world import HalfSession, Role, World

from .designs import Design


def most_paths(world: World) -> int:
    """The most paths that a node holds to the last block, nothing pruned."""
    owner = max(index for index, speaker in enumerate(world.speakers) if speaker.blocks)
    (block,) = blocks_of(world, owner)
    table = Routing(world).table(block)
    nodes = (i for i, speaker in enumerate(world.speakers) if speaker.role is Role.NODE and i != owner)
    return max(len(table[index]) for index in nodes)


@pytest.mark.parametrize(('racks', 'nodes', 'paths'), [(2, 3, 13), (4, 4, 33), (5, 5, 51)])
def test_mesh_beside_full_tables_holds_every_nodes_copies(racks: int, nodes: int, paths: int) -> None:
    """Also those that its routers return to the owner."""
    world = Design(racks=racks, nodes=nodes, mesh=True, tor=True, remedy='override', down='pods').world()
    assert most_paths(world) == 2 * racks * nodes + 1 == paths
    assert next(forecast(world, held_at_most=0)) == Explosion(
        _first_node(world), MESH_COPIES, paths, prefixes=racks * nodes
    )


def test_mesh_beside_its_own_as_allowed_holds_no_copies() -> None:
    """Only the routers' sessions allow it: the mesh takes no path with its number."""
    world = Design(mesh=True, tor=True, remedy='allow', down='pods').world()
    assert most_paths(world) == 3
    assert list(forecast(world, held_at_most=0)) == []


def test_mesh_beside_an_as_each_holds_no_copies_of_the_owner() -> None:
    world = Design(mesh=True, tor=True, plan='node', down='pods').world()
    assert most_paths(world) == 2 * 6 - 1
    assert next(forecast(world, held_at_most=0)).paths == 2 * 6 - 1


def test_mesh_beside_full_tables_that_nodes_keep_to_themselves_holds_no_copies() -> None:
    """One path by the mesh, one by each router: the tables of a large cluster are linear in its nodes."""
    told = Design(mesh=True, tor=True, remedy='override', down='pods').world()
    kept = replace(told, sessions=tuple(replace(half, no_advertise=_is_downward(told, half)) for half in told.sessions))
    assert most_paths(kept) == 3 < most_paths(told)
    assert list(forecast(kept, held_at_most=0)) == []


def test_mesh_beside_a_default_holds_no_copies() -> None:
    world = Design(racks=4, nodes=4, mesh=True, tor=True, down='default').world()
    assert most_paths(world) == 1
    assert list(forecast(world, held_at_most=0)) == []


@pytest.mark.parametrize(('reflectors', 'paths'), [(3, 2), (4, 5), (5, 16), (6, 65)])
def test_reflectors_that_are_clients_of_each_other_multiply_paths(reflectors: int, paths: int) -> None:
    clusters = {f'n0-{at}': at for at in range(reflectors)}
    design = Design(racks=1, nodes=reflectors + 1, clusters=clusters, client_of=1, drained=tuple(clusters))
    assert most_paths(design.world()) == paths == paths_between(reflectors)


def test_eleven_reflectors_with_an_id_each_are_refused_by_the_figure() -> None:
    clusters = {f'n{at}-0': at for at in range(11)}
    world = Design(racks=20, nodes=10, clusters=clusters, client_of=3).world()
    proof = prove([world])
    assert proof.verdicts == ()
    assert proof.unsettled == (Explosion(_first_node(world), MUTUAL_CLIENTS, 986_410, prefixes=200),)


def test_eleven_reflectors_of_one_cluster_are_not() -> None:
    clusters = {f'n{at}-0': 1 for at in range(11)}
    world = Design(racks=11, nodes=3, clusters=clusters, client_of=6).world()
    assert list(forecast(world)) == []


@pytest.mark.parametrize(('members', 'paths'), [(4, 5), (5, 16), (6, 65)])
def test_a_mesh_of_as_numbers_multiplies_paths(members: int, paths: int) -> None:
    world = Design(racks=1, nodes=members, mesh=True, plan='node', local_as=False).world()
    assert most_paths(world) == paths
    assert next(forecast(world, held_at_most=0)).cause == MESH_OF_AS_NUMBERS


def test_a_mesh_of_many_as_numbers_is_refused() -> None:
    world = Design(racks=4, nodes=3, mesh=True, plan='node', local_as=False).world()
    (reason,) = prove([world]).unsettled
    assert isinstance(reason, Explosion)
    assert reason.paths == paths_between(12)


def test_copies_of_a_large_mesh_are_said_beside_the_verdicts() -> None:
    world = Design(racks=60, nodes=15, mesh=True, tor=True, remedy='override', down='pods').world()
    proof = prove([world])
    assert [explosion.paths for explosion in proof.explosions] == [2 * 900 + 1]
    assert proof.verdicts
    assert proof.unsettled == ()


def test_the_engine_gives_up_where_no_arithmetic_warned_it() -> None:
    world = Design(racks=1, nodes=8, mesh=True, plan='node', local_as=False).world()
    proof = prove([world], exact=True)
    assert proof.verdicts == ()
    assert all(isinstance(reason, Explosion) and reason.paths > PATHS_AT_MOST for reason in proof.unsettled)
    assert proof.unsettled


def _first_node(world: World) -> int:
    return next(index for index, speaker in enumerate(world.speakers) if speaker.role is Role.NODE)


def _is_downward(world: World, half: HalfSession) -> bool:
    return world.speakers[half.sender].role is Role.TOR and world.speakers[half.receiver].role is Role.NODE
