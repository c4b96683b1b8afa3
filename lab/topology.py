"""What stands in the data centre: racks, routers, nodes, cables, addresses and AS numbers, as a pure value.

Nothing here touches the machine. The lab builds what this page says, and NetBox is seeded from the same value
(`lab.inventory`), so the two cannot differ.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

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
    SPINE_AS,
    Address,
    Family,
    Interface,
    Network,
    block,
    fabric_pair,
    host_in,
    loopback,
    management_address,
    rack_network,
    tor_as,
)
from lab.errors import LabError

type Variant = Literal['overlay', 'default']

MAX_RACKS, MAX_NODES, MAX_TORS, MAX_SPINES, MAX_REFLECTORS = 200, 100, 4, 4, 4


@dataclass(frozen=True, slots=True)
class Shape:
    """What may be chosen. `tors` is per rack, `nodes` is per rack; the last `bare` of them run no pods.

    `variant` overlay: nodes of other racks are reached through VXLAN, as an encapsulated pool does; default: by the
    kernel's default route alone, and the fabric has static routes for pods.
    `reflectors` stand beside the racks, below the spines, for whoever has a use for them.
    """

    racks: int = 2
    nodes: int = 3
    tors: int = 2
    spines: int = 1
    families: tuple[Family, ...] = (4, 6)
    variant: Variant = 'overlay'
    bare: int = 0
    reflectors: int = 0

    def __post_init__(self) -> None:
        """Refuse what the addressing has no room for."""
        for name, most in (('racks', MAX_RACKS), ('nodes', MAX_NODES), ('tors', MAX_TORS), ('spines', MAX_SPINES)):
            if not 1 <= getattr(self, name) <= most:
                raise LabError(f'{name} is {getattr(self, name)}: choose 1 to {most}.')
        if self.racks * self.nodes > 1000:
            raise LabError(
                f'{self.racks} racks of {self.nodes} nodes are more than 1000: the pool has no blocks for more.'
            )
        if not 0 <= self.reflectors <= MAX_REFLECTORS:
            raise LabError(f'reflectors is {self.reflectors}: choose 0 to {MAX_REFLECTORS}.')
        if not 0 <= self.bare < self.nodes:
            raise LabError(f'bare is {self.bare}: choose 0 to {self.nodes - 1}, so that every rack has pods.')
        if not self.families or not set(self.families) <= {4, 6}:
            raise LabError(f'families is {self.families}: choose 4, 6 or both.')


@dataclass(frozen=True, slots=True)
class Link:
    """One end of a point-to-point cable of the fabric; a pair of addresses a family."""

    interface: str
    addresses: tuple[Interface, ...]
    peer: str
    peer_interface: str
    peer_addresses: tuple[Address, ...]
    peer_as: int


@dataclass(frozen=True, slots=True)
class Router:
    """A spine, a TOR or a route reflector. `rack` is 0 outside racks.

    `addresses` are the TOR's own in its rack, the loopbacks of a reflector, one a family.
    """

    name: str
    role: Literal['spine', 'tor', 'reflector']
    rack: int
    asn: int
    router_id: IPv4Address
    management: IPv4Interface
    links: tuple[Link, ...]
    addresses: tuple[Interface, ...] = ()
    gateways: tuple[Interface, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A Kubernetes node: `addresses` one a family, `blocks` too where it runs pods; `pods` are the addresses behind it.

    `borrowed` are those of the pods that lie in another node's block; `tunnels` are its ends of the overlay.
    """

    name: str
    rack: int
    number: int
    management: IPv4Interface
    addresses: tuple[Interface, ...]
    gateways: tuple[Address, ...]
    blocks: tuple[Network, ...]
    pods: tuple[Address, ...]
    borrowed: tuple[Address, ...]
    tunnels: tuple[Interface, ...]
    system_uuid: str

    @property
    def pod_name(self) -> str:
        """The namespace in which the node's pods live."""
        return self.name.replace('node', 'pod')

    def address(self, family: Family) -> Interface:
        """The node's address of a family, with its mask."""
        return next(address for address in self.addresses if address.version == family)


@dataclass(frozen=True, slots=True)
class Service:
    """A Kubernetes Service: addresses a family, and the nodes whose pods answer for it."""

    name: str
    local: bool
    port: int
    cluster_ips: tuple[Address, ...]
    external_ips: tuple[Address, ...]
    endpoints: tuple[str, ...]

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every address at which the service is reached."""
        return self.cluster_ips + self.external_ips


@dataclass(frozen=True, slots=True)
class Cable:
    """A cable between two interfaces, each written as (device, interface)."""

    a: tuple[str, str]
    b: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Topology:
    """The whole data centre. Build it with `design`."""

    shape: Shape
    management: IPv4Network
    spines: tuple[Router, ...]
    tors: tuple[Router, ...]
    nodes: tuple[Node, ...]
    services: tuple[Service, ...]
    cables: tuple[Cable, ...]
    reflectors: tuple[Router, ...] = ()
    outside: tuple[Interface, ...] = field(default=())

    @property
    def routers(self) -> tuple[Router, ...]:
        """The spines, then the TORs rack by rack, then the reflectors."""
        return self.spines + self.tors + self.reflectors

    def rack_tors(self, rack: int) -> tuple[Router, ...]:
        """The TORs of a rack."""
        return tuple(tor for tor in self.tors if tor.rack == rack)

    def rack_nodes(self, rack: int) -> tuple[Node, ...]:
        """The nodes of a rack."""
        return tuple(node for node in self.nodes if node.rack == rack)

    def pod_nodes(self, rack: int) -> tuple[Node, ...]:
        """The nodes of a rack that run pods."""
        return tuple(node for node in self.rack_nodes(rack) if node.pods)

    def node(self, name: str) -> Node:
        """The node of that name."""
        return next(node for node in self.nodes if node.name == name)


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
