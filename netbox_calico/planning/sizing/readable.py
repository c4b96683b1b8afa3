"""A design as a row of texts, the same wherever it is shown: in the terminal, in the docs and in NetBox."""

from __future__ import annotations

from dataclasses import dataclass

from .scale import Scale
from .sized import Role, Sized, Speakers
from .spread import Spread

NONE = '-'


@dataclass(frozen=True, slots=True)
class Row:
    """``node`` to ``tor`` are the sessions of a speaker; external reflectors stand among the reflectors.

    ``routes`` and ``paths`` are those of the node that has most. A dash is for what there is not, and for what only the
    proof can tell.
    """

    design: str
    node: str
    reflector: str
    spine: str
    tor: str
    sessions: str
    routes: str
    paths: str
    bgp_peers: str
    evaluations: str
    as_numbers: str


def row(design: Sized) -> Row:
    """The figures of a design as texts; all are dashes where it cannot be made."""
    if not design.speakers:
        return Row(design.label, *(NONE,) * 10)
    node = design.of(Role.NODE)
    return Row(
        design.label,
        _sessions(node),
        _sessions(design.of(Role.REFLECTOR) or design.of(Role.EXTERNAL)),
        _sessions(design.of(Role.SPINE)),
        _sessions(design.of(Role.TOR)),
        f'{design.sessions:,}',
        f'{node.routes:,}' if node else NONE,
        f'{node.paths.most:,}' if node and node.paths else NONE,
        f'{design.bgp_peers:,}',
        f'{design.evaluations:,}',
        f'{design.as_numbers:,}',
    )


def spread_text(spread: Spread | None) -> str:
    """The value, or the least and the most of it."""
    if spread is None:
        return NONE
    return f'{spread.least:,}' if spread.least == spread.most else f'{spread.least:,}-{spread.most:,}'


def scale_text(scale: Scale) -> str:
    """The scale in a sentence's part, for headings."""
    in_rack = spread_text(Spread.even(scale.nodes, scale.racks))
    families = ' and '.join(f'IPv{family}' for family in scale.families)
    words = [
        _of(scale.nodes, 'node'),
        f'{_of(scale.racks, "rack")} of {in_rack}',
        f'{_of(scale.tors, "TOR")} a rack',
        families,
        f'{_of(scale.reflectors, "reflector")}, {scale.redundancy} a client or rack',
        _of(scale.spines, 'spine reflector'),
        _of(scale.external, 'external reflector'),
        f'{_of(scale.blocks, "block")} a node',
    ]
    return '; '.join(words)


def _of(number: int, word: str) -> str:
    return f'{number:,} {word}{"" if number == 1 else "s"}'


def _sessions(speakers: Speakers | None) -> str:
    return spread_text(speakers.sessions if speakers else None)
