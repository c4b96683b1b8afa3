"""A session between two nodes is one pair, with both ends, however many of its ends are configured."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from netbox_calico.planning.model.observation import Resource
from netbox_calico.planning.node_pairs import NodePair, node_pairs
from netbox_calico.planning.plan import make_plan
from tests.planning.reflection import Reflection
from tests.planning.world import RENDERERS, World, observation, snapshot


def deployed(design: str) -> World:
    wish = snapshot(2, 4, 0, (4, 6), design=design)
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    return world


def test_the_mesh_is_arithmetic_and_no_pair() -> None:
    assert node_pairs(observation(snapshot(2, 2, 0, (4,))).cluster) == ()


@pytest.mark.parametrize('design', ['reflectors', 'reflectors-hierarchy'])
def test_every_session_of_reflectors_is_one_pair(design: str) -> None:
    cluster = deployed(design).observed.cluster
    reflection = Reflection(cluster)
    both = {(name, reflection.holders[neighbor], session.family) for (name, neighbor), session in reflection.up.items()}
    pairs = node_pairs(cluster)
    assert len(pairs) == len(both) / 2
    assert {(pair.node, pair.peer, pair.family) for pair in pairs} <= both


def test_a_pair_has_both_ends_in_the_order_of_their_names() -> None:
    cluster = observation(snapshot(1, 2, 0, (4,))).cluster
    peer = Resource('BGPPeer', 'one', {'node': 'node-1-2', 'peerSelector': 'all()'})
    found = node_pairs(replace(cluster, resources=(*cluster.resources, peer)))
    assert found == (
        NodePair('node-1-1', 'node-1-2', 4, ip_address('10.1.1.11'), ip_address('10.1.1.12'), 64512, 64512),
    )
