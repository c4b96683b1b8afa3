"""Configuration text as data: a tree of lines, read from what FRR prints or from what people write.

FRR itself ignores indentation and finds the context of a line by trial. People rely on either, so both are read: a
block whose lines are indented ends where the indentation ends, a flat one at its ``exit`` or at the next line that
can only stand at the top.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from napalm_frr.on_device.lines import INNER_CONTEXT, TOP_CONTEXT, Path, opens

type Tree = dict[str, 'Tree']

EXIT = re.compile(r'(exit|quit)(-[a-z0-9-]+)?$')
TOP_LINE = re.compile(
    r'(no )?(ip(v6)? (prefix-list|access-list|route|forwarding|protocol|nht|router-id|import-table|multicast)\b'
    r'|access-list |bgp (as-path|community-list|large-community-list|extcommunity-list|route-map|update-delay) '
    r'|hostname |domainname |log |service |frr |password |enable |debug |allow-external-route-update|agentx)'
)


@dataclass(slots=True)
class _Open:
    indent: int
    line: str
    indented: bool


def statements(text: str) -> list[Path]:
    """Every line with the contexts that it stands in, in order; comments, ``exit`` and ``end`` are gone."""
    lines = [(len(raw) - len(raw.lstrip()), ' '.join(raw.split())) for raw in text.expandtabs().splitlines()]
    lines = [(indent, line) for indent, line in lines if line and line[0] not in '!#']
    found: list[Path] = []
    stack: list[_Open] = []
    for number, (indent, line) in enumerate(lines):
        if line == 'end':
            stack.clear()
            continue
        depth = len(stack)
        if EXIT.match(line):
            while stack and stack[-1].indented and stack[-1].indent > indent:
                stack.pop()
            if stack and (len(stack) == depth or stack[-1].indent == indent):
                stack.pop()
            continue
        while stack and _ended(stack[-1], indent, line):
            stack.pop()
        found.append((*(entry.line for entry in stack), line))
        following = lines[number + 1][0] if number + 1 < len(lines) else 0
        if not line.startswith('no ') and (following > indent or opens(line, bool(stack))):
            stack.append(_Open(indent, line, following > indent))
    return found


def _ended(context: _Open, indent: int, line: str) -> bool:
    if context.indented:
        return indent <= context.indent
    if indent < context.indent or TOP_LINE.match(line):
        return True
    siblings = bool(INNER_CONTEXT.match(context.line)) and bool(INNER_CONTEXT.match(line))
    return siblings or bool(TOP_CONTEXT.match(line))


def tree(text: str) -> Tree:
    """What FRR printed, as nested dictionaries in its order."""
    root: Tree = {}
    for path in statements(text):
        at = root
        for line in path:
            at = at.setdefault(line, {})
    return root


def flatten(root: Tree, above: Path = ()) -> list[Path]:
    """Every line of a tree with its contexts, in order."""
    found: list[Path] = []
    for line, below in root.items():
        found.append((*above, line))
        found.extend(flatten(below, (*above, line)))
    return found
