"""A candidate: the tables of one prefix as they shall be, put in the place of those that the file has of it.

Its first line is ``# replaces PREFIX``. A table is of the prefix when its name is the prefix, a hyphen and one word, a
neighbour when its group is. Policies are attached for the whole router in one list: of that, names of the prefix are
replaced, and come first. Whatever else the file says it says afterwards, word by word.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from napalm.base.exceptions import MergeConfigException

from napalm_gobgp.on_device.chunks import Chunk, joined, split

HEAD = re.compile(r'# replaces (\S+)\n')
ATTACHED = 'global.apply-policy.config'
LISTS = ('import-policy-list', 'export-policy-list')
_NAMED = (
    (('defined-sets', 'prefix-sets'), ('prefix-set-name',)),
    (('defined-sets', 'neighbor-sets'), ('neighbor-set-name',)),
    (('defined-sets', 'bgp-defined-sets', 'community-sets'), ('community-set-name',)),
    (('policy-definitions',), ('name',)),
    (('peer-groups',), ('config', 'peer-group-name')),
    (('neighbors',), ('config', 'peer-group')),
    (('dynamic-neighbors',), ('config', 'peer-group')),
)

type Belongs = Callable[[object], bool]


@dataclass(frozen=True)
class Candidate:
    """Tables of a prefix."""

    prefix: str
    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Candidate:
        """Raises MergeConfigException for a text that says nothing, or more than its first line allows."""
        head = HEAD.match(text)
        if head is None:
            raise MergeConfigException('the candidate does not begin with «# replaces PREFIX»')
        found = cls(head[1], text[head.end() :])
        if _rest(_read(found.text), found._belongs):
            raise MergeConfigException(f'the candidate has tables that are not of {found.prefix}')
        return found

    def applied(self, file: str) -> str:
        """The file with our tables in it. Raises MergeConfigException where other tables would not stay as they are."""
        kept = [chunk for chunk in split(file) if chunk.heading == ATTACHED or not self._is_ours(chunk)]
        mine = split(self.text)
        attached = next((chunk.data for chunk in mine if chunk.heading == ATTACHED), {})
        wanted = _at(attached, *ATTACHED.split('.')) or {}
        new = self._attached(kept, wanted) + [chunk for chunk in mine if chunk.heading != ATTACHED]
        text = joined(new)
        if not self._is_in_place(_read(file), text):
            raise MergeConfigException(
                'the configuration file cannot be changed without touching what is not ours: write its tables with '
                f'headings of their own ([[neighbors]], [[policy-definitions]], [{ATTACHED}]), none in one line'
            )
        return text

    def order(self, running: str) -> dict[str, Any]:
        """What the router is to do, as arguments of its ``commit``: one file in the place of the one that was read."""
        stage = {'instead_of': hashlib.sha256(running.encode()).hexdigest(), 'text': self.applied(running)}
        return {'steps': [], 'secret': [], 'replace': [json.dumps(stage)]}

    def _is_in_place(self, before: Mapping[str, Any], text: str) -> bool:
        """Whether a new file says ours as it shall be, and of others what it said before."""
        try:
            after = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return False
        mine = _own(_read(self.text), self._belongs)
        return _rest(before, self._belongs) == _rest(after, self._belongs) and _own(after, self._belongs) == mine

    def _belongs(self, name: object) -> bool:
        return str(name).rpartition('-')[0] == self.prefix

    def _is_ours(self, chunk: Chunk) -> bool:
        return bool(_own(chunk.data, self._belongs))

    def _attached(self, chunks: list[Chunk], wanted: Mapping[str, list[str]]) -> list[Chunk]:
        """The chunks with our names at the head of the lists of policies; without a table for them, one more."""
        found = next((chunk for chunk in chunks if chunk.heading == ATTACHED), None)
        had = _at(found.data, *ATTACHED.split('.')) if found else {}
        text = found.text if found else f'[{ATTACHED}]\n'
        for key in LISTS:
            others = [name for name in had.get(key, []) if not self._belongs(name)]
            text = _with(text, key, [*wanted.get(key, []), *others])
        new = Chunk(ATTACHED, text)
        if found is None:
            return [*chunks, new] if wanted else chunks
        return [new if chunk is found else chunk for chunk in chunks if chunk is not found or _says(new)]


def _says(chunk: Chunk) -> bool:
    """Whether anything is left of a table beside its heading; a comment is."""
    return len(chunk.text.strip().splitlines()) > 1


def _with(text: str, key: str, names: list[str]) -> str:
    """The table with that list in it; what people say behind it stays, unless nothing of the list does."""
    found = re.search(rf'(?m)^([ \t]*{key}\s*=\s*)\[[^\]]*\]([^\n]*\n?)', text)
    if found:
        line = f'{found[1]}{json.dumps(names)}{found[2]}' if names else ''
        return text[: found.start()] + line + text[found.end() :]
    line = f'{key} = {json.dumps(names)}\n' if names else ''
    return (text if text.endswith('\n') else text + '\n') + line


def _own(data: Mapping[str, Any], belongs: Belongs) -> dict[str, Any]:
    """What is of the prefix, in no order where there is none."""
    found: dict[str, Any] = {}
    for path, name in _NAMED:
        entries = [entry for entry in _at(data, *path) or [] if belongs(_at(entry, *name))]
        if entries:
            found['.'.join(path)] = sorted(map(repr, entries))
    lists = _at(data, *ATTACHED.split('.')) or {}
    for key in LISTS:
        if own := [name for name in lists.get(key, []) if belongs(name)]:
            found[key] = own
    return found


def _rest(data: Mapping[str, Any], belongs: Belongs) -> dict[str, Any]:
    """What is not of the prefix; tables with nothing in them say nothing."""

    def without(path: tuple[str, ...], value: Any) -> Any:
        if isinstance(value, Mapping):
            inner = {key: without((*path, key), entry) for key, entry in value.items()}
            return {key: entry for key, entry in inner.items() if entry not in ({}, [])}
        name = dict(_NAMED).get(path)
        if name is not None:
            return [entry for entry in value if not belongs(_at(entry, *name))]
        if path[:-1] == tuple(ATTACHED.split('.')) and path[-1] in LISTS:
            return [entry for entry in value if not belongs(entry)]
        return value

    found: dict[str, Any] = without((), data)
    return found


def _at(table: Any, *path: str) -> Any:
    for key in path:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MergeConfigException(f'no TOML: {str(error).rpartition("(")[2].rstrip(")")}') from None
