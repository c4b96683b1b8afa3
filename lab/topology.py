"""What stands in the data centre: racks, routers, nodes, cables, addresses and AS numbers, as a pure value.

Nothing here touches the machine. The lab builds what this page says, and NetBox is seeded from the same value
(`lab.inventory`), so the two cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

from lab.addressing import Address, Family, Interface, Network
from lab.errors import LabError

type Variant = Literal['overlay', 'default']

MAX_RACKS, MAX_NODES, MAX_TORS, MAX_SPINES, MAX_REFLECTORS = 200, 100, 4, 4, 4


@dataclass(frozen=True, slots=True)
class Shape:
    """What may be chosen. `tors` is per rack, `nodes` is per rack; the last `bare` of them run no pods.

    `variant` overlay: nodes of other racks are reached through VXLAN, as an encapsulated pool does; default: by the
    kernel's default route alone, and the fabric has static routes for pods.
    `reflectors` stand beside the racks, below the spines, for whoever has a use for them;
    the last `gobgp` of them run GoBGP. With `shared_addresses` the
    TORs of one position have one more address, the same in all racks.
    """

    racks: int = 2
    nodes: int = 3
    tors: int = 2
    spines: int = 1
    families: tuple[Family, ...] = (4, 6)
    variant: Variant = 'overlay'
    bare: int = 0
    reflectors: int = 0
    gobgp: int = 0
    shared_addresses: bool = False

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
        if not 0 <= self.gobgp <= self.reflectors:
            raise LabError(f'gobgp is {self.gobgp}: choose 0 to {self.reflectors}, as many as there are reflectors.')
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

    `addresses` are the TOR's own in its rack, the loopbacks of a reflector, one a family. A TOR shares `gateways` with
    the others of its rack, and `shared` with those of its position in other racks.
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
    shared: tuple[Interface, ...] = ()
    software: Literal['frr', 'gobgp'] = 'frr'


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
    """The whole data centre. Build it with `lab.layout.design`."""

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
