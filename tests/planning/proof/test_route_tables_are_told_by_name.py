"""The computed tables, as people would read them on the speakers."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from netbox_calico.planning.proof.build import build
from netbox_calico.planning.proof.ground import OWN_LOCAL_PREFERENCE, ground_of
from netbox_calico.planning.proof.plan_proof import start_of
from netbox_calico.planning.proof.world import Software
from tests.planning.proof.moves import Move, move
from tests.planning.proof.tables import Entry, Tables, tables
from tests.planning.world import RENDERERS, World

BLOCK = ip_network('10.244.0.128/26')
"""The block of node-2-1, the third node of two racks of two."""


SERVICES = ip_network('10.96.0.0/16')
"""What all nodes announce."""


def computed(made: Move, *, moved: bool, oldest: str = '') -> Tables:
    """Of the tables; ``oldest`` is who routers have heard longest, if not the one with the lowest ID."""
    world = World(made.observation)
    if moved:
        for step in made.steps:
            for item in step.items:
                world.apply(item)
    ground = ground_of(made.snapshot, world.observed, 4)
    state, _ = start_of(made.snapshot, world.observed, RENDERERS)
    found = build(ground, state).world
    ages = {sender: speaker.name != oldest for sender, speaker in enumerate(found.speakers)}
    by_router = dict.fromkeys((n for n, speaker in enumerate(found.speakers) if speaker.software is Software.FRR), ages)
    return tables(ground, found, world.observed.cluster.affinities, by_router if oldest else None)


def test_in_the_mesh_every_node_has_the_block_from_its_owner_and_no_router_has_it() -> None:
    found = computed(move(), moved=False)
    [entry] = found['node-1-1'][BLOCK]
    assert entry == Entry('node-2-1', 'node-2-1', (), OWN_LOCAL_PREFERENCE)
    assert BLOCK not in found['node-2-1']
    assert not any(BLOCK in table for name, table in found.items() if not name.startswith('node-'))


def test_by_routers_the_other_racks_block_comes_by_the_spine_with_the_nodes_as_overridden() -> None:
    found = computed(move(), moved=True)
    assert {(entry.neighbor, entry.next_hop, len(entry.as_path)) for entry in found['node-1-1'][BLOCK]} == {
        ('tor-1-1', 'tor-1-1', 4),
        ('tor-1-2', 'tor-1-2', 4),
    }
    [first] = [entry for entry in found['node-1-1'][BLOCK] if entry.neighbor == 'tor-1-1']
    assert (first.as_path[:2], first.as_path[3]) == ((65011, 64999), 65011)
    assert first.as_path[2] in (65021, 65022)


def test_within_a_rack_the_next_hop_is_the_owner_itself() -> None:
    found = computed(move(), moved=True)
    assert {(entry.neighbor, entry.next_hop) for entry in found['node-2-2'][BLOCK]} == {
        ('tor-2-1', 'node-2-1'),
        ('tor-2-2', 'node-2-1'),
    }
    assert Entry('node-2-1', 'node-2-1', (64512,), 100) in found['tor-2-1'][BLOCK]


@pytest.mark.parametrize('oldest', ['node-1-1', 'node-1-2', 'node-1-3'])
def test_of_equal_paths_a_router_passes_on_the_oldest(oldest: str) -> None:
    """All the same it knows them all, and whoever has only one of them is told that."""
    found = computed(move(2, 3, 2), moved=True, oldest=oldest)
    assert {entry.next_hop for entry in found['tor-1-1'][SERVICES]} >= {'node-1-1', 'node-1-2', 'node-1-3'}
    for node in ('node-1-1', 'node-1-2', 'node-1-3'):
        assert {entry.next_hop for entry in found[node][SERVICES]} == {oldest}
