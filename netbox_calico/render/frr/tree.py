"""FRR's configuration as paths: a line together with the lines that it stands under.

``('router bgp 65001', 'address-family ipv4 unicast', 'neighbor CAL-C1-4 activate')`` says where a line belongs,
whatever it means. Sections, changes and what is sent are all sequences of paths.
"""

from __future__ import annotations

from collections.abc import Iterable

type Path = tuple[str, ...]

_CONTEXTS = ('route-map ', 'router bgp ', 'address-family ')
_CLOSING = frozenset({'!', 'end', 'exit', 'exit-address-family'})


def parse(text: str) -> list[Path]:
    """The paths of a configuration as FRR prints it: indentation tells what a line stands under."""
    paths: list[Path] = []
    above: list[tuple[int, Path]] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line in _CLOSING:
            continue
        depth = len(raw) - len(raw.lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        path = (*above[-1][1], line) if above else (line,)
        above.append((depth, path))
        paths.append(path)
    return paths


def leaves(text: str) -> frozenset[Path]:
    """The paths that say something by themselves; an entry of a route-map does, the other contexts do not."""
    return frozenset(said(text))


def said(text: str) -> list[Path]:
    """The same as they stand in the text."""
    return [path for path in parse(text) if not path[-1].startswith(('router bgp ', 'address-family '))]


def write(paths: Iterable[Path]) -> str:
    """Paths as configuration text, in their order; a context is entered and left as often as the order needs it."""
    lines: list[str] = []
    open_contexts: Path = ()

    def leave(keep: int) -> None:
        nonlocal open_contexts
        while len(open_contexts) > keep:
            word = 'exit-address-family' if open_contexts[-1].startswith('address-family') else 'exit'
            lines.append(' ' * (len(open_contexts) - 1) + word)
            open_contexts = open_contexts[:-1]

    for path in paths:
        opens = path[-1].startswith(_CONTEXTS)
        contexts = path if opens else path[:-1]
        if contexts != open_contexts:
            shared = 0
            while shared < min(len(contexts), len(open_contexts)) and contexts[shared] == open_contexts[shared]:
                shared += 1
            leave(shared)
            for context in contexts[shared:]:
                lines.append(' ' * len(open_contexts) + context)
                open_contexts = (*open_contexts, context)
        if not opens:
            lines.append(' ' * len(contexts) + path[-1])
    leave(0)
    return '\n'.join(lines) + '\n' if lines else ''
