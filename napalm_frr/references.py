"""Route-maps and lists by name: who defines them, who uses them.

FRR accepts the removal of a list that is in use, and an undefined one denies everything, without a word. So a change
that would leave such a use behind is refused, and one that renames a list is done in three steps.
"""

from __future__ import annotations

import re

from napalm_frr.configuration import Tree, flatten
from napalm_frr.on_device.lines import Path

type Name = tuple[str, str]
"""Kind and name."""

DEFINITIONS = (
    (re.compile(r'route-map (\S+) (?:permit|deny) \d+'), 'route-map'),
    (re.compile(r'ip prefix-list (\S+) '), 'ip prefix-list'),
    (re.compile(r'ipv6 prefix-list (\S+) '), 'ipv6 prefix-list'),
    (re.compile(r'bgp as-path access-list (\S+) '), 'as-path access-list'),
    (re.compile(r'bgp community-list (?:standard |expanded )?(\S+) '), 'community-list'),
    (re.compile(r'bgp large-community-list (?:standard |expanded )?(\S+) '), 'large-community-list'),
)
USES = (
    (re.compile(r'.*\broute-map (\S+)'), 'route-map'),
    (re.compile(r'(?:call|table-map) (\S+)'), 'route-map'),
    (re.compile(r'match ip (?:address|next-hop|route-source) prefix-list (\S+)'), 'ip prefix-list'),
    (re.compile(r'match ipv6 (?:address|next-hop) prefix-list (\S+)'), 'ipv6 prefix-list'),
    (re.compile(r'neighbor \S+ filter-list (\S+)|match as-path (\S+)'), 'as-path access-list'),
    (re.compile(r'match community (\S+)'), 'community-list'),
    (re.compile(r'match large-community (\S+)'), 'large-community-list'),
)


def defined(path: Path) -> Name | None:
    """What a line defines, if it does. Only lines at the top do."""
    if len(path) != 1:
        return None
    return next(((kind, match[1]) for pattern, kind in DEFINITIONS if (match := pattern.match(path[0]))), None)


def used(path: Path) -> Name | None:
    """What a line uses, if it does."""
    line = path[-1]
    if len(path) == 1 and defined(path):
        return None
    in_neighbor = re.match(r'neighbor \S+ prefix-list (\S+)', line)
    if in_neighbor:
        return ('ipv6' if ' ipv6 ' in f' {path[-2]} ' else 'ip') + ' prefix-list', in_neighbor[1]
    for pattern, kind in USES:
        match = pattern.match(line)
        if match:
            return kind, next(name for name in match.groups() if name)
    return None


def vanishing(before: Tree, after: Tree) -> set[Name]:
    """What is defined and used before, and no longer defined after."""
    old = flatten(before)
    kept = {defined(path) for path in flatten(after)}
    return {name for path in old if (name := used(path)) and name not in kept} & {
        name for path in old if (name := defined(path))
    }


def left_behind(before: Tree, after: Tree) -> list[tuple[Name, Path]]:
    """Uses that stay while what they use goes."""
    gone = vanishing(before, after)
    return [(name, path) for path in flatten(after) if (name := used(path)) and name in gone]
