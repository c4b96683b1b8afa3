"""The parts of Calico's resources and of nodes that decide which BGP sessions a node will run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Interface, IPv6Interface
from typing import Literal

from netbox_calico.planning.asn import DEFAULT_AS


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key in a Secret of calico-node's own namespace. The value is never held anywhere in the planner."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Node:
    """A node as Calico's agent sees it.

    ``ipv4`` and ``ipv6`` are the BGP addresses with their mask, ``asn`` is its own AS number (none: the cluster's).
    ``rr_cluster_id`` makes it a route reflector; it is text because the agent compares texts.
    """

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    ipv4: IPv4Interface | None = None
    ipv6: IPv6Interface | None = None
    asn: int | None = None
    rr_cluster_id: str | None = None


@dataclass(frozen=True, slots=True)
class BGPPeer:
    """``BGPPeer.spec``, field by field; times in seconds.

    Neither ``node`` nor ``node_selector`` means all nodes ("global"). ``peer_ip`` (``ip``, ``v4:port``, ``[v6]:port``)
    is text because the agent compares it, as it is written, with the addresses of nodes.
    """

    name: str
    node: str = ''
    node_selector: str = ''
    peer_ip: str = ''
    peer_selector: str = ''
    local_workload_selector: str = ''
    as_number: int = 0
    local_as_number: int = 0
    num_allowed_local_as_numbers: int = 0
    next_hop_mode: Literal['', 'Auto', 'Self', 'Keep'] = ''
    keep_original_next_hop: bool = False
    password: SecretKey | None = None
    source_address: Literal['UseNodeIP', 'None'] = 'UseNodeIP'
    max_restart_time: int | None = None
    keepalive_time: int | None = None
    ttl_security: int = 0
    reachable_by: str = ''
    filters: tuple[str, ...] = ()
    reverse_peering: Literal['Auto', 'Manual'] = 'Auto'

    @property
    def is_global(self) -> bool:
        """Whether it holds for every node, by naming none."""
        return not self.node and not self.node_selector


@dataclass(frozen=True, slots=True)
class BGPConfiguration:
    """What ``BGPConfiguration/default`` says about sessions; ``listen_port`` none means BGP's own 179."""

    mesh: bool = True
    asn: int = DEFAULT_AS
    listen_port: int | None = None
    mesh_password: SecretKey | None = None
    mesh_max_restart_time: int | None = None
