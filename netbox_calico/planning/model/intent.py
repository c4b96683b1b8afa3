"""Intent: what should be on the devices and in the cluster once a design is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .inventory import Network, Profile
from .observation import IPAddress

if TYPE_CHECKING:
    from .plan import Finding


@dataclass(frozen=True, slots=True)
class Session:
    """One wanted BGP session between a node and a router, both ends; ``rack`` is the node's rack label.

    ``gateway`` is the router's next hop where that is not the address of the session. ``former`` is one that routers
    share and this one gives up: until its turn comes the session runs there.
    """

    node: str
    rack: str
    router: int
    family: int
    node_address: IPAddress
    router_address: IPAddress
    node_as: int
    router_as: int
    gateway: IPAddress | None = None
    former: IPAddress | None = None


@dataclass(frozen=True, slots=True)
class Neighbor:
    """An explicit neighbour of a router: the node's address and its name for the description."""

    address: IPAddress
    description: str


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """The peer-group of one cluster and family on one router. ``password`` says where it is: ``SECRET/KEY``, or empty.

    ``remote_as`` None stands for any AS but the router's own. ``permitted`` is what nodes may announce; ``announced``
    is what they are sent, the same when it is empty; the default route in it stands for itself alone.
    ``maximum_prefix`` is a limit a neighbour that only warns: tearing sessions down would take a whole rack out at
    once. ``local_preference`` is set on what nodes announce, ``next_hop`` on what they are sent. ``local_as`` is the AS
    that nodes see instead of the router's. ``next_hop_self`` leaves reflected routes alone. With ``no_export`` no other
    AS is told what nodes announce, with ``no_advertise`` nodes tell nobody what they are sent. ``drained`` makes nodes
    and fabric prefer other routers, while the router itself goes on forwarding as before. ``next_hops``, where there
    are any, are the networks that what nodes announce has to lead to, and ``next_hop_list`` is the name of their list.
    With ``multihop`` nodes may be routers away.
    """

    name: str
    family: int
    remote_as: int | None
    keepalive: int
    hold_time: int
    as_override: bool
    import_map: str
    export_map: str
    import_list: str
    export_list: str
    permitted: tuple[Network, ...]
    neighbors: tuple[Neighbor, ...]
    maximum_prefix: int | None = None
    password: str = ''
    announced: tuple[Network, ...] = ()
    local_preference: int | None = None
    route_reflector_client: bool = False
    next_hop_self: bool = False
    next_hop: IPAddress | None = None
    local_as: int | None = None
    update_source: IPAddress | None = None
    connected_check: bool = True
    no_export: bool = False
    no_advertise: bool = False
    drained: bool = False
    next_hops: tuple[Network, ...] = ()
    next_hop_list: str = ''
    multihop: bool = False


@dataclass(frozen=True, slots=True)
class RouterSection:
    """Everything of ours that one router should carry; no groups means nothing of ours.

    Every name in it bears the cluster's mark, ``CAL-<HANDLE>-`` in capitals and one word without a hyphen: so it is
    told apart from what others have on the router.
    """

    router: int
    name: str
    asn: int
    handle: str
    profile: Profile
    groups: tuple[PeerGroup, ...]

    @property
    def drained(self) -> RouterSection:
        """The same with all its groups drained."""
        return replace(self, groups=tuple(replace(group, drained=True) for group in self.groups))


@dataclass(frozen=True, slots=True)
class WantedResource:
    """An object of the Kubernetes API that is ours alone, as it should be."""

    kind: str
    name: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reflection:
    """Who reflects routes for whom: the cluster ID of every reflector, and the labels of ours that nodes bear for it.

    ``wanted`` is how many reflectors there should be, ``paths`` how many paths a block has on a client at the most.
    """

    cluster_ids: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    wanted: int
    paths: int


@dataclass(frozen=True, slots=True)
class Intent:
    """What should be. ``rack_of`` has the rack label by node, ``racks`` the order in which racks are moved.

    ``reflection`` is there in designs with route reflectors in the cluster.
    ``stages`` have to be in force one after the other on the way in, and back out again; the mesh may be on in the
    first one alone. ``stage`` is what such a one is called. ``tables`` and ``default_route`` say what routers send
    their nodes and nodes let in: the routes to all others, a default route. With ``reflected`` the routers of the
    sections pass routes on and carry no packets: what nodes send each other goes as it does in the mesh.
    ``findings`` are what stood in the way of deriving it.
    """

    design: str
    mesh: bool
    resources: tuple[WantedResource, ...] = ()
    sections: tuple[RouterSection, ...] = ()
    sessions: tuple[Session, ...] = ()
    rack_of: Mapping[str, str] = field(default_factory=dict)
    racks: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    reflection: Reflection | None = None
    stages: tuple[Intent, ...] = ()
    stage: str = ''
    tables: bool = True
    default_route: bool = False
    reflected: bool = False
