"""What people may choose about a design, beside the design itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    """How BGPPeers find their routers: one a router and family by the rack label, or shared addresses of positions."""

    PER_ROUTER = 'per-router'
    SHARED_ADDRESS = 'shared-address'


class LoopRemedy(StrEnum):
    """What keeps a node from dropping routes that carry its own AS, where all nodes share one."""

    AS_OVERRIDE = 'as-override'
    ALLOW_OWN_AS = 'allow-own-as'


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of a cluster; each design reads its own and ignores the rest.

    ``presented_as`` is the AS that routers show the nodes from a shared address. There is a reflector for every
    ``nodes_per_reflector`` nodes, but at least ``reflectors_min`` and at most ``reflectors_max``; every client peers
    with ``redundancy`` of them (in a hierarchy: so many stand in each rack, and ``spine_reflectors`` above them).
    """

    scheme: Scheme = Scheme.PER_ROUTER
    loop_remedy: LoopRemedy = LoopRemedy.AS_OVERRIDE
    presented_as: int = 65500
    nodes_per_reflector: int = 200
    reflectors_min: int = 3
    reflectors_max: int = 25
    redundancy: int = 3
    spine_reflectors: int = 3
