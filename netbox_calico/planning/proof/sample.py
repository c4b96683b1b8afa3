"""A few racks and nodes that stand for all: what is proven of them holds for those that are just like them.

Racks are alike when everything that a world is made of is equal in them at the plan's start and at its end, but for
names, addresses and AS numbers that nobody else uses. Of racks alike six are kept, so that of those that the plan has
moved and of those that it has not there may be three each; of nodes alike in a rack three. Whoever is named from many
racks, as reflectors are, is always kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.expansion import Session, expand
from netbox_calico.planning.model.intent import PeerGroup
from netbox_calico.planning.model.inventory import Router, Snapshot
from netbox_calico.planning.model.observation import ClusterObservation, KubernetesNode, Observation
from netbox_calico.planning.naming import natural
from netbox_calico.planning.selectors import parse

from .fabric import Fabric, Link
from .ground import EXCLUDED, release_of
from .state import State, resources_of

SMALL = 30
"""Up to so many nodes all are kept."""

RACKS, NODES = 6, 3
"""Of racks alike, and of nodes alike in one of them, so many are kept: half of them first ones, half last."""

HUB = 3
"""Who is named from more other racks than this is kept."""

type Sessions = Mapping[str, tuple[Session, ...]]


@dataclass(frozen=True, slots=True)
class Kept:
    """The nodes and routers that stand for all, the BGPPeers that are for others, and how many nodes there are."""

    nodes: frozenset[str]
    routers: frozenset[int]
    of: int
    others: frozenset[str] = frozenset()

    def snapshot(self, whole: Snapshot) -> Snapshot:
        """The snapshot of these alone."""
        return replace(whole, routers=tuple(router for router in whole.routers if router.id in self.routers))

    def observation(self, whole: Observation) -> Observation:
        """The observation of these alone."""
        return Observation(
            self.cluster(whole.cluster),
            tuple(router for router in whole.routers if router.router in self.routers),
        )

    def cluster(self, whole: ClusterObservation) -> ClusterObservation:
        """The cluster with these nodes alone."""
        return replace(
            whole,
            nodes=tuple(node for node in whole.nodes if node.name in self.nodes),
            resources=tuple(
                found for found in whole.resources if found.kind != 'BGPPeer' or found.name not in self.others
            ),
            affinities=tuple(affinity for affinity in whole.affinities if affinity.node in self.nodes),
        )

    def state(self, whole: State) -> State:
        """The state of these alone."""
        return State(
            self.cluster(whole.cluster),
            {router: groups for router, groups in whole.groups.items() if router in self.routers},
        )

    def fabric(self, whole: Fabric) -> Fabric:
        """The fabric between these alone."""
        return replace(
            whole,
            links=tuple(
                link
                for link in whole.links
                if link.router in self.routers and (not link.known or link.other in self.routers)
            ),
        )

    def has(self, target: str) -> bool:
        """Whether an item's target is among these, or belongs to no single one of them."""
        where, _, name = target.partition(':')
        if where == 'router':
            return int(name) in self.routers
        kind, _, name = name.partition('/')
        return name in self.nodes if kind == 'Node' else kind != 'BGPPeer' or name not in self.others


def sample(snapshot: Snapshot, states: Sequence[State], fabrics: Iterable[Fabric], order: Mapping[str, int]) -> Kept:
    """Who is kept; ``states`` are the plan's first and last, ``order`` is when a plan first touches a target."""
    nodes = states[0].cluster.nodes
    if len(nodes) <= SMALL:
        return Kept(frozenset(node.name for node in nodes), frozenset(r.id for r in snapshot.routers), len(nodes))
    description = _Description(snapshot, states, tuple(fabrics))
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for place in description.members:
        alike[description.of_place(place)].append(place)
    kept_nodes, kept_routers = set(description.hubs), set(description.above)
    for places in alike.values():
        places.sort(key=lambda place: description.when(place, order))
        for place in _ends(places, RACKS):
            kept_routers.update(router.id for router in description.routers[place])
            by_key: dict[Hashable, list[str]] = defaultdict(list)
            for name in description.members[place]:
                by_key[description.of_node(name, place)].append(name)
            for names in by_key.values():
                kept_nodes.update(_ends(sorted(names, key=natural), NODES))
    for name in description.hubs:
        kept_routers.update(router.id for router in description.routers[description.place_of[name]])
    return Kept(frozenset(kept_nodes), frozenset(kept_routers), len(nodes), _for_others(states, kept_nodes))


