"""Cuts our section out of a running configuration: what bears the cluster's mark, in canonical text, and nothing else.

FRR hides lines and numbers them as it likes; canonical text states what is in force. Prefix-list entries lose their
sequence numbers: ours all permit, so that their order means nothing. ``activate`` is stated wherever a group is active.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from netbox_calico.planning.errors import InvalidInput

from .lines import IPV4, IPV6, is_list, subject
from .parts import in_order
from .tree import Path, parse, write

_HANDLE = re.compile(r'[A-Za-z0-9][A-Za-z0-9-]*')
_SEQUENCE = re.compile(r'^(\S+ prefix-list \S+) seq \d+ ')
_PASSWORD = re.compile(r'^(neighbor \S+ password) (.+)$')
_REFERENCE = re.compile(r'^\$\{secret:[^}]*\}$')


def mark(handle: str) -> str:
    """What every name of the cluster's on a switch begins with."""
    if not _HANDLE.fullmatch(handle):
        raise InvalidInput(f'The handle {handle!r} cannot stand in names on a switch: use letters, digits and hyphens.')
    return f'CAL-{handle.upper()}'


def bears(name: str, handle: str) -> bool:
    """Whether a name is the cluster's: the mark, a hyphen and one word.

    ``CAL-C1-IN4`` is c1's; ``CAL-C10-IN4`` is c10's, and ``CAL-C1-4-IN4`` is that of a cluster called c1-4.
    """
    return name.rpartition('-')[0] == mark(handle)


def canonical(paths: Iterable[Path]) -> str:
    """The text of a section: always the same for the same paths."""
    return write(in_order(set(paths)))


def owned(running: str, handle: str, reference: Callable[[str], str]) -> str:
    """Our section of ``running`` (``show running-config``) in canonical text, '' when there is none.

    Passwords are replaced by ``${secret:…}`` with what ``reference`` calls them; their values do not leave this module.
    """
    paths = parse(running)
    groups = {
        (path[0], name)
        for path in paths
        if len(path) == 2 and path[-1] == f'neighbor {(name := subject(path[-1]))} peer-group' and bears(name, handle)
    }
    members = {
        (path[0], subject(path[-1]))
        for path in paths
        if len(path) == 2 and _joins(path[-1]) and (path[0], path[-1].split()[-1]) in groups
    }
    section = [
        _normal(path, reference)
        for path in paths
        if _is_filter(path, handle) or (path[0], subject(path[-1])) in groups | members or _is_range(path, groups)
    ]
    inactive = {
        p
        for p in section
        if p[-1].startswith('no neighbor ') and p[-1].endswith(' activate') and (p[0], subject(p[-1])) in groups
    }
    hidden = {
        (instance, family, f'neighbor {group} activate')
        for instance, group in groups
        for family in _active_by_default(paths, instance)
        if (instance, family, f'no neighbor {group} activate') not in inactive
    }
    return canonical((set(section) | hidden) - inactive)


def _joins(line: str) -> bool:
    return line.startswith('neighbor ') and ' peer-group ' in line


def _is_filter(path: Path, handle: str) -> bool:
    words = path[0].split()
    name = words[2] if is_list(path[:1]) else words[1] if words[0] == 'route-map' else ''
    return bool(name) and bears(name, handle)


def _is_range(path: Path, groups: set[tuple[str, str]]) -> bool:
    return path[-1].startswith('bgp listen range ') and (path[0], path[-1].split()[-1]) in groups


def _active_by_default(paths: list[Path], instance: str) -> list[str]:
    families = [] if (instance, 'no bgp default ipv4-unicast') in paths else [IPV4]
    return [*families, IPV6] if (instance, 'bgp default ipv6-unicast') in paths else families


def _normal(path: Path, reference: Callable[[str], str]) -> Path:
    line = path[-1]
    if is_list(path):
        return (*path[:-1], _SEQUENCE.sub(r'\1 ', line))
    if (found := _PASSWORD.match(line)) and not _REFERENCE.match(found[2]):
        return (*path[:-1], f'{found[1]} ${{secret:{reference(found[2])}}}')
    return path
