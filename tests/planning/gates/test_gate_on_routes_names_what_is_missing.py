"""The gate on routes says by name what is missing, on which node and router, and what need not hold it up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from netbox_calico.planning.gates import Look, evaluate
from netbox_calico.planning.model.observation import Affinity, NodePeer, NodeRoute, Resource, RouterRoute
from tests.planning.gates.troubles import (
    BLOCK,
    LABELLED,
    LEFT,
    OFF,
    PROVEN,
    at,
    cluster,
    gone,
    keep,
    node,
    not_ready,
    router,
    routes,
    sessions,
    table,
    waiting,
    without,
)


@pytest.mark.parametrize(
    ('title', 'change', 'words'),
    [
        pytest.param(
            LABELLED,
            sessions(12, established=False),
            'tor-1-2: IPv4 session with node node-1-2 (10.1.1.12) is not Established',
            id='a session is down',
        ),
        pytest.param(
            LABELLED,
            sessions(12, neighbor=ip_address('10.1.1.99')),
            'tor-1-2: no neighbour 10.1.1.12 (IPv4, node node-1-2)',
            id='a neighbour is missing',
        ),
        pytest.param(
            LABELLED,
            router(11, error='no route to host.'),
            'tor-1-1: cannot be read: no route to host.',
            id='a router cannot be read',
        ),
        pytest.param(
            LABELLED,
            table(11, without(BLOCK, '10.1.1.12')),
            'tor-1-1: node node-1-2 does not announce its IPv4 10.244.0.64/26',
            id='a node does not announce its block',
        ),
        pytest.param(
            PROVEN,
            table(22, without(BLOCK)),
            'tor-2-2: no route to IPv4 10.244.0.64/26 of node node-1-2',
            id='the fabric does not carry a block',
        ),
        pytest.param(
            PROVEN,
            table(22, lambda route: replace(route, used=False) if route.prefix == BLOCK else route),
            'tor-2-2: no route to IPv4 10.244.0.64/26 of node node-1-2',
            id='a router does not use a block',
        ),
        pytest.param(
            PROVEN,
            table(11, keep, RouterRoute(ip_network('10.244.0.128/26'), ip_address('10.1.1.12'), used=False)),
            'tor-1-1: node node-1-2 announces what is not its own: 10.244.0.128/26',
            id='a node passes on the block of another',
        ),
        pytest.param(
            PROVEN,
            table(11, keep, RouterRoute(ip_network('192.0.2.0/24'), ip_address('10.1.1.12'), used=True)),
            'tor-1-1: node node-1-2 announces what is not its own: 192.0.2.0/24',
            id='a node announces what nobody knows',
        ),
        pytest.param(
            PROVEN,
            routes('node-2-1', lambda route: None if route.source == 'BGPPeer' else route),
            'node node-2-1: no route from its routers to IPv4 10.244.0.64/26 of node node-1-2',
            id='the router route is not known beside the mesh',
        ),
        pytest.param(PROVEN, router(21, pending_commit=True), 'tor-2-1: a commit timer is running', id='timer running'),
        pytest.param(
            PROVEN, router(21, saved=False), 'tor-2-1: its running configuration is not saved', id='not saved'
        ),
        pytest.param(
            LEFT,
            routes('node-2-1', lambda route: replace(route, fib=False)),
            'node node-2-1: no route in use by its routers to IPv4 10.244.0.64/26 of node node-1-2',
            id='known but not used',
        ),
        pytest.param(
            LEFT,
            routes('node-2-1', lambda route: replace(route, interface='unreachable')),
            'node node-2-1: no route in use by its routers to IPv4 10.244.0.64/26 of node node-1-2',
            id='used but unresolved',
        ),
        pytest.param(
            LEFT,
            routes('node-2-1', lambda route: replace(route, gateway=ip_address('10.1.2.77'))),
            'node node-2-1: no route in use by its routers to IPv4 10.244.0.64/26 of node node-1-2',
            id='used by a gateway that is no router of the rack',
        ),
        pytest.param(
            LEFT,
            routes(
                'node-2-1',
                keep,
                NodeRoute(BLOCK, ip_address('10.1.1.12'), 'tunl0', True, 'NodeMesh', ip_address('10.1.1.12')),
            ),
            'node node-2-1: a route in use by another gateway than its routers to IPv4 10.244.0.64/26 of node node-1-2',
            id='the mesh is still used beside',
        ),
        pytest.param(
            LEFT,
            node(
                'node-2-1',
                lambda status: replace(
                    status, peers=(*status.peers, NodePeer(ip_address('10.1.1.12'), 'NodeMesh', True))
                ),
            ),
            'node node-2-1: IPv4 mesh session with node node-1-2 is still Established',
            id='a mesh session that should have gone',
        ),
        pytest.param(
            OFF,
            routes('node-1-1', gone),
            'node node-1-1: no route from its routers to IPv4 10.244.0.64/26 of node node-1-2',
            id='inside the rack',
        ),
        pytest.param(
            OFF,
            node('node-1-1', lambda status: replace(status, error='no agent answers.')),
            'node node-1-1: no fresh status: no agent answers.',
            id='a node does not answer',
        ),
        pytest.param(
            OFF, lambda seen: replace(seen, nodes=seen.nodes[1:]), 'node node-1-1: no fresh status', id='no look'
        ),
        pytest.param(
            OFF,
            lambda seen: replace(seen, tables={k: v for k, v in seen.tables.items() if k != 12}),
            'tor-1-2: its BGP tables cannot be read',
            id='a table cannot be read',
        ),
    ],
)
def test_routes(title: str, change: Callable[[Look], Look], words: str) -> None:
    assert words in waiting(title, change)


def test_a_node_without_its_label_is_waited_for() -> None:
    def unlabelled(seen: Look) -> Look:
        nodes = tuple(replace(n, labels={}) if n.name == 'node-1-1' else n for n in seen.cluster.nodes)
        return replace(seen, cluster=replace(seen.cluster, nodes=nodes))

    assert waiting(PROVEN, unlabelled) == ('node node-1-1: does not bear the label netbox-calico.io/rack=rack-1 yet',)


def test_a_node_that_is_not_ready_holds_nothing_up() -> None:
    def dead(seen: Look) -> Look:
        seen = not_ready('node-1-2')(sessions(11, established=False)(seen))
        return node('node-1-2', lambda status: replace(status, error='timeout'))(table(11, without(BLOCK))(seen))

    assert waiting(OFF, dead) == ()


@pytest.mark.parametrize(
    ('prefix', 'class_'),
    [
        ('10.244.77.3/32', 'an address borrowed from the block of another node'),
        ('10.96.0.0/16', 'a service range'),
        ('10.96.0.10/32', 'a service address'),
        ('10.244.9.0/26', 'a block that it is about to give back'),
    ],
)
def test_what_a_node_may_announce_besides_its_blocks(prefix: str, class_: str) -> None:
    def more(seen: Look) -> Look:
        going = Affinity(ip_network('10.244.9.0/26'), 'node-1-2', 'pendingDeletion')
        seen = replace(seen, cluster=replace(seen.cluster, affinities=(*seen.cluster.affinities, going)))
        return table(11, keep, RouterRoute(ip_network(prefix), ip_address('10.1.1.12'), used=True))(seen)

    assert waiting(OFF, more) == (), class_


@pytest.mark.parametrize(
    'affinity',
    [
        Affinity(ip_network('10.244.9.0/26'), 'node-1-2', 'pending'),
        Affinity(ip_network('10.244.9.0/26'), '', 'confirmed'),
        Affinity(ip_network('10.77.0.0/26'), 'node-1-2', 'confirmed'),
    ],
    ids=['not confirmed', 'of no node', 'in no exported pool'],
)
def test_blocks_that_nobody_must_announce(affinity: Affinity) -> None:
    gate, plan, seen = at(OFF)
    hidden = Resource('IPPool', 'hidden', {'cidr': '10.77.0.0/16', 'disableBGPExport': True})
    changed = replace(
        seen.cluster,
        affinities=(*seen.cluster.affinities, affinity),
        resources=(*seen.cluster.resources, hidden),
    )
    assert evaluate(gate, plan, replace(seen, cluster=changed)).met


def test_a_block_that_came_while_the_gate_was_shut_is_waited_for() -> None:
    new = Affinity(ip_network('10.244.9.0/26'), 'node-1-2')
    found = waiting(OFF, lambda seen: cluster(affinities=(*seen.cluster.affinities, new))(seen))
    assert 'tor-1-1: node node-1-2 does not announce its IPv4 10.244.9.0/26' in found
    assert 'node node-2-2: no route from its routers to IPv4 10.244.9.0/26 of node node-1-2' in found


def test_many_missing_blocks_are_counted_behind_the_first_few() -> None:
    new = tuple(Affinity(ip_network(f'10.244.{n}.0/26'), 'node-1-2') for n in range(100, 108))
    found = waiting(OFF, lambda seen: cluster(affinities=(*seen.cluster.affinities, *new))(seen))
    assert any('10.244.100.0/26, 10.244.101.0/26, ' in words and 'and 3 more' in words for words in found)
