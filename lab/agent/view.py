"""What one BIRD process of one node has to know, taken from the resources of the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lab.addressing import Address, Family, Network
from netbox_calico.planning.expansion.objects import SecretKey
from netbox_calico.planning.expansion.session import Session

type FilterSpec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pool:
    """An IPPool: whether BGP announces it, and whether BIRD puts its routes into the kernel (not those of VXLAN)."""

    cidr: Network
    exported: bool = True
    programmed: bool = True


@dataclass(frozen=True, slots=True)
class Advertisement:
    """Communities (`a:b` or `a:b:c`) that go with every announced prefix inside `cidr`."""

    cidr: str
    communities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeView:
    """One node and family. `address` none: the family is off on this node, and BIRD runs without a session.

    `blocks` are the node's confirmed blocks; `announced` the static service routes, `services` the ranges that never
    reach the kernel; `filters` are the specs of all BGPFilters by name; `passwords` the values behind the sessions;
    `scan_seconds` is how often BIRD reads all of the kernel's interfaces and routes.
    """

    name: str
    family: Family
    address: Address | None
    router_id: str
    asn: int
    sessions: tuple[Session, ...] = ()
    passwords: Mapping[SecretKey, str] = field(default_factory=dict, repr=False)
    pools: tuple[Pool, ...] = ()
    blocks: tuple[Network, ...] = ()
    announced: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    reflected: tuple[str, ...] = ()
    filters: Mapping[str, FilterSpec] = field(default_factory=dict)
    advertisements: tuple[Advertisement, ...] = ()
    listen_port: int | None = None
    listen_only_at_address: bool = False
    ignored_interfaces: tuple[str, ...] = ()
    normal_priority: int = 1024
    scan_seconds: int = 2


type Direction = Literal['import', 'export']
