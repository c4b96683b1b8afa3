"""What people read of a change: a unified diff of a YAML-like text, and the fields that differ."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .model.plan import Change

_JSON = json.JSONEncoder(sort_keys=True, default=str)


def text(value: Mapping[str, Any]) -> str:
    """A nested mapping as YAML would show it; for reading only."""
    return '\n'.join(_lines(value, ''))


def unified(before: str, after: str) -> str:
    """A unified diff without file names, with all context: what is compared here is short."""
    if not before or not after:
        return '\n'.join(f'{"-" if before else "+"} {line}' for line in (before or after).splitlines())
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return '\n'.join(f'{line[0]} {line[2:]}'.rstrip() for line in lines if not line.startswith('?'))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The fields that differ, by dotted path, values as JSON; absent is empty."""
    old, new = dict(_leaves(before, '')), dict(_leaves(after, ''))
    return tuple(
        Change(path, old.get(path, ''), new.get(path, ''))
        for path in sorted(old.keys() | new.keys())
        if old.get(path, '') != new.get(path, '')
    )


def _lines(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key in sorted(value):
        item = value[key]
        if isinstance(item, str):
            yield f'{indent}{key}: {item}'
        elif isinstance(item, Mapping) and item:
            yield f'{indent}{key}:'
            yield from _lines(item, f'{indent}  ')
        elif _is_list(item) and item:
            yield f'{indent}{key}:'
            yield from (f'{indent}- {_short(entry)}' for entry in item)
        else:
            yield f'{indent}{key}: {_short(item)}'


def _short(item: Any) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, Mapping) and item:
        return ', '.join(f'{key}: {_short(item[key])}' for key in sorted(item))
    return _JSON.encode(item)


def _leaves(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key in sorted(value):
        item, here = value[key], f'{path}.{key}' if path else str(key)
        if isinstance(item, str):
            yield here, item
        elif isinstance(item, Mapping) and item:
            yield from _leaves(item, here)
        else:
            yield here, _JSON.encode(item)


def _is_list(item: Any) -> bool:
    return isinstance(item, Sequence) and not isinstance(item, str)
