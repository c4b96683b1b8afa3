"""A group whose router is being taken out of service: everybody else prefers other routers, while sessions stay up.

What it hears of nodes bears the community of RFC 8326, with which whoever honours it takes any other path, and an
origin that is worse, for the rest; what nodes hear of it has that origin too, since BIRD does not know the community.
FRR obeys the community itself and would send packets to the fabric that still sends them here: the weight keeps it from
that.
"""

from __future__ import annotations

from .lines import map_entry
from .tree import Path

_WORSE = 'set origin incomplete'
_KEPT_INSIDE = 'set community no-export additive'
_FOR_NODES = 'set community no-advertise additive'
_BOTH = 'set community graceful-shutdown no-export additive'


def heard(no_export: bool, drained: bool) -> tuple[str, ...]:
    """What a map does to the routes that nodes announce."""
    if drained:
        return (_BOTH if no_export else 'set community graceful-shutdown additive', _WORSE, 'set weight 65535')
    return (_KEPT_INSIDE,) if no_export else ()


def told(no_advertise: bool, drained: bool) -> tuple[str, ...]:
    """What a map does to the routes that nodes are sent."""
    return (*([_FOR_NODES] if no_advertise else []), *([_WORSE] if drained else []))


def drained(section: frozenset[Path]) -> frozenset[Path]:
    """The same section with all its groups drained."""
    inward = {line[3]: line[4] == 'in' for line in (path[-1].split() for path in section) if _names(line)}
    kept, added = set(section), set[Path]()
    for opening in section:
        entry = map_entry(opening)
        if len(opening) == 1 and entry is not None and entry[1] == 'permit' and entry[0] in inward:
            inside = (*opening, _KEPT_INSIDE)
            no_export = inside in section or (*opening, _BOTH) in section
            lines = heard(no_export, drained=True) if inward[entry[0]] else told(no_advertise=False, drained=True)
            kept.discard(inside)
            added |= {(*opening, line) for line in lines}
    return frozenset(kept | added)


def _names(words: list[str]) -> bool:
    return len(words) == 5 and words[0] == 'neighbor' and words[2] == 'route-map'
