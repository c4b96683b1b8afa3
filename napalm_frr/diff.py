"""A difference of two configurations with the contexts around each line, secrets masked."""

from __future__ import annotations

from napalm_frr import grammar
from napalm_frr.configuration import Tree, flatten
from napalm_frr.on_device.lines import Path
from napalm_frr.secrets import masked


def difference(before: Tree, after: Tree) -> str:
    """``-`` for a line that goes, ``+`` for one that comes, blank for the contexts around; empty if nothing changes."""
    return masked('\n'.join(_lines(before, after, ())))


def _lines(before: Tree, after: Tree, context: Path) -> list[str]:
    found: list[str] = []
    came = {line: grammar.slot(context, line) for line in after if line not in before}
    for line, below in before.items():
        if line not in after:
            found += _whole('-', line, below, len(context))
            mine = grammar.slot(context, line)
            for new in [new for new, slot in came.items() if slot is not None and slot == mine]:
                found += _whole('+', new, after[new], len(context))
                del came[new]
        else:
            inner = _lines(below, after[line], (*context, line))
            if inner:
                found += [f'  {" " * len(context)}{line}', *inner]
    for line in came:
        found += _whole('+', line, after[line], len(context))
    return found


def _whole(sign: str, line: str, below: Tree, depth: int) -> list[str]:
    return [f'{sign} {" " * (depth + len(path) - 1)}{path[-1]}' for path in flatten({line: below})]
