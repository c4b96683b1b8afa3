"""Where everything stands: the data centre of a shape, with its cables, addresses and AS numbers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from ipaddress import IPv4Network

from lab.addressing import (
    BORROWED_OFFSET,
    CLUSTER_AS,
    CLUSTER_IPS,
    EXTERNAL_IPS,
    FIRST_NODE_HOST,
    FIRST_TOR_HOST,
    GATEWAY_HOST,
    MANAGEMENT,
    OUTSIDE,
    OUTSIDE_CLIENT_HOST,
    OVERLAY,
    POD_OFFSET,
    ROUTER_IDS,
    SHARED,
    SPINE_AS,
    Address,
    block,
    fabric_pair,
    host_in,
    loopback,
    management_address,
    rack_network,
    tor_as,
)
from lab.topology import Cable, Link, Node, Router, Service, Shape, Topology


def _tor_name(rack: int, position: int) -> str:
    return f'tor-{rack}{"abcd"[position]}'


def _reflector_name(index: int) -> str:
    return f'reflector-{index + 1}'


def _below(shape: Shape) -> Iterator[tuple[str, int]]:
    """What is cabled to every spine, by name and AS number."""
    for index in range(shape.racks * shape.tors):
        rack, position = divmod(index, shape.tors)
        yield _tor_name(rack + 1, position), tor_as(rack + 1)
    for index in range(shape.reflectors):
        yield _reflector_name(index), CLUSTER_AS


def _spine_links(shape: Shape, spine: int) -> Iterator[Link]:
    for index, (name, asn) in enumerate(_below(shape)):
        pairs = [fabric_pair(family, spine, index) for family in shape.families]
        yield Link(
            interface=f'swp{index + 1}',
            addresses=tuple(pair[0] for pair in pairs),
            peer=name,
            peer_interface=f'uplink{spine + 1}',
            peer_addresses=tuple(pair[1].ip for pair in pairs),
            peer_as=asn,
        )


def _uplinks(shape: Shape, index: int) -> Iterator[Link]:
    for spine in range(shape.spines):
        pairs = [fabric_pair(family, spine, index) for family in shape.families]
        yield Link(
            interface=f'uplink{spine + 1}',
            addresses=tuple(pair[1] for pair in pairs),
            peer=f'spine-{spine + 1}',
            peer_interface=f'swp{index + 1}',
            peer_addresses=tuple(pair[0].ip for pair in pairs),
            peer_as=SPINE_AS,
        )


def _tors(shape: Shape, management: IPv4Network) -> Iterator[Router]:
    for index in range(shape.racks * shape.tors):
        rack, position = index // shape.tors + 1, index % shape.tors
        yield Router(
            name=_tor_name(rack, position),
            role='tor',
            rack=rack,
            asn=tor_as(rack),
            router_id=ROUTER_IDS[16 + index],
            management=management_address(management, shape.spines + index),
            links=tuple(_uplinks(shape, index)),
            addresses=tuple(
                host_in(rack_network(family, rack), FIRST_TOR_HOST + position) for family in shape.families
            ),
            gateways=tuple(host_in(rack_network(family, rack), GATEWAY_HOST) for family in shape.families),
            shared=tuple(host_in(SHARED[family], 1 + position) for family in shape.families if shape.shared_addresses),
        )


def _reflectors(shape: Shape, management: IPv4Network) -> Iterator[Router]:
    tors, nodes = shape.racks * shape.tors, shape.racks * shape.nodes
    for index in range(shape.reflectors):
        yield Router(
            name=_reflector_name(index),
            role='reflector',
            rack=0,
            asn=CLUSTER_AS,
            router_id=ROUTER_IDS[8 + index],
            management=management_address(management, shape.spines + tors + nodes + index),
            links=tuple(_uplinks(shape, tors + index)),
            addresses=tuple(loopback(family, index) for family in shape.families),
            software='frr' if index < shape.reflectors - shape.gobgp else 'gobgp',
        )


def _nodes(shape: Shape, management: IPv4Network) -> Iterator[Node]:
    # A node of the first rack answers for an address out of the block of the cluster's last node with pods.
    last = shape.nodes - shape.bare
    borrower, lender = (last - 1 if shape.racks > 1 else 0), (shape.racks - 1) * shape.nodes + last - 1
    for index in range(shape.racks * shape.nodes):
        rack, number = index // shape.nodes + 1, index % shape.nodes + 1
        blocks = tuple(block(family, index) for family in shape.families if number <= last)
        borrowed: tuple[Address, ...] = ()
        if index == borrower != lender:
            borrowed = tuple(block(family, lender)[BORROWED_OFFSET] for family in shape.families)
        name = f'node-{rack}-{number}'
        yield Node(
            name=name,
            rack=rack,
            number=number,
            management=management_address(management, shape.spines + shape.racks * shape.tors + index),
            addresses=tuple(
                host_in(rack_network(family, rack), FIRST_NODE_HOST + number - 1) for family in shape.families
            ),
            gateways=tuple(host_in(rack_network(family, rack), GATEWAY_HOST).ip for family in shape.families),
            blocks=blocks,
            pods=tuple(network[POD_OFFSET] for network in blocks) + borrowed,
            borrowed=borrowed,
            tunnels=tuple(host_in(OVERLAY[family], 1 + index) for family in shape.families),
            system_uuid=str(uuid.uuid5(uuid.NAMESPACE_DNS, f'{name}.lab')),
        )


def _services(shape: Shape, nodes: tuple[Node, ...]) -> tuple[Service, ...]:
    """A service of each external traffic policy; pods of the first two nodes of each rack answer."""

    def service(name: str, local: bool, number: int) -> Service:
        return Service(
            name=name,
            local=local,
            port=8000 + number,
            cluster_ips=tuple(CLUSTER_IPS[family][number] for family in shape.families),
            external_ips=tuple(EXTERNAL_IPS[family][number] for family in shape.families),
            endpoints=tuple(node.name for node in nodes if node.number <= 2 and node.pods),
        )

    return service('everywhere', False, 100), service('local', True, 101)


def _node_cables(shape: Shape, nodes: tuple[Node, ...]) -> Iterator[Cable]:
    for node in nodes:
        for position in range(shape.tors):
            yield Cable((node.name, f'eth{position}'), (_tor_name(node.rack, position), f'swp{node.number}'))


def design(shape: Shape, management: IPv4Network = MANAGEMENT) -> Topology:
    """The data centre of that shape; `management` is the /22 that its routers and nodes are managed over."""
    spines = tuple(
        Router(
            name=f'spine-{spine + 1}',
            role='spine',
            rack=0,
            asn=SPINE_AS,
            router_id=ROUTER_IDS[1 + spine],
            management=management_address(management, spine),
            links=tuple(_spine_links(shape, spine)),
        )
        for spine in range(shape.spines)
    )
    nodes = tuple(_nodes(shape, management))
    fabric = tuple(
        Cable((spine.name, link.interface), (link.peer, link.peer_interface))
        for spine in spines
        for link in spine.links
    )
    return Topology(
        shape=shape,
        management=management,
        spines=spines,
        tors=tuple(_tors(shape, management)),
        nodes=nodes,
        services=_services(shape, nodes),
        cables=fabric + tuple(_node_cables(shape, nodes)),
        reflectors=tuple(_reflectors(shape, management)),
        outside=tuple(host_in(OUTSIDE[family], OUTSIDE_CLIENT_HOST) for family in shape.families),
    )
