"""From one section to another, filters and BGP each by themselves.

Filters of a cluster are the same on all its routers, and most changes are of one of the two: what leads from some
filters to others is worked out once, and what does not change costs a comparison of texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from netbox_calico.planning.model.plan import Change
from netbox_calico.planning.ports import SectionChange

from .compare import changes, diff
from .merge import back, forth
from .owned import canonical
from .parts import Parts, Written, placed
from .tree import leaves, write

_BGP = re.compile(r'^router bgp ', re.MULTILINE)
_NO_BGP = re.compile(r'^(?!router bgp |exit$)\S', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Half:
    """The lines that lead there, those that lead back again, each in two halves, and what people read."""

    forth: str = ''
    back: str = ''
    undo_forth: str = ''
    undo_back: str = ''
    diff: str = ''
    changes: tuple[Change, ...] = ()


def change(observed: str, filters: Written, bgp: Written) -> SectionChange:
    """From the observed section, in canonical text, to one of these filters and this BGP."""
    after = filters.text + bgp.text
    if observed == after:
        return SectionChange(observed, after, artefact='', undo='', diff='')
    old_filters, old_bgp = halves(observed)
    outer, inner = _filters(old_filters, filters), _half(old_bgp, bgp)
    return SectionChange(
        before=observed,
        after=after,
        artefact=outer.forth + inner.forth + outer.back + inner.back,
        undo=outer.undo_forth + inner.undo_forth + outer.undo_back + inner.undo_back,
        diff=outer.diff + inner.diff,
        changes=outer.changes + inner.changes,
    )


def halves(section: str) -> tuple[str, str]:
    """Filters, and what is in BGP; canonical text has one behind the other."""
    start = _BGP.search(section)
    if start is None:
        return section, ''
    filters, bgp = section[: start.start()], section[start.start() :]
    if _NO_BGP.search(bgp) and section != (text := canonical(leaves(section))):
        return halves(text)
    return filters, bgp


def _half(before: str, after: Written) -> _Half:
    if before == after.text:
        return _Half()
    was, will = leaves(before), after.paths
    both = placed(was, will) if was else will
    old, new = Parts.of(path for path in both if path in was), Parts.of(will)
    return _Half(
        forth=write(forth(old, new)),
        back=write(back(old, new)),
        undo_forth=write(forth(new, old)),
        undo_back=write(back(new, old)),
        diff=diff(was, new.paths, both),
        changes=changes(was, new.paths, both),
    )


_filters = lru_cache(maxsize=256)(_half)
