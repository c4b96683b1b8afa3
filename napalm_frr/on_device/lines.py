"""FRR's configuration text as paths: every line with the lines of the contexts that it stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Tuple  # noqa: UP035 - the alias below exists at run time, on Python 3.7 too

Path = Tuple[str, ...]  # noqa: UP006

TOP_CONTEXT = re.compile(
    r'(router|interface|vrf|key chain|nexthop-group|l2vpn|pseudowire) \S|route-map \S+ (permit|deny) \d+'
    r'|pbr-map \S+ seq \d+|line vty|(bfd|rpki|mpls ldp|segment-routing)$'
)
INNER_CONTEXT = re.compile(r'(address-family|peer|profile|bmp targets) \S|(vni|key) \d+$|segment-routing srv6$')


def opens(line: str, inside: bool) -> bool:
    """Whether a line opens a context, at the top or inside another one."""
    return bool((INNER_CONTEXT if inside else TOP_CONTEXT).match(line))


def paths(text: str) -> list[Path]:
    """The lines of a configuration as FRR prints it, in order."""
    stack: list[tuple[int, str]] = []
    found: list[Path] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith('!') or line == 'end' or re.match(r'exit(-[a-z0-9-]+)?$', line):
            continue
        depth = len(raw) - len(raw.lstrip())
        while stack and stack[-1][0] >= depth:
            stack.pop()
        stack.append((depth, line))
        found.append(tuple(entry for _, entry in stack))
    return found


def commands(wanted: Sequence[Path]) -> list[str]:
    """Configuration text for ``wanted``, in its order, with every context entered and left explicitly."""
    lines: list[str] = []
    inside: list[str] = []
    contexts = {path[:-1] for path in wanted}

    def leave(depth: int) -> None:
        while len(inside) > depth:
            word = _leaving(inside.pop())
            lines.append(' ' * len(inside) + word)

    def enter(context: str) -> None:
        lines.append(' ' * len(inside) + context)
        inside.append(context)

    for path in wanted:
        common = 0
        while common < min(len(inside), len(path) - 1) and inside[common] == path[common]:
            common += 1
        leave(common)
        for context in path[common:-1]:
            enter(context)
        if path in contexts or opens(path[-1], len(path) > 1):
            enter(path[-1])
        else:
            lines.append(' ' * len(inside) + path[-1])
    leave(0)
    return lines


def _leaving(context: str) -> str:
    if context.startswith('address-family '):
        return 'exit-address-family'
    return 'exit-vrf' if context.startswith('vrf ') else 'exit'


def undone(before: str, after: str, now: str) -> str:
    """The configuration to go back to: ``before``, keeping what others changed between ``after`` and ``now``."""
    was, left, have = paths(before), paths(after), paths(now)
    if set(left) == set(have):
        return before
    gone, foreign = set(left) - set(have), [path for path in have if path not in set(left)]
    target = [path for path in was if path not in gone]
    for path in foreign:
        if path in target:
            continue
        siblings = [number for number, other in enumerate(target) if other[: len(path) - 1] == path[:-1]]
        target.insert(siblings[-1] + 1 if siblings else len(target), path)
    return '\n'.join(commands(target)) + '\n'


def lost(before: str, after: str, now: str) -> list[Path]:
    """Lines of the change from ``before`` to ``after`` that are no longer so in ``now``."""
    was, left, have = set(paths(before)), set(paths(after)), set(paths(now))
    missing = [path for path in paths(after) if path not in was and path not in have]
    return missing + [path for path in paths(before) if path not in left and path in have]
