"""What becomes of the blocks of each pool: of pools that lists, filters and tunnels treat alike one stands for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence

from netbox_calico.planning import ranges
from netbox_calico.planning.model.inventory import Network

from .filters import judge
from .kinds import Kinds, kinds_of
from .state import State

FAMILIES = (4, 6)


class Treatments:
    """How the blocks of every pool fare at the first and the last state."""

    def __init__(self, states: Sequence[State]) -> None:
        pools = {cidr for state in states for _, cidr in ranges.pools(state.cluster)}
        signs: dict[Network, list[Hashable]] = {cidr: [] for cidr in pools}
        for state in states:
            for family in FAMILIES:
                found = _signs(state, family)
                for cidr in pools:
                    if cidr.version == family:
                        signs[cidr].append(found.get(cidr))
        self._pools: dict[int, dict[int, dict[int, Hashable]]] = {family: defaultdict(dict) for family in FAMILIES}
        for cidr in pools:
            by_length = self._pools[cidr.version][cidr.prefixlen]
            by_length[int(cidr.network_address)] = tuple(signs[cidr])
        self._lengths = {family: sorted(found, reverse=True) for family, found in self._pools.items()}

    def of(self, block: Network) -> Hashable:
        """The treatment of a block: that of the narrowest pool around it."""
        address, bits = int(block.network_address), block.max_prefixlen
        for length in self._lengths[block.version]:
            around = address >> (bits - length) << (bits - length)
            if length <= block.prefixlen and around in self._pools[block.version][length]:
                return self._pools[block.version][length][around]
        return None


def _signs(state: State, family: int) -> Mapping[Network, Hashable]:
    """By pool; one that is not exported has none."""
    kinds = kinds_of(state.cluster, family, ())
    carried = kinds.encapsulation(state.cluster)
    passed = list(_passed(state, kinds, family))
    return {
        kind.networks[0]: (kind.length, carried.get(name), tuple(name in some for some in passed))
        for name, kind in kinds.blocks.items()
    }


def _passed(state: State, kinds: Kinds, family: int) -> Iterator[frozenset[str]]:
    """What each list of a router and each set of filters of a node lets pass."""
    groups = {group for found in state.groups.values() for group in found if group.family == family}
    lists = {listed for group in groups for listed in (group.permitted, group.announced)}
    for listed in sorted(lists, key=str):
        yield kinds.within(listed)
    sessions = [session for found in state.sessions.values() for session in found if session.family == family]
    sets = {('import', session.import_filters) for session in sessions}
    sets |= {('export', session.export_filters) for session in sessions}
    for direction, names in sorted(sets):
        for learned, internal in ((True, True), (True, False), (False, True), (False, False)):
            yield judge(
                state.resources.bgp_filters,
                names,
                f'{direction}V{family}',
                kinds.blocks.values(),
                learned=learned,
                internal=internal,
            ).passes
