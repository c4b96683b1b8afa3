"""The world of a proof: speakers, what they announce, and their BGP sessions, in one state and one address family.

Prefixes are tokens, not addresses: a kind says what a prefix is to the filters, its origins say where it begins.
``default`` and ``subnet`` are the kinds of the underlay; ``block`` and ``service`` are the usual kinds above it, and
there may be more (one for every pool or range that some filter treats otherwise). Worlds that are compared, as the
states of a transition are, have the same speakers at the same indexes: who is absent is not ``present``, has no session
and announces nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NamedTuple

DEFAULT = 'default'
SUBNET = 'subnet'
BLOCK = 'block'
SERVICE = 'service'
EVERYTHING = frozenset({DEFAULT, SUBNET, BLOCK, SERVICE})


class Software(StrEnum):
    """Whose rules a speaker follows: BIRD as Calico configures it on nodes, or FRR on everything else."""

    BIRD = 'bird'
    FRR = 'frr'


class Role(StrEnum):
    """What a speaker is to a reader of the verdicts. Nodes carry pods; the rest is outside the cluster."""

    NODE = 'node'
    TOR = 'tor'
    SPINE = 'spine'
    REFLECTOR = 'reflector'


class Encapsulation(Enum):
    """How nodes send packets of a kind (a pool's blocks) to one another.

    NONE routes them by BGP's next hop. With the two of IPIP, BIRD puts them into a tunnel to the next hop: across
    subnets only, or always where a route has one next hop, also when that is a router, which drops them. With FELIX
    (VXLAN; IPIP where Felix programs the routes) nodes reach each other's blocks without any BGP route.
    """

    NONE = 'none'
    IPIP_CROSS_SUBNET = 'ipip-cross-subnet'
    IPIP_ALWAYS = 'ipip-always'
    FELIX = 'felix'


class NextHop(Enum):
    """Which next hop the sender of a session puts into what it learned itself from others.

    USUAL is the software's own: kept over iBGP; over eBGP itself, but for FRR a third party on the receiver's subnet.
    SELF is always itself, EXTERNAL itself on routes learned over eBGP alone (FRR's plain ``next-hop-self``, which
    leaves reflected ones as they are), KEEP never itself (Calico's ``nextHopMode: Keep``).
    """

    USUAL = 'usual'
    SELF = 'self'
    EXTERNAL = 'external'
    KEEP = 'keep'


class Originate(Enum):
    """Whether the sender gives the peer a default route of its own making: never, always, or while it has one."""

    NEVER = 'never'
    ALWAYS = 'always'
    IF_KNOWN = 'if-known'


type Address = tuple[int, str]
"""A next hop: the index of a speaker, and on which of its subnets."""


class Path(NamedTuple):
    """A path to a prefix as a speaker holds it. Two are the same when all that the decision and the peers see is.

    ``next_hop`` is ``None`` for its own. ``originator`` is a router ID, ``clusters`` the list of cluster IDs, nearest
    first. ``session`` is the index of the half session that brought it, -1 for its own; ``metric`` the cost of reaching
    the next hop, ``None`` where that cannot be; ``internal`` says that it came over iBGP, ``peer`` is the router ID of
    who sent it. ``incomplete`` is the origin that loses against the usual one.
    """

    local_preference: int
    as_path: tuple[int, ...]
    next_hop: Address | None
    originator: int | None
    clusters: tuple[int, ...]
    session: int
    metric: int | None
    internal: bool
    peer: int
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """A BGP speaker. Its index is its place in ``World.speakers``; every other field names speakers by that.

    ``router_id`` orders speakers where a tie is broken by it and is the originator ID of what it announces.
    ``asn`` is its own AS, used for the mesh and, by FRR, for the loop check beside the session's.
    ``rack`` is the place that it shares with its neighbours on the ground, empty for those above racks; racks that
    share a router are one place. ``home`` is the subnet of the address that it speaks BGP from, and ``subnets`` are
    all that are on-link, ``home`` among them: an address there needs no route.
    ``blocks`` are the kinds of which it owns a prefix alone, ``services`` those of prefixes that all their announcers
    share, one prefix a kind (a kind of few announcers sets them apart from the rest, and costs time).
    ``announced_subnets`` are the subnets that it announces into BGP, ``exit`` whether it is where the default route
    begins.
    ``mesh`` makes it a member of the node-to-node mesh: an iBGP or eBGP session with each other member, between homes,
    nothing filtered. These sessions are implicit, never in ``World.sessions``.
    ``host_routes`` says that it has a route of the kernel's own to every node's address, whatever BGP says (an overlay
    below, static routes). ``kernel_default`` are the gateways of its host's default route; ``host_default_wins``
    says that the kernel prefers that to a default from BGP (Calico from 3.32 on).
    ``local_preference`` is what it sends with its own routes over iBGP: Calico's version decides.
    ``multipath_relax`` lets FRR balance over eBGP paths by different neighbouring AS numbers, ``ibgp_multipath`` over
    several iBGP paths; BIRD always merges. ``checks_peer_as`` keeps it from sending a path that has the peer's AS.
    One that is not ``present`` sends no packets of its own and drops those that it gets.
    """

    name: str
    software: Software
    role: Role
    router_id: int
    asn: int
    home: str
    subnets: frozenset[str]
    rack: str = ''
    blocks: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    announced_subnets: frozenset[str] = frozenset()
    exit: bool = False
    mesh: bool = False
    host_routes: bool = False
    kernel_default: tuple[int, ...] = ()
    host_default_wins: bool = False
    local_preference: int = 100
    multipath_relax: bool = True
    ibgp_multipath: bool = True
    checks_peer_as: bool = False
    present: bool = True


@dataclass(frozen=True, slots=True)
class HalfSession:
    """One direction of a session: what the sender exports to the receiver, and what the receiver makes of it.

    A session is two of these. ``sender_as`` and ``receiver_as`` are the local AS numbers *of the session*
    (``localASNumber``, ``local-as … no-prepend replace-as``): equal means iBGP, and the receiver's loop check is on
    ``receiver_as``. ``sender_subnet`` and ``receiver_subnet`` are the subnets of the session's two addresses; the
    sender's own next hop is its address on ``sender_subnet``.

    Export, at the sender: ``exports`` are the kinds that its policy lets out, ``rejects_learned`` stops all that it
    learned from any BGP peer, ``add_paths`` sends every path instead of the best, ``sends_back`` also to the peer that
    they came from (FRR's update groups), ``as_override`` replaces the receiver's AS in the path by the speaker's,
    ``prepends`` adds its own AS so many times more. ``to_client`` says that the sender reflects to the receiver as a
    client; ``sender_cluster`` is the cluster ID that it uses on this session, ``None`` its router ID.

    Import, at the receiver: ``accepts`` are the kinds let in, ``own_as_allowed`` how often ``receiver_as`` may stand in
    the path, ``from_client`` whether the receiver counts the sender among its clients, with ``receiver_cluster``;
    ``local_preference`` is what its import sets, ``None`` leaves it (100 over eBGP). ``no_export`` marks it as nothing
    for other AS numbers, ``no_advertise`` as nothing for anybody else (the well-known communities), ``incomplete`` says
    that one of the two ends gives the paths the origin that loses against the usual one. ``next_hops`` are the subnets
    that next hops have to lie in, ``None`` stands for any.
    """

    sender: int
    receiver: int
    sender_as: int
    receiver_as: int
    sender_subnet: str
    receiver_subnet: str
    exports: frozenset[str] = EVERYTHING
    rejects_learned: bool = False
    add_paths: bool = False
    sends_back: bool = False
    as_override: bool = False
    prepends: int = 0
    next_hop: NextHop = NextHop.USUAL
    default_originate: Originate = Originate.NEVER
    to_client: bool = False
    sender_cluster: int | None = None
    accepts: frozenset[str] = EVERYTHING
    own_as_allowed: int = 0
    from_client: bool = False
    receiver_cluster: int | None = None
    local_preference: int | None = None
    no_export: bool = False
    no_advertise: bool = False
    incomplete: bool = False
    next_hops: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class World:
    """One state of a network, in one family: only sessions that are up. Their order decides nothing.

    ``encapsulation`` is by kind of block; a kind that it lacks has none.
    """

    speakers: tuple[Speaker, ...]
    sessions: tuple[HalfSession, ...]
    encapsulation: Mapping[str, Encapsulation] = field(default_factory=dict)
