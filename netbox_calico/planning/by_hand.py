"""What people made by hand before plans did: BGPPeers to routers of NetBox or between nodes, and nodes without any.

The label of an object says whose it is, its name who made it: one that people gave to us is ours and made by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from .diff import is_ours
from .expansion import Session
from .model.inventory import Snapshot
from .model.observation import IPAddress, Observation, Resource
from .naming import group_names
from .proof.filters import judge
from .proof.kinds import kinds_of
from .proof.state import State

type Routers = frozenset[int]


@dataclass(slots=True)
class HandMade:
    """A BGPPeer that no plan made: the routers of NetBox that nodes peer with by it, and whether with other nodes.

    ``ours`` says that it was given to us by its label. ``retelling`` are the families in which it lets out to routers
    what a node learned from others.
    """

    name: str
    ours: bool
    routers: set[int] = field(default_factory=set)
    between_nodes: bool = False
    retelling: set[int] = field(default_factory=set)


class ByHand:
    """What carries the nodes of a cluster beside the mesh and what plans made."""

    def __init__(self, snapshot: Snapshot, observation: Observation) -> None:
        handle, cluster = snapshot.cluster.handle, observation.cluster
        peers = cluster.of_kind('BGPPeer')
        made = {peer.name: peer for peer in peers if not by_plan(peer, handle)}
        self.planned = len(made) < len(peers)
        self._state = State(cluster, {})
        self._ends = _ends(snapshot)
        self._nodes = {end.ip: node.name for node in cluster.nodes for end in node.addresses}
        self._neighbors = _neighbors(observation, self._nodes, group_names(handle))
        found = {name: HandMade(name, is_ours(peer, handle)) for name, peer in sorted(made.items())}
        for sessions, nodes in self._shared() if made else ():
            somewhere = self._at_unknown_addresses(sessions, nodes)
            for session in sessions:
                if session.origin.bgp_peer in found:
                    self._add(found[session.origin.bgp_peer], session, somewhere)
        self.peers = tuple(one for one in found.values() if one.routers or one.between_nodes)

    @property
    def isolated(self) -> tuple[str, ...]:
        """The nodes that have no session by any BGPPeer."""
        return tuple(name for name, sessions in self._state.sessions.items() if not sessions)

    @property
    def in_turn(self) -> bool:
        """Whether routers can be taken over one after the other: of any that a node has by these, another stays."""
        if any(one.between_nodes or len(one.routers) > 1 for one in self.peers):
            return False
        served = [
            {router for session in sessions for router in self._ends.get(session.neighbor, ())}
            for sessions, _ in self._shared()
        ]
        return all(len(routers) != 1 for routers in served) and any(served)

    def _add(self, one: HandMade, session: Session, somewhere: Mapping[IPAddress, Routers]) -> None:
        one.between_nodes |= session.neighbor in self._nodes
        routers = self._ends.get(session.neighbor, somewhere.get(session.neighbor, frozenset()))
        one.routers |= routers
        if routers and self._retells(session):
            one.retelling.add(session.family)

    def _at_unknown_addresses(self, sessions: Iterable[Session], nodes: Iterable[str]) -> Mapping[IPAddress, Routers]:
        """The routers that have these nodes for neighbours by an address that NetBox lacks, if it is just one."""
        there = {key for node in nodes for key in self._neighbors.get(node, ())}
        there.difference_update(*(self._ends.get(session.neighbor, ()) for session in sessions))
        unknown = {one.neighbor for one in sessions if one.neighbor not in self._ends.keys() | self._nodes.keys()}
        lone = {one for one in unknown if sum(one.version == other.version for other in unknown) == 1}
        return dict.fromkeys(lone, frozenset(there))

    def _shared(self) -> Iterable[tuple[tuple[Session, ...], list[str]]]:
        """What nodes run alike, once, and these nodes."""
        found: dict[int, tuple[tuple[Session, ...], list[str]]] = {}
        for name, sessions in self._state.sessions.items():
            found.setdefault(id(sessions), (sessions, []))[1].append(name)
        return found.values()

    def _retells(self, session: Session) -> bool:
        """Whether a node tells there what it learned: to the router every block goes by every node then."""
        verdict = judge(
            self._state.resources.bgp_filters,
            session.export_filters,
            f'exportV{session.family}',
            kinds_of(self._state.cluster, session.family, ()).blocks.values(),
            learned=True,
            internal=session.local_as == session.remote_as,
        )
        return bool(verdict.passes)


def by_plan(peer: Resource, handle: str) -> bool:
    """Whether a plan made the BGPPeer."""
    return is_ours(peer, handle) and peer.name.startswith(f'cal-{handle}-')


def _ends(snapshot: Snapshot) -> Mapping[IPAddress, Routers]:
    """The routers by address; an address that several answer for is that of all of them."""
    found: dict[IPAddress, set[int]] = defaultdict(set)
    for router in snapshot.routers:
        for address in router.addresses:
            found[address.value.ip].add(router.id)
    return {address: frozenset(routers) for address, routers in found.items()}


def _neighbors(
    observation: Observation, nodes: Mapping[IPAddress, str], ours: Collection[str]
) -> Mapping[str, set[int]]:
    """The routers that have an established session with a node in no group of ours, by node."""
    found: dict[str, set[int]] = defaultdict(set)
    for router in observation.routers:
        for session in router.sessions:
            if session.established and session.neighbor in nodes and session.group not in ours:
                found[nodes[session.neighbor]].add(router.router)
    return found
