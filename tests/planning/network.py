"""What a look finds in a data centre in memory where everything that is configured works at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from netbox_calico.planning.designs.announced import DEFAULT_ROUTES
from netbox_calico.planning.gates import Look
from netbox_calico.planning.model import inventory
from netbox_calico.planning.model.intent import PeerGroup, Session
from netbox_calico.planning.model.observation import (
    ClusterObservation,
    IPAddress,
    KubernetesNode,
    NodePeer,
    NodeRoute,
    NodeStatus,
    Resource,
    RouterObservation,
    RouterRoute,
    RouterSession,
)
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, group_name
from netbox_calico.planning.selectors import parse
from tests.planning.reflection import Reflection
from tests.planning.world import RENDERERS, World

UPLINK = ip_address('192.0.2.254')

_PASSWORD = re.compile(r' password \$\{secret:(\S+)\}')


def look(world: World, plan: Plan) -> Look:
    """Everything that a gate could ask for."""
    return Network(world, plan).look()


class Network:
    """Sessions and routes as BGP makes them of what is configured on both sides."""

    def __init__(self, world: World, plan: Plan) -> None:
        self.cluster: ClusterObservation = world.observed.cluster
        self.routers = {router.router: router for router in world.observed.routers}
        self.plan = plan
        self.sessions = (*plan.sessions, *plan.former)
        self.nodes = {node.name: node for node in self.cluster.nodes}
        self.groups = {
            (key, group.family): group
            for key, router in self.routers.items()
            for group in RENDERERS['frr'].groups(router.section)
        }
        self.blocks: dict[tuple[str, int], list[inventory.Network]] = defaultdict(list)
        for affinity in self.cluster.affinities:
            self.blocks[affinity.node, affinity.cidr.version].append(affinity.cidr)
        self.selected = [
            (peer, parse(peer.spec.get('nodeSelector', '!has(nothing) && has(nothing)')))
            for peer in self.cluster.of_kind('BGPPeer')
        ]
        self.up = dict.fromkeys(session for session in self.sessions if self._both_ends(session))
        self.ends: dict[tuple[str, int], list[Session]] = defaultdict(list)
        for session in self.up:
            self.ends[session.node, session.family].append(session)
        self.reflection = Reflection(self.cluster)
        self.learned = {
            (node.name, end.version): self.reflection.learned(node.name, end.version)
            for node in self.nodes.values()
            for end in node.addresses
        }

    def seen_of_routers(self) -> tuple[RouterObservation, ...]:
        """The routers with their sessions."""
        return tuple(self._router(router) for router in self.routers.values())

    def look(self) -> Look:
        routers = self.seen_of_routers()
        return Look(
            cluster=self.cluster,
            routers=routers,
            tables={key: self._table(key) for key in self.routers},
            nodes=tuple(self._status(node) for node in self.nodes.values()),
            baseline=tuple(replace(router, sessions=(_uplink(),)) for router in routers),
        )

    def _both_ends(self, session: Session) -> bool:
        router = self.routers.get(session.router)
        neighbor = f'neighbor {session.node_address} peer-group'
        node = self.nodes.get(session.node)
        if router is None or node is None or neighbor not in router.section:
            return False
        return any(
            peer.spec.get('peerIP') == str(self._end(session))
            and _password_of(peer) == _password_in(router.section)
            and (peer.spec.get('node') == node.name or selector.matches(node.labels))
            for peer, selector in self.selected
        )

    def _end(self, session: Session) -> IPAddress:
        """The address that the router speaks from, whatever the plan leads to."""
        group = self._group(session)
        return (group and group.update_source) or session.gateway or session.router_address

    def _group(self, session: Session) -> PeerGroup | None:
        return self.groups.get((session.router, session.family))

    def _router(self, router: RouterObservation) -> RouterObservation:
        ours = tuple(
            RouterSession(
                session.node_address,
                session.family,
                session.node_as,
                session in self.up,
                received=len(self._blocks(session.node, session.family)) if session in self.up else 0,
                group=group_name(self.plan.handle, session.family),
            )
            for session in self.sessions
            if session.router == router.router and f'neighbor {session.node_address} peer-group' in router.section
        )
        return replace(router, sessions=(_uplink(), *ours))

    def _table(self, key: int) -> tuple[RouterRoute, ...]:
        direct = [
            RouterRoute(block, session.node_address, used=True)
            for session in self.up
            if session.router == key
            for block in self._blocks(session.node, session.family)
        ]
        direct += self._told(key)
        own = {route.prefix for route in direct}
        families = {session.family for session in self.sessions if session.router == key}
        fabric = [
            RouterRoute(block, UPLINK, used=block not in own)
            for block in sorted(
                {
                    block
                    for session in self.up
                    if session.family in families
                    for block in self._blocks(session.node, session.family)
                },
                key=str,
            )
        ]
        return (*direct, *fabric)

    def _told(self, key: int) -> Iterator[RouterRoute]:
        """What reflectors tell a router of the nodes that its group is for."""
        for session in self.up:
            group = self._group(session)
            if session.router == key and group and group.next_hops:
                for (owner, family), learned in self.learned.items():
                    [end] = [end.ip for end in self.nodes[owner].addresses if end.version == family]
                    if learned.get(session.node) and any(end in network for network in group.next_hops):
                        for block in self._blocks(owner, family):
                            yield RouterRoute(block, session.node_address, used=True)

    def _status(self, node: KubernetesNode) -> NodeStatus:
        sessions = [session for end in node.addresses for session in self.ends.get((node.name, end.version), ())]
        peers = [NodePeer(self._end(session), 'NodePeer', True) for session in sessions]
        routes: list[NodeRoute] = []
        for other in self.nodes.values():
            if other.name == node.name:
                continue
            mesh = self._mesh(node, other)
            for end in other.addresses:
                if mesh:
                    peers.append(NodePeer(end.ip, 'NodeMesh', True))
                    routes += [
                        NodeRoute(block, end.ip, 'eth0', True, 'NodeMesh', end.ip)
                        for block in self._blocks(other.name, end.version)
                    ]
            for session in sessions:
                if self.ends.get((other.name, session.family)):
                    gateway = self._gateway(node, other, session)
                    used = not mesh and self._preferred(session)
                    routes += [
                        NodeRoute(block, gateway, 'eth0', used, 'BGPPeer', self._end(session))
                        for block in self._blocks(other.name, session.family)
                        if self._sent(session, tables=True)
                    ]
        routes += [
            NodeRoute(DEFAULT_ROUTES[session.family], end, 'eth0', self._preferred(session), 'BGPPeer', end)
            for session in sessions
            for end in (self._end(session),)
            if self._sent(session, tables=False) and self._let_in(session.family)
        ]
        peers += [NodePeer(peer, 'NodePeer', up) for peer, up in self.reflection.peers(node.name)]
        routes += self._reflected(node)
        return NodeStatus(node.name, tuple(peers), tuple(routes))

    def _reflected(self, node: KubernetesNode) -> Iterator[NodeRoute]:
        for (owner, family), learned in self.learned.items():
            [gateway] = [end.ip for end in self.nodes[owner].addresses if end.version == family]
            used = not self._mesh(node, self.nodes[owner])
            for peer in learned.get(node.name, ()):
                for block in self._blocks(owner, family):
                    yield NodeRoute(block, gateway, 'eth0', used, 'BGPPeer', peer)

    def _sent(self, session: Session, tables: bool) -> bool:
        """Whether the router announces the routes to all others, or a default route."""
        group = self._group(session)
        announced = (group.announced or group.permitted) if group and not group.next_hops else ()
        return any((prefix == DEFAULT_ROUTES[session.family]) is not tables for prefix in announced)

    def _preferred(self, session: Session) -> bool:
        """Whether the node sends packets to the router: to a drained one where it has no other."""
        beside = self.ends[session.node, session.family]
        drained = {one.router: bool(group and group.drained) for one in beside for group in (self._group(one),)}
        return not drained[session.router] or all(drained.values())

    def _let_in(self, family: int) -> bool:
        rules = [rule for found in self.cluster.of_kind('BGPFilter') for rule in found.spec.get(f'importV{family}', ())]
        return any(rule.get('cidr') == str(DEFAULT_ROUTES[family]) for rule in rules)

    def _gateway(self, node: KubernetesNode, other: KubernetesNode, session: Session) -> IPAddress:
        here = next(end for end in node.addresses if end.version == session.family)
        there = next(end for end in other.addresses if end.version == session.family)
        group = self._group(session)
        if group and group.next_hop:
            return group.next_hop
        return there.ip if there.ip in here.network else self._end(session)

    def _mesh(self, node: KubernetesNode, other: KubernetesNode) -> bool:
        marked = REFLECTOR_ANNOTATION in {**node.annotations, **other.annotations}
        return self.cluster.mesh and not marked

    def _blocks(self, node: str, family: int) -> tuple[inventory.Network, ...]:
        return tuple(self.blocks.get((node, family), ()))


def _uplink() -> RouterSession:
    return RouterSession(UPLINK, 4, 65500, True, received=100, group='SPINE')


def _password_in(section: str) -> str:
    """The reference to the password of a router's sessions."""
    found = _PASSWORD.search(section)
    return found[1] if found else ''


def _password_of(peer: Resource) -> str:
    reference = peer.spec.get('password', {}).get('secretKeyRef', {})
    return '/'.join(reference[part] for part in ('name', 'key')) if reference else ''
