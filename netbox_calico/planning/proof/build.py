"""From a state of both sides to the world of one family: which sessions come up.

What nodes run is `planning.expansion`'s word, what routers run is that of our groups on them; a session comes up where
both ends agree. An end that has not been told yet makes none, and that is no trouble.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from netbox_calico.planning.expansion import Resources, Session
from netbox_calico.planning.model.intent import PeerGroup
from netbox_calico.planning.model.observation import IPAddress
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.naming import OWNER_LABEL

from .ground import Ground, node_key, router_key
from .halves import Halves, Mark
from .state import State
from .world import HalfSession, Speaker, World


@dataclass(frozen=True, slots=True)
class Built:
    """A world, and by sender and receiver what would restart their session if it changed.

    ``findings`` tell of sessions whose ends disagree, and of what cannot be judged without the routes.
    """

    world: World
    marks: Mapping[tuple[int, int], Mark]
    findings: tuple[Finding, ...] = ()


def build(ground: Ground, state: State, among: Iterable[str] | None = None) -> Built:
    """The world of a state. Linear in nodes and their BGPPeers: the mesh is a mark on its members.

    Nodes that are not ``among`` those that are named have no session in it. Raises ``InvalidInput`` where Calico's
    agent could not read the resources.
    """
    resources = state.resources
    making = _Making(ground, resources, state)
    for name in ground.ends if among is None else among:
        for session in state.sessions.get(name, ()):
            if session.family == ground.family:
                making.session(name, session)
    making.between_nodes()
    made = sorted(making.made, key=lambda half: (half.sender, half.receiver, half.sender_subnet))
    return Built(
        World(
            tuple(_speakers(ground, resources)),
            (*ground.between_routers, *made),
            ground.kinds.encapsulation(state.cluster),
        ),
        making.marks,
        tuple(sorted({*making.findings, *making.disagreeing(), *making.halves.findings})),
    )


def _speakers(ground: Ground, resources: Resources) -> Iterator[Speaker]:
    nodes = {node_key(node.name): node for node in resources.nodes}
    for key, index in ground.index.items():
        speaker, node = ground.speakers[index], nodes.get(key)
        if node is None:
            yield speaker
            continue
        asn = resources.configuration.asn if node.asn is None else node.asn
        mesh = resources.configuration.mesh and not node.rr_cluster_id
        yield replace(speaker, asn=asn, mesh=mesh) if (asn, mesh) != (speaker.asn, speaker.mesh) else speaker


class _Making:
    """Sessions in the making."""

    def __init__(self, ground: Ground, resources: Resources, state: State) -> None:
        self.ground, self.state = ground, state
        self.halves = Halves(ground, resources)
        self.made: list[HalfSession] = []
        self.marks: dict[tuple[int, int], Mark] = {}
        self.findings: set[Finding] = set()
        self._node_of = {end.ip: name for name, end in ground.ends.items()}
        self._routers = {end.ip: router for router, ends in ground.addresses.items() for end in ends}
        self._told: dict[IPAddress, list[tuple[int, PeerGroup]]] = defaultdict(list)
        for router, found in state.groups.items():
            for group in found:
                for neighbor in group.neighbors:
                    self._told[neighbor.address].append((router, group))
        self._between: dict[tuple[str, str], Session] = {}
        self._of_others = frozenset(
            peer.name for peer in state.cluster.of_kind('BGPPeer') if OWNER_LABEL not in peer.labels
        )
        self._wrong: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)

    def session(self, node: str, session: Session) -> None:
        """A session that the agent of a node runs."""
        other = self._node_of.get(session.neighbor)
        if other is not None:
            self._between[node, other] = session
            return
        own = self.ground.ends[node].ip
        ends = [
            (router, group)
            for router, group in self._told.get(own, ())
            if group.family == session.family and self._answers(router, group, session.neighbor)
        ]
        for router, group in ends:
            self._with_router(node, session, router, group)
        if not ends and session.neighbor in self._routers:
            self._by_hand(session)
        elif not ends and not session.neighbor.is_link_local:
            self._unknown(session)

    def _answers(self, router: int, group: PeerGroup, address: IPAddress) -> bool:
        if group.update_source is not None:
            return group.update_source == address
        return self._routers.get(address) == router

    def _with_router(self, node: str, session: Session, router: int, group: PeerGroup) -> None:
        shown = group.local_as or self.ground.asn[router]
        here, there = self.state.password(session), self.state.password(group)
        name = self.ground.speakers[self.ground.index[router_key(router)]].name
        wrong = [
            text
            for text, differs in (
                (f'{name} has AS {shown}, and the node expects {session.remote_as}', shown != session.remote_as),
                (
                    f'the node has AS {session.local_as}, and {name} expects {group.remote_as or "any other"}',
                    session.local_as != group.remote_as
                    if group.remote_as is not None
                    else session.local_as == self.ground.asn[router],
                ),
                ('one end alone has a password', bool(here) != bool(there)),
                (f'the node has the password {here}, and {name} another', here and there and here != there),
                ('the node alone has TTL security', session.ttl_security is True),
            )
            if differs
        ]
        if wrong:
            self._disagree(node, name, session, wrong)
            return
        for half in self.halves.with_router(node, session, router, group):
            self._add(half, (session.local_as, session.remote_as, session.secret, session.source, group.password))

    def between_nodes(self) -> None:
        """Sessions of nodes with nodes, where each has one with the other."""
        for (node, other), session in self._between.items():
            back = self._between.get((other, node))
            if back is None:
                continue
            wrong = [
                text
                for text, differs in (
                    (f'{other} has AS {back.local_as} there', session.remote_as != back.local_as),
                    ('they have different passwords', session.secret != back.secret),
                )
                if differs
            ]
            if wrong:
                self._disagree(node, other, session, wrong)
            elif session.local_as == back.remote_as:
                mark = (session.local_as, session.remote_as, session.secret, session.rr_cluster_id, back.rr_cluster_id)
                self._add(self.halves.between_nodes(node, session, other, back), mark)

    def _add(self, half: HalfSession, mark: Mark) -> None:
        self.made.append(half)
        self.marks[half.sender, half.receiver] = mark

    def _disagree(self, node: str, other: str, session: Session, wrong: list[str]) -> None:
        self._wrong[other, session.origin.bgp_peer, tuple(wrong)].append(node)

    def disagreeing(self) -> Iterator[Finding]:
        """Sessions that do not come up, by what is wrong with them."""
        for (other, peer, wrong), (node, *more) in self._wrong.items():
            yield Finding(
                Severity.ERROR,
                'proof-session-disagrees',
                f'{node} and {other}',
                f'The session of node {node}{" (and of others)" if more else ""} with {other} '
                f'(IPv{self.ground.family}) does not come up: {"; ".join(wrong)}. Correct BGPPeer {peer}, or what the '
                'other end has.',
            )

    def _by_hand(self, session: Session) -> None:
        peer, router = session.origin.bgp_peer, self._routers[session.neighbor]
        if peer in self._of_others:
            name = self.ground.speakers[self.ground.index[router_key(router)]].name
            self.findings.add(
                Finding(
                    Severity.NOTE,
                    'proof-peer-unknown',
                    peer,
                    f'BGPPeer {peer}, which is not ours, makes nodes peer with {session.neighbor} ({name}): what that '
                    'router has for them was made by hand and is not read, so the proof leaves these sessions out.',
                )
            )

    def _unknown(self, session: Session) -> None:
        peer = session.origin.bgp_peer
        self.findings.add(
            Finding(
                Severity.NOTE,
                'proof-peer-unknown',
                peer,
                f'BGPPeer {peer} makes nodes peer with {session.neighbor}, which is no Calico router of NetBox: the '
                'proof leaves these sessions out. If routes of the cluster come or go by it, add it to NetBox.',
            )
        )
