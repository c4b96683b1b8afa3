"""BGPPeers that change under traffic, and which routers have to change with them.

What changes an AS number or an address restarts sessions; both ends of these belong together. A BGPPeer to a shared
address has an end on several routers, which then go together too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from netbox_calico.planning.diff import Differences
from netbox_calico.planning.digest import plain
from netbox_calico.planning.model.plan import Operation

from .sections import waves
from .situation import Pair, Situation

_RESTARTING = frozenset({'peerIP', 'asNumber', 'localASNumber', 'numAllowedLocalASNumbers', 'password'})
"""Fields of a BGPPeer with which BIRD starts its sessions anew; filters and selectors are not among them."""


@dataclass(frozen=True, slots=True)
class ChangedPeers:
    """``routers`` have a BGPPeer that is changed or replaced, ``restarting`` are those of them whose sessions restart.

    ``pairs`` are the items of these BGPPeers and the routers of each, what is deleted first.
    """

    pairs: tuple[tuple[Pair, frozenset[int]], ...]
    routers: frozenset[int]
    restarting: frozenset[int]

    @classmethod
    def of(cls, situation: Situation, differences: Differences) -> ChangedPeers:
        holders = _holders(situation)
        wanted = {found.name: found.spec for found in situation.intent.resources if found.kind == 'BGPPeer'}
        there = {found.name: found.spec for found in situation.observation.cluster.of_kind('BGPPeer')}
        concerned: dict[Operation, list[tuple[Pair, frozenset[int]]]] = {}
        updated: set[int] = set()
        restarting: set[int] = set()
        for operation in (Operation.DELETE, Operation.UPDATE, Operation.CREATE):
            concerned[operation] = []
            for pair in differences.select('BGPPeer', operation):
                name = pair[0].target.partition('/')[2]
                old, new = there.get(name, {}), wanted.get(name, {})
                routers = frozenset(
                    key for spec in (old, new) for key in holders.get(str(spec.get('peerIP', '')), frozenset())
                )
                concerned[operation].append((pair, routers))
                if operation is Operation.UPDATE:
                    updated |= routers
                    if any(plain(old.get(field)) != plain(new.get(field)) for field in _RESTARTING):
                        restarting |= routers
        restarting |= _all(concerned[Operation.DELETE]) & _all(concerned[Operation.CREATE])
        routers = frozenset(restarting | updated)
        return cls(
            pairs=tuple(
                (pair, found) for operation in concerned for pair, found in concerned[operation] if found & routers
            ),
            routers=routers,
            restarting=frozenset(restarting),
        )

    def only(self, routers: frozenset[int]) -> ChangedPeers:
        """Those of these routers, and of all that go together with them."""
        pairs = tuple((pair, found) for pair, found in self.pairs if not found.isdisjoint(routers))
        all_routers = routers.union(*(found for _, found in pairs))
        return replace(self, pairs=pairs, routers=self.routers & all_routers, restarting=self.restarting & all_routers)

    def without(self, others: ChangedPeers) -> ChangedPeers:
        """Those that are not among others."""
        gone = {pair[0].target for pair, _ in others.pairs}
        pairs = tuple((pair, found) for pair, found in self.pairs if pair[0].target not in gone)
        routers = frozenset(key for _, found in pairs for key in found) & self.routers
        return replace(self, pairs=pairs, routers=routers, restarting=self.restarting - others.restarting)

    def waves(self, situation: Situation) -> tuple[tuple[int, ...], ...]:
        """The routers in waves, those of one shared address in one."""
        together = _together(found for _, found in self.pairs)
        left = dict.fromkeys(self.routers)
        made: list[tuple[int, ...]] = []
        for wave in waves(self.routers, situation.intent.sessions, situation.intent.racks, situation.snapshot):
            now = {other: None for key in wave if key in left for other in together[key] if other in left}
            for key in now:
                del left[key]
            if now:
                made.append(tuple(sorted(now)))
        return tuple(made)

    def of_wave(self, wave: Sequence[int]) -> tuple[Pair, ...]:
        """The items of the BGPPeers of these routers."""
        return tuple(pair for pair, found in self.pairs if not found.isdisjoint(wave))

    def others(self, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
        """Those of these items that are not among the changed ones."""
        changed = {pair[0].target for pair, _ in self.pairs}
        return tuple(pair for pair in pairs if pair[0].target not in changed)


NONE = ChangedPeers((), frozenset(), frozenset())


def _holders(situation: Situation) -> Mapping[str, frozenset[int]]:
    """The routers that have an address."""
    found: dict[str, set[int]] = defaultdict(set)
    for router in situation.snapshot.routers:
        for address in router.addresses:
            found[str(address.value.ip)].add(router.id)
    return {address: frozenset(routers) for address, routers in found.items()}


def _all(pairs: Iterable[tuple[Pair, frozenset[int]]]) -> set[int]:
    return {key for _, routers in pairs for key in routers}


def _together(groups: Iterable[frozenset[int]]) -> Mapping[int, frozenset[int]]:
    """For every router those that have to go with it."""
    found: dict[int, frozenset[int]] = {}
    for group in groups:
        joined = group.union(*(found.get(key, frozenset()) for key in group))
        found.update(dict.fromkeys(joined, joined))
    return found
