"""Snapshot: everything the planner may know from NetBox, as frozen values.

Made from the ORM in one go; the planner never asks NetBox a second time, so that a plan speaks of one moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Interface, IPv6Network

from .options import Options

type Interface = IPv4Interface | IPv6Interface
type Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Cluster:
    """One Kubernetes cluster that runs Calico. Times in seconds, ``deletion_share`` in percent.

    ``asn_range`` is the first and last AS number that nodes are given from, in designs with an AS a node. No plan may
    change what is ``hands_off``: a cluster, a node or a router.
    """

    id: int
    name: str
    handle: str
    design: str
    families: tuple[int, ...]
    asn: int | None
    rack_label: str
    vrf: int | None = None
    datastore: str = 'kubernetes'
    settle_time: int = 0
    rack_pause: int = 0
    deletion_share: int = 20
    password_secret: str = ''
    asn_range: tuple[int, int] | None = None
    options: Options = field(default_factory=Options)
    hands_off: bool = False


@dataclass(frozen=True, slots=True)
class Rack:
    """A rack, by NetBox's key and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Address:
    """An IP address on an interface of a device or virtual machine; ``role`` is NetBox's (vip, anycast, …) or empty."""

    interface: str
    value: Interface
    vrf: int | None = None
    role: str = ''


@dataclass(frozen=True, slots=True)
class Node:
    """A Kubernetes node as NetBox knows it. ``host`` names its device or virtual machine, empty when none is tied.

    ``asn`` is the AS number that it was given once and keeps; ``reflector`` says whether it may become a route
    reflector: auto, never or always.
    """

    id: int
    name: str
    system_uuid: str = ''
    host: str = ''
    rack: Rack | None = None
    addresses: tuple[Address, ...] = ()
    cabled_routers: tuple[int, ...] = ()
    drained: bool = False
    asn: int | None = None
    reflector: str = 'auto'
    hands_off: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """How to talk to a router and what its operating system is called. Times in seconds."""

    name: str
    driver: str
    template_set: str
    credential: str
    port: int | None = None
    confirm_seconds: int = 60
    keepalive: int = 10
    hold_time: int = 30
    workers: int = 50
    max_prefixes: int | None = None
    verify_host: bool = True


@dataclass(frozen=True, slots=True)
class Router:
    """A BGP speaker outside the cluster. ``management`` is the address or name that a connection is opened to.

    ``router_id`` is the BGP identifier that it is configured with, None when it chooses one by itself.
    """

    id: int
    name: str
    role: str
    asn: int | None
    profile: Profile | None
    management: str = ''
    rack: Rack | None = None
    tied_racks: tuple[int, ...] = ()
    addresses: tuple[Address, ...] = ()
    drained: bool = False
    router_id: IPv4Address | None = None
    hands_off: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """An IPPool of the cluster. Of one that is ``ours`` plans set the IPIP mode to ``ipip``, and nothing else."""

    name: str
    cidr: Network
    block_size: int
    ipip: str = 'Never'
    vxlan: str = 'Never'
    nat_outgoing: bool = False
    disabled: bool = False
    disable_export: bool = False
    node_selector: str = 'all()'
    ours: bool = False


@dataclass(frozen=True, slots=True)
class ServiceRange:
    """A range of service addresses that the nodes announce; ``kind`` is cluster, external or loadbalancer."""

    cidr: Network
    kind: str
    anycast: bool = False


@dataclass(frozen=True, slots=True)
class Deployed:
    """What was sent to a target last: the middle leg of the three-way comparison.

    ``after`` is that item's digest of the target's owned part once it was applied; empty when it is not known.
    """

    target: str
    artefact: str = field(repr=False)
    after: str = ''


@dataclass(frozen=True, slots=True)
class ForeignUse:
    """What another cluster of NetBox has on a router, so that two clusters on one TOR are told apart."""

    cluster: str
    handle: str
    router: int
    asn: int | None = None


@dataclass(frozen=True, slots=True)
class ForeignRange:
    """What another cluster of NetBox announces in the same VRF: an exported pool, or a range of its services."""

    cluster: str
    cidr: Network
    service: bool = False
    anycast: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """NetBox's side of the world at one moment.

    ``numbers_elsewhere`` are AS numbers of the cluster's range that something else has than its nodes.
    """

    cluster: Cluster
    nodes: tuple[Node, ...] = ()
    routers: tuple[Router, ...] = ()
    pools: tuple[Pool, ...] = ()
    service_ranges: tuple[ServiceRange, ...] = ()
    deployed: tuple[Deployed, ...] = ()
    foreign: tuple[ForeignUse, ...] = ()
    foreign_ranges: tuple[ForeignRange, ...] = ()
    numbers_elsewhere: frozenset[int] = frozenset()
