"""Racks and nodes as they look without their names, addresses, AS numbers and cluster IDs that nobody else uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace

from netbox_calico.planning.expansion import Session
from netbox_calico.planning.model.intent import PeerGroup
from netbox_calico.planning.model.inventory import Network, Router, Snapshot
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.naming import natural
from netbox_calico.planning.serving import REFLECTOR_ROLE

from .fabric import Fabric, Link
from .ground import EXCLUDED
from .hubs import Hubs
from .narrowest import Narrowest
from .state import State
from .treatment import treated

NODES = 3
"""How many nodes alike a rack needs to be like any other that has as many or more."""

_ABOVE = -1
"""The place of routers that serve no rack."""

type Name = int | str
"""An AS number, the ID of a cluster of reflectors, or where a password is."""


class Description:
    """What racks and nodes are at the first and the last state. A place is a rack, or racks that share a router."""

    def __init__(
        self,
        snapshot: Snapshot,
        states: Sequence[State],
        fabrics: tuple[Fabric, ...],
        changing: Collection[str] = (),
    ) -> None:
        self._states, self._fabrics = states, fabrics
        self._nodes = {node.name: node for node in states[0].cluster.nodes}
        self._last = {node.name: node for node in states[-1].cluster.nodes}
        self._name_of = {end.ip: node.name for node in self._nodes.values() for end in node.addresses}
        self._router_of = {a.value.ip: router.id for router in snapshot.routers for a in router.addresses if not a.role}
        self._settle(snapshot)
        self._sessions = [state.sessions for state in states]
        self._of_shared: dict[tuple[int, int], int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._kinds: dict[int, Mapping[Hashable, Sequence[str]]] = {}
        self._told = [_told(state) for state in states]
        self.owned = _owned(states, changing)
        self._hubs = Hubs(self._sessions, self.place_of, self._name_of, self._like)
        self.concrete = self._hubs.names - self._hubs.kind.keys()
        self._scope = self._scopes()

    def _settle(self, snapshot: Snapshot) -> None:
        """Gives every node its place: the routers on its subnets, or where there are none, the subnets."""
        on_subnet: dict[object, set[int]] = defaultdict(set)
        for router in snapshot.routers:
            for address in router.addresses if router.role != REFLECTOR_ROLE else ():
                on_subnet[address.value.network].add(router.id)
        numbers: dict[frozenset[object], int] = {}
        self.place_of: dict[str, int] = {}
        self.members: dict[int, list[str]] = defaultdict(list)
        self._subnets: dict[int, set[Network]] = defaultdict(set)
        for node in self._nodes.values():
            subnets = frozenset(end.network for end in node.addresses)
            serving = frozenset(router for subnet in subnets for router in on_subnet.get(subnet, ()))
            place = numbers.setdefault(serving or subnets, len(numbers))
            self.place_of[node.name] = place
            self.members[place].append(node.name)
            self._subnets[place] |= subnets
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
        """A place without its names. What its nodes own is no part of it."""
        return (
            tuple(self._of_router(router, place) for router in self.routers[place]),
            frozenset((kind, min(len(names), NODES)) for kind, names in self.kinds(place).items()),
        )

    def kinds(self, place: int) -> Mapping[Hashable, Sequence[str]]:
        """The nodes of a place by what they are, but for what they own."""
        if place not in self._kinds:
            found: dict[Hashable, list[str]] = defaultdict(list)
            for name in self.members[place]:
                found[self._of_node(name, place)].append(name)
            self._kinds[place] = {kind: sorted(names, key=natural) for kind, names in found.items()}
        return self._kinds[place]

    def _of_node(self, name: str, place: int) -> Hashable:
        if name in self.concrete:
            return name
        first, last = self._nodes[name], self._last.get(name, self._nodes[name])
        return (
            tuple(sorted(end.version for end in first.addresses)),
            self._named(first.asn, place),
            first.labels.get(EXCLUDED) == 'true',
            tuple(self._named(_cluster_id(node), place) for node in (first, last)),
            tuple(self._of_sessions(name, sessions.get(name, ()), place) for sessions in self._sessions),
            tuple(
                frozenset(
                    (self._router(router, place), number)
                    for end in first.addresses
                    for router, number in told.get(end.ip, ())
                )
                for told in self._told
            ),
        )

    def _of_sessions(self, name: str, sessions: tuple[Session, ...], place: int) -> Hashable:
        """Nodes alike share their sessions: what these are in a place is worked out once, and told by a number.

        What hubs of one kind have with nodes is the same for all of them.
        """
        kind = self._hubs.kind.get(name)
        if kind is not None:
            outside = [session for session in sessions if self._hubs.far(session) is None]
            return kind, frozenset(self._of_session(session, place) for session in outside)
        key = (id(sessions), place)
        if key not in self._of_shared:
            described = frozenset(self._of_session(session, place) for session in sessions)
            self._of_shared[key] = self._numbers.setdefault(described, len(self._numbers))
        return self._of_shared[key]

    def _of_session(self, session: Session, place: int) -> Hashable:
        return (
            session.family,
            self._neighbor(session, place),
            self._named(session.local_as, place),
            self._named(session.remote_as, place),
            self._named(self._states[0].password(session), place),
            session.ttl_security,
            session.rr_client,
            self._named(session.rr_cluster_id, place),
            session.next_hop,
            session.allow_local_as,
            session.import_filters,
            session.export_filters,
        )

    def _neighbor(self, session: Session, place: int) -> Hashable:
        router, node = self._router_of.get(session.neighbor), self._hubs.far(session)
        if router is not None:
            return self._router(router, place)
        if node is None:
            return str(session.neighbor)
        here = self.place_of[node] == place
        if node in self._hubs.kind:
            return self._hubs.kind[node], here
        return 'of this rack' if here and node not in self.concrete else node

    def _router(self, router: int, place: int) -> Hashable:
        position = self._position.get((place, router))
        return f'router {router}' if position is None else position

    def _of_router(self, router: Router, place: int) -> Hashable:
        return (
            router.role,
            tuple(
                (
                    self._named(fabric.asn[router.id], place),
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
            self._named(group.remote_as, place),
            self._named(group.local_as, place),
            group.next_hop is None,
            self._named(self._states[0].password(group), place),
            alone,
            # An address that a router has alone is its own; that of a position means the same everywhere.
            None if group.update_source in self._router_of else group.update_source,
            frozenset(network in self._subnets[place] or network for network in group.next_hops),
            replace(
                group,
                remote_as=None,
                local_as=None,
                next_hop=None,
                password='',
                neighbors=(),
                update_source=None,
                next_hops=(),
            ),
        )

    def _named(self, name: Name | None, place: int) -> Hashable:
        """What stands in one rack alone is nothing but its own."""
        if not name or len(self._scope[name]) > 1 or (place, name) not in self._local:
            return name
        return 'own', self._local[place, name]

    def _scopes(self) -> Mapping[Name, Collection[int]]:
        """In which places each name is used; inside one they are told apart by the order in which they come."""
        scope: dict[Name, set[int]] = defaultdict(set)
        self._local: dict[tuple[int, Name], int] = {}
        count: Counter[tuple[int, type]] = Counter()
        seen: set[tuple[int, int]] = set()
        names_of: dict[int, list[Name]] = {}

        def used(name: Name | None, place: int) -> None:
            if name and place not in scope[name]:
                scope[name].add(place)
                self._local[place, name] = count[place, type(name)]
                count[place, type(name)] += 1

        for place, found in self.routers.items():
            for router in found:
                used(self._fabrics[0].asn[router.id], place)
                for state in self._states:
                    for group in state.groups.get(router.id, ()):
                        used(group.local_as, place)
                        used(state.password(group), place)
        for name, node in self._nodes.items():
            place = self.place_of[name]
            used(node.asn, place)
            for one in (node, self._last.get(name, node)):
                used(_cluster_id(one), place)
            for sessions in self._sessions:
                shared = sessions.get(name, ())
                if (id(shared), place) in seen:
                    continue
                seen.add((id(shared), place))
                if id(shared) not in names_of:
                    names = (
                        found
                        for one in shared
                        for found in (one.local_as, one.secret and self._states[0].password(one))
                    )
                    names_of[id(shared)] = list(dict.fromkeys(found for found in names if found))
                for its_own in names_of[id(shared)]:
                    used(its_own, place)
        for state in self._states:
            for key in self.above:
                for group in state.groups.get(key, ()):
                    used(state.password(group), _ABOVE)
        return scope

    def _like(self, name: str) -> Hashable:
        first, last = self._nodes[name], self._last.get(name, self._nodes[name])
        return tuple((node.asn, _cluster_id(node), node.labels.get(EXCLUDED) == 'true') for node in (first, last))


def _owned(states: Sequence[State], changing: Collection[str]) -> Mapping[str, frozenset[Hashable]]:
    """By node what of blocks it has, as far as pools fare differently."""
    pools = Narrowest(treated(states, changing).pools)
    owned: dict[str, set[Hashable]] = {node.name: set() for node in states[0].cluster.nodes}
    for affinity in states[0].cluster.affinities:
        block = affinity.cidr
        if affinity.state == 'confirmed' and affinity.node in owned:
            owned[affinity.node].add((block.version, block.prefixlen, pools.around(block)))
    return {name: frozenset(found) for name, found in owned.items()}


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
