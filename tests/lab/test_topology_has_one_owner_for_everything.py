"""Whatever the shape: no address, block, cable end or name belongs to two, and everything lies where it should."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.addressing import BLOCK_LENGTH, MANAGEMENT, POOLS, rack_network
from lab.errors import LabError
from lab.fabric import configuration
from lab.inventory import inventory
from lab.layout import design
from lab.topology import Shape, Topology

shapes = st.builds(
    lambda nodes, bare, **others: Shape(nodes=nodes, bare=min(bare, nodes - 1), **others),
    racks=st.integers(1, 4),
    nodes=st.integers(1, 5),
    bare=st.sampled_from([0, 0, 1, 3]),
    tors=st.integers(1, 4),
    spines=st.integers(1, 4),
    families=st.sampled_from([(4,), (6,), (4, 6)]),
    variant=st.sampled_from(['overlay', 'default']),
    reflectors=st.sampled_from([0, 0, 1, 4]),
    shared_addresses=st.booleans(),
)
topologies = st.builds(design, shapes)
# Forty of them meet every combination of what can be one and what can be many.
every_shape = settings(max_examples=40, deadline=None)


def assert_distinct(things: Iterable[object]) -> None:
    assert [thing for thing, count in Counter(things).items() if count > 1] == []


@every_shape
@given(topologies)
def test_every_address_has_one_owner_but_the_gateway_that_tors_share(topology: Topology) -> None:
    own = [address.ip for router in topology.routers for link in router.links for address in link.addresses]
    own += [address.ip for router in topology.routers for address in router.addresses]
    own += [address.ip for node in topology.nodes for address in (*node.addresses, *node.tunnels)]
    own += [pod for node in topology.nodes for pod in node.pods]
    own += [device.management.ip for device in (*topology.routers, *topology.nodes)]

    assert_distinct(own)
    shared = {gateway.ip for tor in topology.tors for gateway in tor.gateways}
    assert shared.isdisjoint(own)
    assert len(shared) == topology.shape.racks * len(topology.shape.families)


@every_shape
@given(topologies)
def test_an_address_of_a_position_is_that_of_its_tors_in_all_racks_and_of_nobody_else(topology: Topology) -> None:
    racks = [[tor.shared for tor in topology.rack_tors(rack)] for rack in range(1, topology.shape.racks + 1)]
    assert all(rack == racks[0] for rack in racks)
    shared = {address.ip for position in racks[0] for address in position}
    assert len(shared) == topology.shape.shared_addresses * topology.shape.tors * len(topology.shape.families)
    assert shared.isdisjoint(
        address.ip for member in (*topology.nodes, *topology.routers) for address in member.addresses
    )


@every_shape
@given(topologies)
def test_nodes_and_tors_of_a_rack_share_its_networks(topology: Topology) -> None:
    for member in (*topology.nodes, *topology.tors):
        networks = {address.network for address in member.addresses}
        assert networks == {rack_network(family, member.rack) for family in topology.shape.families}


@every_shape
@given(topologies)
def test_blocks_lie_in_their_pools_and_never_overlap(topology: Topology) -> None:
    for position, family in enumerate(topology.shape.families):
        blocks = sorted(node.blocks[position] for node in topology.nodes if node.blocks)
        assert all(block.subnet_of(POOLS[family]) and block.prefixlen == BLOCK_LENGTH[family] for block in blocks)
        assert all(one.broadcast_address < next_.network_address for one, next_ in pairwise(blocks))


@every_shape
@given(topologies)
def test_one_node_answers_for_an_address_out_of_the_block_of_another(topology: Topology) -> None:
    borrowers = [node for node in topology.nodes if node.borrowed]

    if len([node for node in topology.nodes if node.pods]) == 1:
        assert borrowers == []
        return
    (borrower,) = borrowers
    assert len(borrower.borrowed) == len(topology.shape.families)
    for address in borrower.borrowed:
        assert address in borrower.pods
        (owner,) = [node for node in topology.nodes if any(address in block for block in node.blocks)]
        assert owner != borrower


@every_shape
@given(topologies)
def test_nodes_without_pods_are_the_last_of_each_rack(topology: Topology) -> None:
    for rack in range(1, topology.shape.racks + 1):
        nodes = topology.rack_nodes(rack)
        with_pods = len(nodes) - topology.shape.bare
        assert topology.pod_nodes(rack) == nodes[:with_pods]
        assert all(not node.blocks and not node.pods for node in nodes[with_pods:])
    assert all(topology.node(name).pods for service in topology.services for name in service.endpoints)


@every_shape
@given(topologies)
def test_both_ends_of_a_link_agree(topology: Topology) -> None:
    ends = {(router.name, link.interface): (router, link) for router in topology.routers for link in router.links}
    assert len(ends) == 2 * topology.shape.spines * (len(topology.tors) + len(topology.reflectors))
    for (name, interface), (router, link) in ends.items():
        other, back = ends[link.peer, link.peer_interface]
        assert (back.peer, back.peer_interface) == (name, interface)
        assert link.peer_as == other.asn
        assert back.peer_as == router.asn
        assert link.peer_addresses == tuple(address.ip for address in back.addresses)
        for mine, theirs in zip(link.addresses, back.addresses, strict=True):
            assert mine.network == theirs.network


@every_shape
@given(topologies)
def test_cables_join_interfaces_of_the_inventory_and_each_takes_one(topology: Topology) -> None:
    found = json.loads(json.dumps(inventory(topology)))
    interfaces = {
        (device['name'], interface['name']) for device in found['devices'] for interface in device['interfaces']
    }
    ends = [tuple(end) for cable in found['cables'] for end in (cable['a'], cable['b'])]

    assert_distinct(ends)
    assert set(ends) <= interfaces
    node_ends = [end for end in ends if end[0].startswith('node-')]
    assert len(node_ends) == len(topology.nodes) * topology.shape.tors


@every_shape
@given(topologies)
def test_the_inventory_names_everything_once_and_tells_shared_addresses_apart(topology: Topology) -> None:
    found = inventory(topology)

    assert_distinct(device['name'] for device in found['devices'])
    assert_distinct(rack['name'] for rack in found['racks'])
    plain = [
        address['address']
        for device in found['devices']
        for interface in device['interfaces']
        for address in interface['addresses']
        if address['role'] != 'anycast'
    ]
    assert_distinct(plain)
    assert_distinct(device['serial'] for device in found['devices'] if device['serial'])
    assert {device['address'] for device in found['devices']} <= {str(address) for address in MANAGEMENT}


@every_shape
@given(topologies)
def test_tors_of_a_rack_share_an_as_number_and_racks_do_not(topology: Topology) -> None:
    by_rack = [{tor.asn for tor in topology.rack_tors(rack)} for rack in range(1, topology.shape.racks + 1)]

    assert all(len(numbers) == 1 for numbers in by_rack)
    assert all(one.isdisjoint(other) for one, other in combinations(by_rack, 2))


@every_shape
@given(topologies)
def test_no_router_has_heard_of_calico(topology: Topology) -> None:
    for router in topology.routers:
        text = configuration(topology, router)
        assert ('64512' in text) is (bool(topology.reflectors) and router.role != 'tor')
        assert 'CAL' not in text.upper()


@every_shape
@given(topologies)
def test_pods_are_known_to_the_fabric_only_where_it_has_to_carry_them(topology: Topology) -> None:
    blocks = [str(block) for node in topology.nodes for block in node.blocks]
    for router in topology.routers:
        text = configuration(topology, router)
        knows = [block for block in blocks if f'{block} ' in text]
        if topology.shape.variant == 'overlay':
            assert knows == []
        elif router.role == 'spine':
            assert knows == blocks


@pytest.mark.parametrize(
    ('wrong', 'names'),
    [
        ({'racks': 0}, 'racks'),
        ({'nodes': 1000}, 'nodes'),
        ({'nodes': 3, 'bare': 3}, 'bare'),
        ({'tors': 5}, 'tors'),
        ({'reflectors': 5}, 'reflectors'),
        ({'racks': 100, 'nodes': 100}, '100 racks of 100 nodes'),
        ({'families': ()}, 'families'),
    ],
)
def test_a_shape_without_room_is_refused_by_name(wrong: dict[str, object], names: str) -> None:
    with pytest.raises(LabError, match=names):
        Shape(**wrong)  # type: ignore[arg-type]
