"""Files of manifests, as people and kubectl write them, to plain mappings."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from netbox_calico.planning.errors import InvalidInput

STDIN = '-'

_TIMESTAMP = 'tag:yaml.org,2002:timestamp'
_INTEGER = 'tag:yaml.org,2002:int'


class _Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):  # type: ignore[misc]
    """Reads scalars as kubectl does: a date stays text, and so does what YAML 1.1 takes for a number in base 60."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in (_TIMESTAMP, _INTEGER)]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_INTEGER, re.compile(r'[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+)\Z'), list('-+0123456789'))


def read_documents(file: str) -> Iterator[Any]:
    """The documents of a YAML (or JSON) file; ``-`` is standard input. Empty ones are left out. Raises InvalidInput."""
    try:
        yield from (document for document in yaml.load_all(_text(file), _Loader) if document is not None)
    except yaml.YAMLError as exc:
        raise InvalidInput(f'{file} is no readable YAML: {exc}') from exc


def read_lines(file: str) -> Iterator[Any]:
    """The JSON values of a file that holds one a line; ``-`` is standard input. Raises InvalidInput."""
    for number, line in enumerate(_text(file).splitlines(), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as exc:
                raise InvalidInput(f'{file}, line {number} is no JSON: {exc}') from exc


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == STDIN else Path(file).read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as exc:
        raise InvalidInput(f'{file} cannot be read: {exc}') from exc
