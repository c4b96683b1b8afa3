"""What people see of the planner's designs beside their names: the family's colour, and which options are read."""

from __future__ import annotations

from .planning.designs import REGISTRY

_COLORS = {'tor': 'blue', 'reflectors': 'purple'}
OPTIONS_OF = {
    'tor': ('asn_range', 'scheme', 'presented_as', 'loop_remedy'),
    'reflectors': ('nodes_per_reflector', 'reflectors_min', 'reflectors_max', 'redundancy', 'spine_reflectors'),
}
"""The fields of a cluster that designs of a family read, and no others; each design reads some of them."""
OPTIONS = tuple(name for names in OPTIONS_OF.values() for name in names)


def options_of(design: str) -> tuple[str, ...]:
    """The fields of a cluster that the design reads; the others have no say in it."""
    return REGISTRY[design].options if design in REGISTRY else ()


def description_of(design: str) -> str:
    """What the design is, in a sentence; empty for one that there is no more."""
    return REGISTRY[design].description if design in REGISTRY else ''


def color_of(design: str) -> str:
    """The badge's colour: that of the first family that the design belongs to."""
    return next((_COLORS[family] for family in _families(design)), 'gray')


def _families(design: str) -> tuple[str, ...]:
    """The words of its key that name a family: a design of both is of both."""
    return tuple(word for word in design.split('-') if word in OPTIONS_OF)
