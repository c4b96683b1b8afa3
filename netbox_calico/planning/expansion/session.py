"""What an expansion says: the sessions of a node, who made each, and where two BGPPeers fight over one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Literal

from netbox_calico.planning.model.plan import Finding

from .objects import SecretKey

type IPAddress = IPv4Address | IPv6Address
type Family = Literal[4, 6]

FAMILIES: tuple[Family, ...] = (4, 6)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made a session: the mesh (no ``bgp_peer``), or a BGPPeer, directly or as its implicit ``reverse``."""

    bgp_peer: str = ''
    reverse: bool = False

    @property
    def is_mesh(self) -> bool:
        return not self.bgp_peer


@dataclass(frozen=True, slots=True)
class Session:
    """One BGP session that Calico's agent configures on a node.

    ``family`` is 4 or 6, ``protocol`` BIRD's name for it. ``port`` none: 179; ``source`` none: the kernel chooses.
    ``multihop`` and ``ttl_security`` are as stated in BIRD's configuration: the mesh states neither (none).
    ``ttl_hops`` goes with TTL security. ``secret`` tells where the password is, if it can be read and is not empty.
    ``next_hop`` none is BGP's own rule. ``restart_time`` and ``keepalive`` are in seconds, none: BIRD's default.
    The filters are the names of BGPFilters that exist and have rules for this family and direction, in order.
    ``reachable_by`` is the gateway of a static route to the neighbour.
    """

    family: Family
    protocol: str
    neighbor: IPAddress
    remote_as: int
    local_as: int
    origin: Origin
    port: int | None = None
    source: IPAddress | None = None
    multihop: bool = False
    ttl_security: bool | None = None
    ttl_hops: int | None = None
    secret: SecretKey | None = None
    rr_client: bool = False
    rr_cluster_id: str | None = None
    next_hop: Literal['self', 'keep'] | None = None
    passive: bool = False
    allow_local_as: int | None = None
    restart_time: int | None = None
    keepalive: int | None = None
    import_filters: tuple[str, ...] = ()
    export_filters: tuple[str, ...] = ()
    reachable_by: IPAddress | None = None

    @property
    def password(self) -> bool:
        """Whether the session runs with a password."""
        return self.secret is not None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Several BGPPeers claim one session of a node and would make it differently: the agent picks one at random.

    ``bgp_peers`` is one where it is several nodes with the neighbour's address that make the difference, and none where
    these are in the mesh.
    """

    node: str
    neighbor: IPAddress
    port: int | None
    bgp_peers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """The sessions of every node that was asked for.

    ``sessions`` computes a node's sessions each time they are looked up (a full mesh of N nodes has N x (N - 1)), in
    the order family, neighbour, port. Where BGPPeers overlap they are what the one whose name sorts first would make.
    ``findings`` tells what the agent passes over: BGPPeers it cannot read, filters and Secrets that do not exist.
    """

    sessions: Mapping[str, tuple[Session, ...]]
    overlaps: tuple[Overlap, ...]
    findings: tuple[Finding, ...] = ()
