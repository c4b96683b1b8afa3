"""Where each speaker sends packets to a prefix: its installed paths, the tunnels of the pool, or a default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .prefix import Prefix
from .routing import Routing
from .world import Encapsulation, Path, Software, World


class Forwarding(NamedTuple):
    """By speaker: the next ones on the way (none: packets end here), and whether only a default says so."""

    hops: list[tuple[int, ...]]
    by_default: list[bool]


class Ways:
    """The forwarding graphs of one state, each computed when it is first asked for.

    ``beneath`` are those of a state with the same underlay.
    """

    def __init__(self, world: World, *, pruned: bool = False, beneath: Ways | None = None) -> None:
        self.world = world
        below = None if beneath is None else beneath._routing
        self._routing: Routing = Routing(world, pruned=pruned, beneath=below)
        self._known: dict[Prefix, Forwarding] = {}

    def to(self, prefix: Prefix) -> Forwarding:
        """The graph of one prefix. Raises ``Unsettled`` as the routing does."""
        if prefix not in self._known:
            self._known[prefix] = forwarding(self._routing, prefix)
        return self._known[prefix]


def forwarding(routing: Routing, prefix: Prefix) -> Forwarding:
    """The forwarding graph of one prefix in one state. Raises ``Unsettled`` as the routing does."""
    hops: list[tuple[int, ...]] = []
    by_default: list[bool] = []
    for index, ranked in enumerate(routing.table(prefix)):
        ways, default = _ways(routing, prefix, index, ranked)
        hops.append(ways)
        by_default.append(default)
    return Forwarding(hops, by_default)


def _ways(routing: Routing, prefix: Prefix, index: int, ranked: tuple[Path, ...]) -> tuple[tuple[int, ...], bool]:
    speaker = routing.world.speakers[index]
    if index in prefix.origins or not speaker.present:
        return (), False
    encapsulation = routing.world.encapsulation.get(prefix.kind, Encapsulation.NONE)
    bird = speaker.software is Software.BIRD
    if bird and encapsulation is Encapsulation.FELIX:
        return prefix.origins, False
    paths = routing.chosen(index, ranked)
    if paths:
        if bird and encapsulation is not Encapsulation.NONE:
            return _encapsulated(routing, index, paths, encapsulation), False
        return _routed(routing, index, paths), False
    if ranked and bird:
        # BIRD puts what it cannot resolve into the kernel as unreachable: nothing falls back to a default.
        return (), False
    default = routing.defaults[index]
    host_wins = speaker.host_default_wins and speaker.kernel_default
    if default and not host_wins:
        return _routed(routing, index, default), default[0].session >= 0
    return speaker.kernel_default, bool(speaker.kernel_default)


def _routed(routing: Routing, index: int, paths: Iterable[Path]) -> tuple[int, ...]:
    return tuple(sorted({hop for path in paths for hop in routing.hops(index, path)}))


def _encapsulated(
    routing: Routing, index: int, paths: tuple[Path, ...], encapsulation: Encapsulation
) -> tuple[int, ...]:
    """BIRD gives a route with one next hop to the tunnel; one with several ignores it."""
    next_hops = {path.next_hop for path in paths if path.next_hop}
    if len(next_hops) != 1:
        return _routed(routing, index, paths)
    target, subnet = next_hops.pop()
    on_link = subnet in routing.world.speakers[index].subnets
    if on_link and encapsulation is Encapsulation.IPIP_CROSS_SUBNET:
        return _routed(routing, index, paths)
    has_tunnel = routing.world.speakers[target].software is Software.BIRD
    return (target,) if has_tunnel else ()
