"""The narrowest of many networks around a block, without a look at each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from netbox_calico.planning.model.inventory import Network


class Narrowest[Thing]:
    """Things by network; a network may lie in another one."""

    def __init__(self, things: Mapping[Network, Thing]) -> None:
        self._things: dict[int, dict[int, dict[int, Thing]]] = {4: defaultdict(dict), 6: defaultdict(dict)}
        for network, thing in things.items():
            self._things[network.version][network.prefixlen][int(network.network_address)] = thing
        self._lengths = {family: sorted(found, reverse=True) for family, found in self._things.items()}

    def around(self, block: Network) -> Thing | None:
        """What the narrowest network around ``block`` has; nothing where there is none."""
        address, bits = int(block.network_address), block.max_prefixlen
        for length in self._lengths[block.version]:
            by_address = self._things[block.version][length]
            first = address >> (bits - length) << (bits - length)
            if length <= block.prefixlen and first in by_address:
                return by_address[first]
        return None
