"""GoBGP's configuration file as chunks of text: a table with all that stands in it, or comments between tables.

What a chunk says is asked of the standard library's reader of TOML; what is written stays as people wrote it.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

HEADING = re.compile(r'\s*(\[\[?)\s*([^\[\],]+?)\s*\]\]?\s*(?:#.*)?$')


@dataclass(frozen=True)
class Chunk:
    """One table of the file; ``heading`` is '' for what stands under none."""

    heading: str
    text: str = field(repr=False)

    @property
    def data(self) -> dict[str, Any]:
        """What it says."""
        return tomllib.loads(self.text)

    @property
    def said(self) -> str:
        """What makes it the same chunk elsewhere."""
        return self.text.strip()


def split(text: str) -> list[Chunk]:
    """The chunks in order; together they are the text."""
    chunks: list[Chunk] = []
    heading, is_array = '', False
    lines: list[str] = []
    waiting: list[str] = []

    def end() -> None:
        if lines:
            chunks.append(Chunk(heading, ''.join(lines)))
        if any(line.strip() for line in waiting):
            # What people say between two tables stays where it is, whatever becomes of the tables.
            chunks.append(Chunk('', ''.join(waiting)))
            waiting.clear()

    for line in text.splitlines(keepends=True):
        found = HEADING.match(line)
        if found and not (is_array and found[2].startswith(heading + '.')):
            end()
            heading, is_array = found[2], found[1] == '[['
            lines, waiting = [*waiting, line], []
        elif not line.strip() or line.lstrip().startswith('#'):
            waiting.append(line)
        else:
            lines, waiting = [*lines, *waiting, line], []
    end()
    if waiting:
        chunks.append(Chunk('', ''.join(waiting)))
    return chunks


def joined(chunks: Sequence[Chunk]) -> str:
    """The text of chunks, each of which begins a line."""
    return ''.join(chunk.text if chunk.text.endswith('\n') else chunk.text + '\n' for chunk in chunks)


def undone(before: str, after: str, now: str) -> str:
    """The file to go back to: ``before``, keeping what others changed between ``after`` and ``now``."""
    if now == after:
        return before
    was, left = split(before), split(after)
    gone, came = _without(was, left), _without(left, was)
    kept = _without(split(now), came)
    present = Counter(chunk.said for chunk in kept)
    return joined([*kept, *(chunk for chunk in gone if not present[chunk.said])])


def lost(before: str, after: str, now: str) -> list[str]:
    """Of the change from ``before`` to ``after``, the tables that are no longer so in ``now``."""
    was, left, have = split(before), split(after), Counter(chunk.said for chunk in split(now))
    missing = [chunk for chunk in _without(left, was) if not have[chunk.said]]
    return [chunk.heading for chunk in missing] + [c.heading for c in _without(was, left) if have[c.said]]


def _without(chunks: Sequence[Chunk], others: Sequence[Chunk]) -> list[Chunk]:
    """Chunks that are not among the others, counted."""
    there = Counter(chunk.said for chunk in others)
    found = []
    for chunk in chunks:
        if there[chunk.said]:
            there[chunk.said] -= 1
        else:
            found.append(chunk)
    return found
