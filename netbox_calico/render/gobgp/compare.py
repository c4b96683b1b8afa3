"""A change of a section for people: a unified diff of its text, and the same as fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any

from netbox_calico.planning.model.plan import Change

from .toml import inline, leaves

_AROUND = 2


def diff(before: str, after: str) -> str:
    """Lines that go (-), come (+) or stay beside them."""
    lines = unified_diff(before.splitlines(), after.splitlines(), n=_AROUND, lineterm='')
    return ''.join(f'{line}\n' for line in list(lines)[2:])


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What changes, a value each: where, the old value, the new value ('' when there is none)."""
    old, new = dict(_fields('', before)), dict(_fields('', after))
    return tuple(
        Change(where, old.get(where, ''), new.get(where, ''))
        for where in sorted(old.keys() | new.keys())
        if old.get(where) != new.get(where)
    )


def _fields(above: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path, value in leaves(table):
        if not isinstance(value, list):
            yield f'{above}{path}', inline(value)
            continue
        for entry in value:
            if isinstance(entry, Mapping):
                name = _name(entry)
                yield from _fields(f'{above}{path} {name} / ', entry)
            else:
                yield f'{above}{path} {entry}', inline(entry)


def _name(entry: Mapping[str, Any]) -> str:
    """What tells an entry of a list from the others: the first name or address in it."""
    found = dict(leaves(entry))
    keys = ('config.peer-group-name', 'config.neighbor-address', 'name', 'ip-prefix', 'config.afi-safi-name')
    names = [str(found[key]) for key in keys if key in found]
    return next(iter([*names, *(str(value) for key, value in found.items() if key.endswith('-set-name'))]), '')
