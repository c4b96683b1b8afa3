"""A change of a section for people: a unified diff under the context of each line, and the same as fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from operator import itemgetter

from netbox_calico.planning.model.plan import Change

from .lines import key, map_entry
from .parts import Place
from .tree import Path

_TOP = 'prefix-lists'
_UNCHANGED_SHOWN = 2


def diff(before: frozenset[Path], after: frozenset[Path], both: Iterable[Path]) -> str:
    """Lines that go (-), come (+) or stay beside them, under a heading for each context; '' when nothing changes.

    ``both`` are the paths of both sides in order.
    """
    changed = {_context(path) for path in before ^ after}
    sides: dict[Path, tuple[list[str], list[str]]] = {}
    for path in both:
        context = _context(path)
        if context in changed:
            was, will = sides.setdefault(context, ([], []))
            line = path[-1] if len(path) == 1 or map_entry(path) is None else f' {path[-1]}'
            if path in before:
                was.append(line)
            if path in after:
                will.append(line)
    blocks = [
        '\n'.join([f'@@ {" / ".join(context) or _TOP} @@', *_marked(was, will)])
        for context, (was, will) in sides.items()
        if was != will
    ]
    return '\n'.join(blocks) + '\n' if blocks else ''


def changes(before: frozenset[Path], after: frozenset[Path], both: Mapping[Path, Place]) -> tuple[Change, ...]:
    """What changes, a value each: where, the old line, the new line ('' when there is none).

    A value stands where the paths that are about it do.
    """
    old: dict[Path, str] = {}
    new: dict[Path, str] = {}
    places: dict[Path, Place] = {}
    for path, place in both.items():
        stood, stands = path in before, path in after
        if stood != stands:
            where = key(path)
            places[where] = place
            (old if stood else new)[where] = path[-1]
    return tuple(
        Change(' / '.join(where), old.get(where, ''), new.get(where, ''))
        for where, _ in sorted(places.items(), key=itemgetter(1, 0))
    )


def _context(path: Path) -> Path:
    """The entries of a route-map stand together."""
    entry = map_entry(path)
    return (f'route-map {entry[0]}',) if entry else path[:-1]


def _marked(old: list[str], new: list[str]) -> Iterable[str]:
    if not old or not new:
        yield from (f'{"-" if old else "+"} {line}' for line in old or new)
        return
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == 'equal':
            # One line on either side tells where we are.
            stays = old[a0:a1]
            shown = stays if len(stays) <= _UNCHANGED_SHOWN else [*stays[:1], '…', *stays[-1:]]
            yield from (f'  {line}' for line in shown)
        else:
            yield from (f'- {line}' for line in old[a0:a1])
            yield from (f'+ {line}' for line in new[b0:b1])
