"""What a merge would change, computed line by line on the tree of the running configuration.

FRR has no candidate configuration, so this is the only way to show a diff before the commit. Every line is applied
as FRR would apply it, in order; a line that changes nothing is known as such and is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from napalm_frr import grammar
from napalm_frr.configuration import Tree
from napalm_frr.on_device.lines import Path

NEIGHBOR = re.compile(r'(?:no )?neighbor (\S+)')
GROUP_OF = re.compile(r'neighbor \S+ (?:interface (?:v6only )?)?peer-group (\S+)$')


def merged(running: Tree, wanted: Iterable[Path]) -> tuple[Tree, list[Path]]:
    """The tree after the merge, and those of ``wanted`` that changed something, in order and as FRR prints them."""
    result = _copied(running)
    profile = next((line.split()[-1] for line in running if line.startswith('frr defaults ')), 'traditional')
    effective = [path for path in map(grammar.printed, wanted) if _apply(result, path, profile)]
    _prune(result)
    return result, effective


def _copied(root: Tree) -> Tree:
    return {line: _copied(below) for line, below in root.items()}


def _apply(root: Tree, path: Path, profile: str) -> bool:
    context, line = path[:-1], path[-1]
    negative = line.startswith('no ')
    command = line[3:] if negative else line
    default = _default(root, context, command, profile)
    if command == 'bgp default ipv4-unicast':
        return _switch_ipv4(_entered(root, context), not negative)
    if default is not None:
        return _switch(_entered(root, context), command, not negative, default)
    if grammar.is_bgp(context) and ' send-community' in command:
        return _send_community(_entered(root, context), command, not negative)
    if negative:
        at = _found(root, context)
        return at is not None and _remove(root, at, context, command)
    if line.startswith('address-family ') and grammar.is_bgp(context):
        _entered(root, path)
        return False  # printed only when something stands in it
    at = _entered(root, context)
    if grammar.hidden(line, profile):
        return _remove_slot(at, context, line)
    line = _numbered(at, line)
    if line in at:
        return False
    _remove_slot(at, context, line)
    at[line] = {}
    if joined := GROUP_OF.match(line):
        _give_up_remote_as(at, line.split()[1], joined.group(1))
    return True


def _give_up_remote_as(router: Tree, name: str, group: str) -> None:
    """A neighbour that joins a group with an AS has no other of its own any more."""
    of_group, own = f'neighbor {group} remote-as ', f'neighbor {name} remote-as '
    if any(line.startswith(of_group) for line in router):
        for line in [line for line in router if line.startswith(own)]:
            del router[line]


def _entered(root: Tree, context: Path) -> Tree:
    for line in context:
        root = root.setdefault(line, {})
    return root


def _found(root: Tree, context: Path) -> Tree | None:
    at: Tree | None = root
    for line in context:
        at = at.get(line) if at is not None else None
    return at


def _prune(root: Tree) -> None:
    for line, below in root.items():
        if line.startswith('router bgp'):
            for family in [name for name, lines in below.items() if name.startswith('address-family ') and not lines]:
                del below[family]


# -- commands that can be off ------------------------------------------------------------------------------------


def _default(root: Tree, context: Path, command: str, profile: str) -> bool | None:
    if not re.fullmatch(r'neighbor \S+ activate', command) or len(context) != 2:
        return grammar.switch(command, profile)
    router, name = root.get(context[0], {}), command.split()[1]
    group = _group_of(router, name)
    if group:
        inherited = router.get(context[1], {})
        return f'neighbor {group} activate' in inherited or (
            f'no neighbor {group} activate' not in inherited and _family_default(router, context[1])
        )
    return _family_default(router, context[1])


def _family_default(router: Tree, family: str) -> bool:
    if family == grammar.IPV4_UNICAST:
        return 'no bgp default ipv4-unicast' not in router
    return 'bgp default ' + family.removeprefix('address-family ').replace(' ', '-') in router


def _switch(at: Tree, command: str, on: bool, default: bool) -> bool:
    off_line = f'no {command}'
    was = command in at or (off_line not in at and default)
    at.pop(command, None)
    at.pop(off_line, None)
    if on != default:
        at[command if on else off_line] = {}
    return was != on


def _switch_ipv4(router: Tree, on: bool) -> bool:
    """Neighbours keep their IPv4 unicast as it was; what deviates from the new default is printed."""
    family = router.setdefault(grammar.IPV4_UNICAST, {})
    names = {line.split()[1] for line in router if line.startswith('neighbor ')}
    alone = sorted(name for name in names if _group_of(router, name) is None)
    lines = {name: f'neighbor {name} activate' for name in alone}
    default = _family_default(router, grammar.IPV4_UNICAST)
    active = {name for name in alone if lines[name] in family or (default and f'no {lines[name]}' not in family)}
    changed = _switch(router, 'bgp default ipv4-unicast', on, True)
    for name in alone if changed else ():
        family.pop(lines[name], None)
        family.pop(f'no {lines[name]}', None)
        if on != (name in active):
            family[lines[name] if name in active else f'no {lines[name]}'] = {}
    return changed


def _send_community(at: Tree, command: str, on: bool) -> bool:
    """Three switches, on by default, printed as what is off; all three off print as one line."""
    stem, _, kind = command.partition(' send-community')
    lines = {
        'standard': f'no {stem} send-community',
        'extended': f'no {stem} send-community extended',
        'large': f'no {stem} send-community large',
    }
    all_off = f'no {stem} send-community all'
    was = set(lines) if all_off in at else {name for name, line in lines.items() if line in at}
    named = {'': {'standard'}, 'both': {'standard', 'extended'}, 'all': set(lines)}.get(kind.strip(), {kind.strip()})
    off = was - named if on else was | named
    for line in (*lines.values(), all_off):
        at.pop(line, None)
    for line in [all_off] if off == set(lines) else [lines[name] for name in lines if name in off]:
        at[line] = {}
    return was != off


# -- removal -----------------------------------------------------------------------------------------------------


def _remove(root: Tree, at: Tree, context: Path, command: str) -> bool:
    if grammar.is_bgp(context) and len(context) == 1:
        gone = _removed_neighbors(at, command)
        if gone is not None:
            return _drop_neighbors(at, gone)
    if command in at:
        del at[command]
        return True
    if grammar.slot(context, command) is not None:
        return _remove_slot(at, context, command)
    unnumbered = re.fullmatch(r'(ip(?:v6)? prefix-list \S+) ((?:permit|deny) .+)', command)
    if unnumbered:
        pattern = re.compile(rf'{re.escape(unnumbered[1])} seq \d+ {re.escape(unnumbered[2])}')
        below = [line for line in at if pattern.fullmatch(line)]
    else:
        below = [line for line in at if line.startswith(command + ' ')]
    for line in below:
        del at[line]
    return bool(below)


def _remove_slot(at: Tree, context: Path, line: str) -> bool:
    mine = grammar.slot(context, line)
    if mine is None:
        return False
    # All that have this slot begin like it but for its last word: only these are worth the look.
    start = mine.rpartition(' ')[0]
    old = [other for other in at if other.startswith(start) and grammar.slot(context, other) == mine]
    for other in old:
        del at[other]
    return bool(old)


def _group_of(router: Tree, name: str) -> str | None:
    for line in router:
        member = GROUP_OF.match(line)
        if member and line.split()[1] == name:
            return member.group(1)
    return None


def _members(router: Tree, group: str) -> set[str]:
    return {line.split()[1] for line in router if (match := GROUP_OF.match(line)) and match.group(1) == group}


def _removed_neighbors(router: Tree, command: str) -> set[str] | None:
    """The neighbours, groups among them, that vanish with a ``no``; None if it is about something else."""
    words = command.split()
    if words[0] != 'neighbor' or len(words) < 2:
        return None
    name, is_group = words[1], f'neighbor {words[1]} peer-group' in router
    if len(words) == 2 or (words[2] == 'interface' and len(words) == 3):
        return set() if is_group else {name}
    if words[2:] == ['peer-group']:
        return {name, *_members(router, name)}
    if words[2] == 'peer-group':
        # FRR does not look whether the neighbour is in that group.
        return {name} if f'neighbor {words[3]} peer-group' in router else set()
    if words[2] == 'remote-as':
        # FRR takes every member along, and leaves the group without its AS.
        return {*_members(router, name), f'{name} remote-as'} if is_group else {name}
    return None


def _drop_neighbors(router: Tree, gone: set[str]) -> bool:
    changed = False
    for at in (router, *(below for line, below in router.items() if line.startswith('address-family '))):
        for line in list(at):
            match = NEIGHBOR.match(line)
            ranged = re.match(r'bgp listen range \S+ peer-group (\S+)', line)
            name = match.group(1) if match else ranged.group(1) if ranged else None
            if name in gone or (
                name and f'{name} remote-as' in gone and line.startswith(f'neighbor {name} remote-as ')
            ):
                del at[line]
                changed = True
    return changed


def _numbered(at: Tree, line: str) -> str:
    """The prefix-list entry that a line means: one with the same content, whatever its number, stays as it is; one
    without number gets the next multiple of five."""
    match = re.fullmatch(r'(ip(?:v6)? prefix-list \S+) (?:seq (\d+) )?((?:permit|deny) .+)', line)
    if not match:
        return line
    stem, number, content = match.groups()
    pattern = re.compile(rf'{re.escape(stem)} seq (\d+) (.+)')
    entries = {found[2]: int(found[1]) for other in at if (found := pattern.fullmatch(other))}
    if content in entries:
        return f'{stem} seq {entries[content]} {content}'
    return f'{stem} seq {number or max(entries.values(), default=0) // 5 * 5 + 5} {content}'