def _for_others(states: Sequence[State], nodes: Collection[str]) -> frozenset[str]:
    """The BGPPeers that select none of these nodes, by name."""
    labels = [node.labels for state in states for node in state.cluster.nodes if node.name in nodes]
    distinct = list({frozenset(found.items()): found for found in labels}.values())
    others = set()
    for state in states:
        for peer in state.cluster.of_kind('BGPPeer'):
            with suppress(InvalidInput):
                selector = str(peer.spec.get('nodeSelector') or '')
                if selector and not any(map(parse(selector).matches, distinct)):
                    others.add(peer.name)
    return frozenset(others)


def _ends[T](things: Sequence[T], most: int) -> Sequence[T]:
    """The first and the last ones, so many in all."""
    last = most // 2
    return things if len(things) <= most else (*things[: most - last], *things[-last:])


class _Description:
    """Racks and nodes as they look without their names. A place is a rack, or racks that share a router."""

    def __init__(self, snapshot: Snapshot, states: Sequence[State], fabrics: tuple[Fabric, ...]) -> None:
        self._states, self._fabrics = states, fabrics
        self._nodes = {node.name: node for node in states[0].cluster.nodes}
        self._last = {node.name: node for node in states[-1].cluster.nodes}
        self._name_of = {end.ip: node.name for node in self._nodes.values() for end in node.addresses}
        self._router_of = {a.value.ip: router.id for router in snapshot.routers for a in router.addresses if not a.role}
        self._settle(snapshot)
        self._sessions = [_sessions(state) for state in states]
        self._told = [_told(state) for state in states]
        self._owned: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for affinity in states[0].cluster.affinities:
            self._owned[affinity.node].add((affinity.cidr.version, affinity.cidr.prefixlen))
        self.hubs = frozenset(self._named_from_afar())
        self._scope = self._scopes()

    def _settle(self, snapshot: Snapshot) -> None:
        """Gives every node its place: the routers on its subnets, or where there are none, the subnets."""
        on_subnet: dict[object, set[int]] = defaultdict(set)
        for router in snapshot.routers:
            for address in router.addresses:
                on_subnet[address.value.network].add(router.id)
        numbers: dict[frozenset[object], int] = {}
        self.place_of: dict[str, int] = {}
        self.members: dict[int, list[str]] = defaultdict(list)
        for node in self._nodes.values():
            subnets = frozenset(end.network for end in node.addresses)
            serving = frozenset(router for subnet in subnets for router in on_subnet.get(subnet, ()))
            place = numbers.setdefault(serving or subnets, len(numbers))
            self.place_of[node.name] = place
            self.members[place].append(node.name)
        known = {router.id: router for router in snapshot.routers}
        self.routers: dict[int, list[Router]] = {
            place: sorted(
                (known[key] for key in found if isinstance(key, int)), key=lambda router: natural(router.name)
            )
            for found, place in numbers.items()
        }
        below = {router.id for found in self.routers.values() for router in found}
        self.above = known.keys() - below
        self._position = {
            (place, router.id): position
            for place, found in self.routers.items()
            for position, router in enumerate(found)
        }

    def when(self, place: int, order: Mapping[str, int]) -> tuple[object, ...]:
        """When the plan first touches a node of the place."""
        names = self.members[place]
        first = min(order.get(f'kubernetes:Node/{name}', len(order)) for name in names)
        return (first, natural(min(names, key=natural)))

    def of_place(self, place: int) -> Hashable:
        counted = Counter(self.of_node(name, place) for name in self.members[place])
        return (
            tuple(self._of_router(router, place) for router in self.routers[place]),
            frozenset((key, min(count, NODES)) for key, count in counted.items()),
        )

    def of_node(self, name: str, place: int) -> Hashable:
        first, last = self._nodes[name], self._last.get(name, self._nodes[name])
        return (
            tuple(sorted(end.version for end in first.addresses)),
            self._asn(first.asn, place),
            first.labels.get(EXCLUDED) == 'true',
            tuple(sorted(self._owned[name])),
            tuple(_cluster_id(node) for node in (first, last)),
            tuple(
                frozenset(self._of_session(session, name, place) for session in sessions.get(name, ()))
                for sessions in self._sessions
            ),
            tuple(
                frozenset(
                    (self._router(router, place), number)
                    for end in first.addresses
                    for router, number in told.get(end.ip, ())
                )
                for told in self._told
            ),
        )

    def _of_session(self, session: Session, name: str, place: int) -> Hashable:
        return (
            session.family,
            self._neighbor(session, name, place),
            self._asn(session.local_as, place),
            self._asn(session.remote_as, place),
            session.password,
            session.rr_client,
            session.rr_cluster_id,
            session.next_hop,
            session.allow_local_as,
            session.import_filters,
            session.export_filters,
        )

    def _neighbor(self, session: Session, name: str, place: int) -> Hashable:
        router, node = self._router_of.get(session.neighbor), self._name_of.get(session.neighbor)
        if router is not None:
            return self._router(router, place)
        if node is None:
            return str(session.neighbor)
        if self.place_of[node] == place and node not in self.hubs:
            return 'of this rack'
        return 'of another rack' if name in self.hubs and node not in self.hubs else node

    def _router(self, router: int, place: int) -> Hashable:
        position = self._position.get((place, router))
        return f'router {router}' if position is None else position

    def _of_router(self, router: Router, place: int) -> Hashable:
        return (
            router.role,
            tuple(
                (
                    self._asn(fabric.asn[router.id], place),
                    fabric.asn[router.id] in fabric.repeated,
                    frozenset(self._link(link, router, place) for link in fabric.by_router.get(router.id, ())),
                )
                for fabric in self._fabrics
            ),
            tuple(
                tuple(self._of_group(group, place) for group in state.groups.get(router.id, ()))
                for state in self._states
            ),
        )

    def _link(self, link: Link, router: Router, place: int) -> Hashable:
        other = link.router if link.other == router.id and link.known else link.other
        return self._router(other, place) if link.known else f'AS {other}'

    def _of_group(self, group: PeerGroup, place: int) -> Hashable:
        alone = len(group.neighbors) < 2
        return (
            self._asn(group.remote_as, place),
            self._asn(group.local_as, place),
            group.next_hop is None,
            bool(group.password_key),
            alone,
            replace(
                group,
                remote_as=None,
                local_as=None,
                next_hop=None,
                password_key='',
                neighbors=(),
            ),
        )

    def _asn(self, asn: int | None, place: int) -> Hashable:
        """An AS number that stands in one rack alone is nothing but its own."""
        if asn is None or len(self._scope[asn]) > 1:
            return asn
        return 'own', self._local[place, asn]

    def _scopes(self) -> Mapping[int, Collection[int]]:
        """In which places each AS number is used; inside one they are told apart by the order in which they come."""
        scope: dict[int, set[int]] = defaultdict(set)
        self._local: dict[tuple[int, int], int] = {}
        count: Counter[int] = Counter()

        def used(asn: int | None, place: int) -> None:
            if asn is not None and place not in scope[asn]:
                scope[asn].add(place)
                self._local[place, asn] = count[place]
                count[place] += 1

        for place, found in self.routers.items():
            for router in found:
                used(self._fabrics[0].asn[router.id], place)
                for state in self._states:
                    for group in state.groups.get(router.id, ()):
                        used(group.local_as, place)
        for name, node in self._nodes.items():
            used(node.asn, self.place_of[name])
            for sessions in self._sessions:
                for session in sessions.get(name, ()):
                    used(session.local_as, self.place_of[name])
        return scope

    def _named_from_afar(self) -> Iterable[str]:
        naming: dict[str, set[int]] = defaultdict(set)
        for sessions in self._sessions:
            for name, found in sessions.items():
                for session in found:
                    node = self._name_of.get(session.neighbor)
                    if node is not None and self.place_of[node] != self.place_of[name]:
                        naming[node].add(self.place_of[name])
        return (name for name, places in naming.items() if len(places) > HUB)


def _sessions(state: State) -> Sessions:
    resources = resources_of(state.cluster)
    unmeshed = replace(resources, configuration=replace(resources.configuration, mesh=False))
    sessions = expand(unmeshed, release=max(release_of(state.cluster.calico_version), (3, 30))).sessions
    return {name: sessions[name] for name in sessions}


def _told(state: State) -> Mapping[object, list[tuple[int, int]]]:
    """By address, the routers that have it as a neighbour, and in which of their groups."""
    told: dict[object, list[tuple[int, int]]] = defaultdict(list)
    for router, groups in state.groups.items():
        for number, group in enumerate(groups):
            for neighbor in group.neighbors:
                told[neighbor.address].append((router, number))
    return told


def _cluster_id(node: KubernetesNode) -> str:
    return node.annotations.get('projectcalico.org/RouteReflectorClusterID', '')
