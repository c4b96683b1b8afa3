"""What becomes of the prefixes of each pool and service range: of those that lists, filters and tunnels treat alike one
stands for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

from netbox_calico.planning.model.inventory import Network

from .filters import judge
from .kinds import Kind, Treated, kinds_of
from .state import State

FAMILIES = (4, 6)

type List = tuple[Network, ...]
type Set = tuple[str, tuple[str, ...]]


def treated(states: Sequence[State], changing: Collection[str]) -> Treated:
    """How every pool and every service range fares in these states; a plan changes the pools that are ``changing``."""
    pools: dict[Network, list[Hashable]] = defaultdict(list)
    services: dict[Network, list[Hashable]] = defaultdict(list)
    seen: set[Hashable] = set()
    for state in {id(state): state for state in states}.values():
        # What a state shares with the one before is the same object.
        resources = tuple([id(found) for found in state.cluster.resources if found.kind != 'BGPPeer'])
        for family in FAMILIES:
            lists, sets = _lists(state, family), _sets(state, family)
            key = (family, resources, lists, sets)
            if key in seen:
                continue
            seen.add(key)
            kinds = kinds_of(state.cluster, family, (), changing)
            carried = kinds.encapsulation(state.cluster)
            passed = [kinds.within(listed) for listed in lists]
            for of, found in ((pools, kinds.blocks), (services, kinds.services)):
                for name, kind in found.items():
                    listed = tuple([name in some for some in passed])
                    judged = tuple(_judged(state, kind, family, sets))
                    of[kind.networks[0]].append((len(seen), kind.length, carried.get(name), listed, judged))
    return Treated(
        {network: tuple(signs) for network, signs in pools.items()},
        {network: tuple(signs) for network, signs in services.items()},
    )


def _lists(state: State, family: int) -> frozenset[List]:
    """What routers let pass."""
    lists = {
        id(listed): listed
        for found in state.groups.values()
        for group in found
        if group.family == family
        for listed in (group.permitted, group.announced)
    }
    return frozenset(lists.values())


def _sets(state: State, family: int) -> frozenset[Set]:
    """The direction and the names of all sets of filters on nodes."""
    shared = {id(found): found for found in state.sessions.values()}
    sessions = [session for found in shared.values() for session in found if session.family == family]
    return frozenset(
        [('import', session.import_filters) for session in sessions]
        + [('export', session.export_filters) for session in sessions]
    )


def _judged(state: State, kind: Kind, family: int, sets: Iterable[Set]) -> Iterator[Hashable]:
    """What each set of filters does to a kind, if that can be told."""
    for direction, names in sets:
        for learned, internal in ((True, True), (True, False), (False, True), (False, False)):
            found = judge(
                state.resources.bgp_filters,
                names,
                f'{direction}V{family}',
                (kind,),
                learned=learned,
                internal=internal,
            )
            yield bool(found.passes), found.undecided
