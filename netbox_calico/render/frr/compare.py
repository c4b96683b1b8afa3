"""A change of a section for people: a unified diff under the context of each line, and the same as fields."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from netbox_calico.planning.model.plan import Change

from .lines import key, map_entry, order
from .tree import Path

_TOP = 'prefix-lists'
_UNCHANGED_SHOWN = 2


def diff(before: frozenset[Path], after: frozenset[Path]) -> str:
    """Lines that go (-), come (+) or stay beside them, under a heading for each context; '' when nothing changes."""
    old, new = _by_context(before), _by_context(after)
    blocks = []
    for context in dict.fromkeys(_context(path) for path in sorted(before | after, key=order)):
        was, will = old.get(context, []), new.get(context, [])
        if was != will:
            blocks.append('\n'.join([f'@@ {" / ".join(context) or _TOP} @@', *_marked(was, will)]))
    return '\n'.join(blocks) + '\n' if blocks else ''


def changes(before: frozenset[Path], after: frozenset[Path]) -> tuple[Change, ...]:
    """What changes, a value each: where, the old line, the new line ('' when there is none)."""
    old = {key(path): path for path in before - after}
    new = {key(path): path for path in after - before}
    return tuple(
        Change(' / '.join(where), _line(old.get(where)), _line(new.get(where)))
        for where in sorted(old.keys() | new.keys(), key=order)
    )


def _line(path: Path | None) -> str:
    return path[-1] if path else ''


def _context(path: Path) -> Path:
    """The entries of a route-map stand together."""
    entry = map_entry(path)
    return (f'route-map {entry[0]}',) if entry else path[:-1]


def _by_context(paths: Iterable[Path]) -> dict[Path, list[str]]:
    found: dict[Path, list[str]] = {}
    for path in sorted(paths, key=order):
        inside_a_map = len(path) > 1 and map_entry(path) is not None
        found.setdefault(_context(path), []).append(f' {path[-1]}' if inside_a_map else path[-1])
    return found


def _marked(old: list[str], new: list[str]) -> Iterable[str]:
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == 'equal':
            # One line on either side tells where we are.
            stays = old[a0:a1]
            shown = stays if len(stays) <= _UNCHANGED_SHOWN else [*stays[:1], '…', *stays[-1:]]
            yield from (f'  {line}' for line in shown)
        else:
            yield from (f'- {line}' for line in old[a0:a1])
            yield from (f'+ {line}' for line in new[b0:b1])
