"""A few racks and nodes that stand for all: what is proven of them holds for those that are just like them.

Racks are alike when everything that a world is made of is equal in them at the plan's start and at its end, but for
names, addresses and AS numbers that nobody else uses. Of racks alike six are kept, so that of those that the plan has
moved and of those that it has not there may be three each; of nodes alike in a rack three. Whoever is named from many
racks, as reflectors are, is always kept, unless others are that can stand for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import ClusterObservation, Observation
from netbox_calico.planning.selectors import parse

from .description import NODES, Description
from .fabric import Fabric
from .owning import two_owners
from .state import State

SMALL = 30
"""Up to so many nodes all are kept."""

RACKS = 6
"""Of racks alike so many are kept, half of them those that the plan moves first, half those that it moves last."""


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


def sample(
    snapshot: Snapshot,
    states: Sequence[State],
    fabrics: Iterable[Fabric],
    order: Mapping[str, int],
    changing: Collection[str] = (),
) -> Kept:
    """Who is kept; ``states`` are the plan's first and last, ``order`` is when a plan first touches a target.

    The plan changes the pools that are ``changing``.
    """
    nodes = states[0].cluster.nodes
    if len(nodes) <= SMALL:
        return Kept(frozenset(node.name for node in nodes), frozenset(r.id for r in snapshot.routers), len(nodes))
    description = Description(snapshot, states, tuple(fabrics), changing)
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for place in description.members:
        alike[description.of_place(place)].append(place)
    kept_nodes, kept_routers = set(description.concrete), set(description.above)
    for places in alike.values():
        places.sort(key=lambda place: description.when(place, order))
        some, names = _of_places(description, places)
        kept_routers.update(router.id for place in some for router in description.routers[place])
        kept_nodes.update(names)
    for name in description.concrete:
        kept_routers.update(router.id for router in description.routers[description.place_of[name]])
    left_out = {
        str(a.value.ip) for router in snapshot.routers if router.id not in kept_routers for a in router.addresses
    }
    left_out -= {str(a.value.ip) for router in snapshot.routers if router.id in kept_routers for a in router.addresses}
    others = _for_others(states, kept_nodes, left_out)
    return Kept(frozenset(kept_nodes), frozenset(kept_routers), len(nodes), others)


def _of_places(description: Description, places: Sequence[int]) -> tuple[Collection[int], Collection[str]]:
    """Of places alike those that are kept, and a few nodes of every kind in each, owners of all that the kind owns."""
    racks = set(_ends(places, RACKS))
    first: set[str] = set()
    owners: dict[Hashable, list[str]] = defaultdict(list)
    usual: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for place in places:
        for kind, names in description.kinds(place).items():
            first.add(names[0])
            for name in names:
                usual[kind][description.owned[name]] += 1
                for owned in description.owned[name]:
                    owners[kind, owned].append(name)

    def few(places: Iterable[int]) -> set[str]:
        """Nodes that own what is usual, so that one of many pools or of either family is no matter."""
        kept: set[str] = set()
        for place in places:
            for kind, names in description.kinds(place).items():
                [(most, _)] = usual[kind].most_common(1)
                like_most = [name for name in names if description.owned[name] == most]
                kept.update(_ends(like_most if len(like_most) >= NODES else names, NODES))
        return kept

    kept = few(racks)
    inside = {name for place in racks for name in description.members[place]}
    kept = kept.union(*(two_owners(names, first, inside) for names in owners.values() if kept.isdisjoint(names)))
    more = {description.place_of[name] for name in kept} - racks
    return racks | more, kept | few(more)


def _for_others(states: Sequence[State], nodes: Collection[str], left_out: Collection[str]) -> frozenset[str]:
    """The BGPPeers that select none of these nodes, or lead to an address that is left out, by name."""
    labels = [node.labels for state in states for node in state.cluster.nodes if node.name in nodes]
    distinct = list({frozenset(found.items()): found for found in labels}.values())
    others = set()
    for state in states:
        for peer in state.cluster.of_kind('BGPPeer'):
            with suppress(InvalidInput):
                selector = str(peer.spec.get('nodeSelector') or '')
                if str(peer.spec.get('peerIP', '')) in left_out or (
                    selector and not any(map(parse(selector).matches, distinct))
                ):
                    others.add(peer.name)
    return frozenset(others)


def _ends[T](things: Sequence[T], most: int) -> Sequence[T]:
    """The first and the last ones, so many in all."""
    last = most // 2
    return things if len(things) <= most else (*things[: most - last], *things[-last:])
