"""Files of manifests, as people and kubectl write them, to plain mappings."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from netbox_calico.planning.errors import InvalidInput

STDIN = '-'

_SPACE = re.compile(r'\s*')
_TIMESTAMP = 'tag:yaml.org,2002:timestamp'
_INTEGER = 'tag:yaml.org,2002:int'
_UTF_16 = (b'\xff\xfe', b'\xfe\xff')
_MANIFESTS = ('.yaml', '.yml', '.json')


class _Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):  # type: ignore[misc]
    """Reads scalars as kubectl does: a date stays text, and so does what YAML 1.1 takes for a number in base 60.

    A key that stands twice is a mistake, as it is to kubectl.
    """

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Comes before a mapping is made, and twice to one that others are merged from, whose keys are mixed then."""
        if 'looked_through' not in vars(node):
            vars(node)['looked_through'] = True
            seen: set[str] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        raise yaml.MarkedYAMLError(problem=_twice(key.value), problem_mark=key.start_mark)
                    seen.add(key.value)
        super().flatten_mapping(node)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in (_TIMESTAMP, _INTEGER)]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_INTEGER, re.compile(r'[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+)\Z'), list('-+0123456789'))


class Documents:
    """The objects in YAML or JSON files, ``-`` being standard input, in order. Empty documents are left out.
    A directory stands for the manifests that lie in it, by name.

    ``place`` says where the one stands that was given out last: whoever cannot read it tells so.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self._files = files
        self.place = ''

    def __iter__(self) -> Iterator[Any]:
        """Raises InvalidInput for a file that cannot be read."""
        for file in chain.from_iterable(map(_files, self._files)):
            self.place = ''
            for number, document in enumerate(_documents(file), start=1):
                if document is not None:
                    self.place = f'{_named(file)}, document {number}: '
                    yield document
        self.place = ''


def read_lines(file: str) -> Iterator[tuple[str, Any]]:
    """The JSON values of a file that holds one a line, with their places. Raises InvalidInput."""
    for number, line in enumerate(_text(file).split('\n'), start=1):
        if line.strip():
            place = f'{_named(file)}, line {number}'
            try:
                yield place, json.loads(line, object_pairs_hook=_mapping)
            except ValueError as exc:
                raise InvalidInput(f'{place} is no JSON: {exc}. Write one cluster a line.') from exc
            except RecursionError as exc:
                raise InvalidInput(f'{place} is nested too deeply: no cluster is.') from exc


def _files(file: str) -> Iterator[str]:
    if file == STDIN or not Path(file).is_dir():
        yield file
        return
    found = sorted(str(path) for path in Path(file).iterdir() if path.suffix in _MANIFESTS)
    if not found:
        raise InvalidInput(f'{file} has no manifest in it: name files that end in {", ".join(_MANIFESTS)}.')
    yield from found


def _documents(file: str) -> Iterable[Any]:
    """JSON is read as such where it is JSON: YAML's reader takes a hundred times as long, and no tabs.

    That reader is also asked what is wrong with JSON, for it knows the line.
    """
    text = _text(file)
    try:
        if text.lstrip()[:1] in ('{', '['):
            with suppress(ValueError):
                return list(_json_values(text))
        return list(yaml.load_all(text, _Loader))
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        where = f', line {mark.line + 1}, column {mark.column + 1}' if mark else ''
        raise InvalidInput(f'{_named(file)}{where} is no readable YAML: {exc.problem or exc.context}.') from exc
    except (yaml.YAMLError, ValueError) as exc:
        raise InvalidInput(f'{_named(file)} is no readable YAML: {" ".join(str(exc).split())}.') from exc
    except RecursionError as exc:
        raise InvalidInput(f'{_named(file)} is nested too deeply: no manifest is.') from exc


def _json_values(text: str) -> Iterator[Any]:
    """One value after the other, as several calls of kubectl write them into one file."""
    decoder, position = json.JSONDecoder(object_pairs_hook=_mapping), 0
    while (position := _SPACE.match(text, position).end()) < len(text):  # type: ignore[union-attr]
        value, position = decoder.raw_decode(text, position)
        yield value


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(_twice(next(key for key in keys if keys.count(key) > 1)))
    return mapping


def _twice(key: str) -> str:
    return f'the key {key!r} stands twice in one mapping: leave one of the two out'


def _text(file: str) -> str:
    """UTF-8, or the UTF-16 with a byte order mark that PowerShell writes, whatever the locale."""
    try:
        data = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
        return data.decode('utf-16' if data.startswith(_UTF_16) else 'utf-8-sig')
    except OSError as exc:
        raise InvalidInput(f'{_named(file)} cannot be read: {exc.strerror or exc}.') from exc
    except UnicodeDecodeError as exc:
        raise InvalidInput(f'{_named(file)} cannot be read: it is no UTF-8 ({exc.reason}): save it as that.') from exc


def _named(file: str) -> str:
    return 'stdin' if file == STDIN else file
