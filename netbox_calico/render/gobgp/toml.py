"""TOML as GoBGP reads it: read with the standard library, written in one canonical form, a line for every value."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from netbox_calico.planning.errors import InvalidInput

type Table = dict[str, Any]


def read(text: str) -> Table:
    """What a text says. Raises ``InvalidInput`` with the place where it is no TOML, and none of its words."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise InvalidInput(f'The configuration is no TOML ({_place(exc)}): write that line anew.') from None


def write(data: Mapping[str, Any]) -> str:
    """The canonical text: always the same for the same data, '' for none. Every table of it has a heading."""
    return '\n'.join(_blocks('', data))


def leaves(table: Mapping[str, Any], above: str = '') -> Iterator[tuple[str, Any]]:
    """Every value with the dotted path to it; lists are values."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f'{above}{key}.')
        else:
            yield f'{above}{key}', value


def inline(value: Any) -> str:
    """A value on one line; a list of many on a line each."""
    if isinstance(value, Mapping):
        return '{' + ', '.join(f'{key} = {inline(inner)}' for key, inner in value.items()) + '}'
    if isinstance(value, list):
        return '[\n' + ''.join(f'  {inline(entry)},\n' for entry in value) + ']' if value else '[]'
    # Of numbers, truth values and texts of one line TOML and JSON think the same.
    return json.dumps(value, ensure_ascii=False)


def _blocks(above: str, table: Mapping[str, Any]) -> Iterator[str]:
    found = list(leaves(table))
    values = [(path, value) for path, value in found if not _are_tables(value)]
    for path, entries in found:
        for entry in entries if _are_tables(entries) else ():
            yield f'[[{above}{path}]]\n{_lines(entry)}' + ''.join(f'{inner}' for inner in _inside(above, path, entry))
    if not above:
        headings: dict[str, Table] = {}
        for path, value in values:
            heading, _, key = path.rpartition('.')
            headings.setdefault(heading, {})[key] = value
        for heading, own in headings.items():
            yield f'[{heading}]\n{_lines(own)}'


def _lines(entry: Mapping[str, Any]) -> str:
    return ''.join(f'{path} = {inline(value)}\n' for path, value in leaves(entry) if not _are_tables(value))


def _inside(above: str, path: str, entry: Mapping[str, Any]) -> Iterator[str]:
    yield from _blocks(f'{above}{path}.', entry)


def _are_tables(value: Any) -> bool:
    """Whether a list is written as tables with headings: short ones without tables in them stand in one line."""
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and any(
            isinstance(inner, Mapping | list)
            for entry in value
            if isinstance(entry, Mapping)
            for inner in entry.values()
        )
    )


def _place(exc: tomllib.TOMLDecodeError) -> str:
    words = str(exc)
    return words[words.rfind('(') + 1 :].rstrip(')') if '(at ' in words else 'somewhere'
