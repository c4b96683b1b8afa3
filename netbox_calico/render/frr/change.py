"""From one section to another, lists, route-maps and BGP each by themselves.

Routers of a cluster have most of these in common, and most changes are of one of the three: what leads from some lists
or maps to others is worked out once, and what does not change costs a comparison of texts.
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
from .tree import leaves, said, write

type Thirds[T] = tuple[T, T, T]
"""Lists, route-maps, BGP: canonical text has one behind the other."""

_MAPS, _BGP = (re.compile(start, re.MULTILINE) for start in (r'^route-map ', r'^router bgp '))
_LISTS = re.compile(r'^(ip|ipv6) prefix-list ', re.MULTILINE)
_NO_BGP = re.compile(r'^(?!router bgp |exit$)\S', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines that lead there, first and last ones, those that lead back again, and what people read."""

    forth: str = ''
    back: str = ''
    undo_forth: str = ''
    undo_back: str = ''
    diff: str = ''
    changes: tuple[Change, ...] = ()


def change(observed: str, wanted: Thirds[Written]) -> SectionChange:
    """From the observed section, in canonical text, to the wanted one."""
    after = ''.join(third.text for third in wanted)
    if observed == after:
        return SectionChange(observed, after, artefact='', undo='', diff='')
    lists, maps, bgp = thirds(observed)
    parts = (_shared(lists, wanted[0]), _shared(maps, wanted[1]), _part(bgp, wanted[2]))
    return SectionChange(
        before=observed,
        after=after,
        artefact=''.join((*(part.forth for part in parts), *(part.back for part in reversed(parts)))),
        undo=''.join((*(part.undo_forth for part in parts), *(part.undo_back for part in reversed(parts)))),
        diff=''.join(part.diff for part in parts),
        changes=tuple(change for part in parts for change in part.changes),
    )


def rewritten(section: str) -> Thirds[Written]:
    """A section that is there as text."""
    lists, maps, bgp = (Written.of(said(text)) for text in thirds(section))
    return lists, maps, bgp


def thirds(section: str) -> Thirds[str]:
    """A section as lists, route-maps and BGP; one that is in another order is put into the canonical one."""
    bgp = _start(_BGP, section)
    maps = min(_start(_MAPS, section), bgp)
    found = section[:maps], section[maps:bgp], section[bgp:]
    if (_LISTS.search(found[1]) or _NO_BGP.search(found[2])) and section != (text := canonical(leaves(section))):
        return thirds(text)
    return found


def _start(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return found.start() if found else len(text)


def _part(before: str, after: Written) -> _Part:
    if before == after.text:
        return _Part()
    was, will = leaves(before), after.paths
    both = placed(was, will) if was else will
    old, new = Parts.of(path for path in both if path in was), Parts.of(will)
    return _Part(
        forth=write(forth(old, new)),
        back=write(back(old, new)),
        undo_forth=write(forth(new, old)),
        undo_back=write(back(new, old)),
        diff=diff(was, new.paths, both),
        changes=changes(was, new.paths, both),
    )


_shared = lru_cache(maxsize=256)(_part)
