"""Can what the plan relies on be read? Calico passes over what it cannot read, and tells its log alone."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ranges import unreadable

from .case import Case
from .code import error, finds

RANGE_UNREADABLE = error(
    'range-unreadable',
    'A pool or service range of the cluster has no range, or one that cannot be read.',
    'Correct it in the cluster, or take it out there.',
)


@finds(RANGE_UNREADABLE)
def ranges(case: Case) -> Iterator[Finding]:
    """Pools and service ranges whose CIDR is none."""
    for place, text in unreadable(case.observation.cluster):
        yield RANGE_UNREADABLE.at(
            place,
            f'{place} says {text!r} where a range should stand: correct it in the cluster, or take it out there.'
            if text
            else f'{place} has no range: complete it in the cluster, or take it out there.',
        )
