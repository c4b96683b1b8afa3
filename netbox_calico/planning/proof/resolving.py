"""How a speaker reaches a next hop: on its own subnet, by the host's routes, through BGP, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .world import Address, Path, Software, Speaker

BY_HOST_DEFAULT = 1 << 30
"""The metric of a next hop behind the host's default route: worse than all that is nearer."""

type Resolved = tuple[int, tuple[int, ...]]
"""The metric, and the speakers on the ground that packets go to."""


class Resolver:
    """Resolution by what is known of the underlay: each speaker's chosen default, and its chosen route to a subnet."""

    def __init__(
        self,
        speakers: Sequence[Speaker],
        defaults: Sequence[tuple[Path, ...]] = (),
        subnet: Callable[[str], Sequence[tuple[Path, ...]]] | None = None,
    ) -> None:
        self._speakers = speakers
        self._defaults = defaults
        self._subnet = subnet
        self._found: dict[tuple[int, Address], Resolved | None] = {}

    def resolve(self, speaker: int, next_hop: Address) -> Resolved | None:
        """``None`` where there is no way. BIRD resolves nothing through a route of BGP: what such a route covers is
        unreachable, whatever the kernel has below it."""
        at = self._speakers[speaker]
        target, subnet = next_hop
        if target == speaker:
            return None
        if subnet in at.subnets:
            return (0, (target,))
        if at.host_routes and self._speakers[target].software is Software.BIRD:
            return (0, (target,))
        key = (speaker, next_hop)
        if key not in self._found:
            self._found[key] = self._beyond(speaker, subnet)
        return self._found[key]

    def _beyond(self, speaker: int, subnet: str) -> Resolved | None:
        at = self._speakers[speaker]
        paths = self._subnet(subnet)[speaker] if self._subnet else ()
        if at.software is Software.FRR:
            return self._through(at, paths)
        if any(path.session >= 0 for path in paths) or (self._defaults and self._defaults[speaker]):
            return None
        return (BY_HOST_DEFAULT, at.kernel_default) if at.kernel_default else None

    def _through(self, at: Speaker, paths: Sequence[Path]) -> Resolved | None:
        hops = {path.next_hop[0] for path in paths if path.next_hop and path.next_hop[1] in at.subnets}
        return (0, tuple(sorted(hops))) if hops else None
