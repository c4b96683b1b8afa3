"""Observation: what is on the devices and in the cluster now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from .inventory import Interface, Network

type IPAddress = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Resource:
    """One object of the Kubernetes API: ``kind``, ``name`` and the parts that a planner reads."""

    kind: str
    name: str
    spec: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    version: str = ''


@dataclass(frozen=True, slots=True)
class KubernetesNode:
    """A Node of the Kubernetes API; ``addresses`` are those of Calico's annotations, with their masks.

    ``provisioned_labels`` are the keys of labels that somebody else's field manager owns: they are used as they are and
    never removed.
    """

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[Interface, ...] = ()
    asn: int | None = None
    system_uuid: str = ''
    ready: bool = True
    schedulable: bool = True
    provisioned_labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Affinity:
    """A block and the node that must announce it; only ``confirmed`` ones of hosts count."""

    cidr: Network
    node: str
    state: str = 'confirmed'


@dataclass(frozen=True, slots=True)
class ClusterObservation:
    """What the Kubernetes API holds. ``secrets`` maps a Secret's name to its keys, never to values.

    ``alike`` has the passwords (``SECRET/KEY``) that are equal to an earlier one, and that one. ``identity`` tells one
    Kubernetes cluster from another, whatever way leads to it.
    """

    api_group: str
    identity: str = ''
    calico_version: str = ''
    datastore_ready: bool = True
    nodes: tuple[KubernetesNode, ...] = ()
    resources: tuple[Resource, ...] = ()
    affinities: tuple[Affinity, ...] = ()
    secrets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    alike: Mapping[str, str] = field(default_factory=dict)

    def find(self, kind: str, name: str) -> Resource | None:
        """The resource of that kind and name, or None."""
        return next((r for r in self.resources if r.kind == kind and r.name == name), None)

    def of_kind(self, kind: str) -> tuple[Resource, ...]:
        """All resources of a kind."""
        return tuple(r for r in self.resources if r.kind == kind)

    @property
    def mesh(self) -> bool:
        """Whether the node-to-node mesh is on (Calico's default when no BGPConfiguration says otherwise)."""
        default = self.find('BGPConfiguration', 'default')
        return default is None or default.spec.get('nodeToNodeMeshEnabled', True) is not False


@dataclass(frozen=True, slots=True)
class RouterSession:
    """A BGP session as the router sees it; ``received`` counts accepted prefixes, ``group`` may be empty."""

    neighbor: IPAddress
    family: int
    remote_as: int
    established: bool
    received: int = 0
    group: str = ''


@dataclass(frozen=True, slots=True)
class RouterRoute:
    """A path in the router's BGP table; ``used`` when traffic is forwarded by it (best or multipath)."""

    prefix: Network
    neighbor: IPAddress | None
    used: bool


@dataclass(frozen=True, slots=True)
class RouterObservation:
    """One router: our section of its running configuration (canonical text), the box's own settings, sessions.

    ``error`` is not empty when it could not be read; nothing else is to be believed then.
    ``settings`` holds global knobs by name (``asn``, ``maximum_paths_4``, ``multipath_relax``, …) as text.
    """

    router: int
    name: str
    section: str = ''
    settings: Mapping[str, str] = field(default_factory=dict)
    sessions: tuple[RouterSession, ...] = ()
    pending_commit: bool = False
    saved: bool = True
    error: str = ''


@dataclass(frozen=True, slots=True)
class Observation:
    """Both sides at one moment."""

    cluster: ClusterObservation
    routers: tuple[RouterObservation, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeRoute:
    """A route in a node's BIRD; usable only when ``fib`` and ``interface`` is not ``unreachable``.

    ``source`` is Kernel, Static, Direct, NodeMesh or BGPPeer; ``peer`` the address it was learned from.
    """

    destination: Network
    gateway: IPAddress | None
    interface: str
    fib: bool
    source: str
    peer: IPAddress | None = None


@dataclass(frozen=True, slots=True)
class NodePeer:
    """A BGP session in a node's BIRD; ``kind`` is NodeMesh, NodePeer or GlobalPeer."""

    peer: IPAddress
    kind: str
    established: bool


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """A fresh look at one node."""

    node: str
    peers: tuple[NodePeer, ...] = ()
    routes: tuple[NodeRoute, ...] = ()
    error: str = ''
