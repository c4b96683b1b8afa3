"""Draws the sessions of every kind of speaker against the number of nodes, a small picture for each design."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import log10

from netbox_calico.planning.sizing import Role, Scale, Sized, side_by_side

FEWEST, MOST = 5, 5000
NODES_A_RACK = 20
POINTS = 90
COLUMNS = 4

PICTURE = (236, 196)
AREA = (46, 34, 148, 132)
TOP = 62

COLORS = {
    Role.NODE: '#0060a8',
    Role.REFLECTOR: '#c8500a',
    Role.EXTERNAL: '#c8500a',
    Role.SPINE: '#9c3587',
    Role.TOR: '#00805c',
}
LEGEND = {'node': Role.NODE, 'reflector': Role.REFLECTOR, 'spine reflector': Role.SPINE, 'TOR': Role.TOR}
TITLES = {
    'mesh': 'Mesh',
    'tor-full-tables': 'TOR, every design and scheme',
    'reflectors': 'Reflectors, one cluster ID',
    'reflectors-multi': 'Reflectors, an ID each',
    'reflectors-quorum': 'Reflectors, quorum',
    'reflectors-hierarchy': 'Reflectors, hierarchy',
    'reflectors-external': 'External reflectors',
    'reflectors-tor': 'Reflectors that peer with TORs',
}

type Point = tuple[int, int]


def sessions_plot() -> str:
    """The whole picture, as SVG."""
    return '\n'.join(_svg()) + '\n'


def scale_of(nodes: int) -> Scale:
    """What is drawn: 20 nodes and two TORs a rack, one family, as many reflectors as the planner takes."""
    return Scale.of(nodes, racks=-(-nodes // NODES_A_RACK))


def sampled() -> Sequence[int]:
    """Numbers of nodes, evenly far apart on the scale of the picture."""
    step = (MOST / FEWEST) ** (1 / (POINTS - 1))
    return sorted({round(FEWEST * step**number) for number in range(POINTS)})


def _svg() -> Iterator[str]:
    width, height = PICTURE[0] * COLUMNS, TOP + PICTURE[1] * -(-len(TITLES) // COLUMNS)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="11" fill="#333">'
    )
    yield f'<title id="title">BGP sessions of one speaker, {FEWEST} to {MOST} nodes, by design</title>'
    yield f'<rect width="{width}" height="{height}" fill="#fff"/>'
    yield (
        f'<text x="{AREA[0]}" y="22" font-size="14" font-weight="600">'
        'BGP sessions of one speaker, by the number of nodes</text>'
    )
    yield from _legend()
    found = {nodes: {design.key: design for design in side_by_side(scale_of(nodes))} for nodes in sampled()}
    for number, (key, title) in enumerate(TITLES.items()):
        x, y = PICTURE[0] * (number % COLUMNS), TOP + PICTURE[1] * (number // COLUMNS)
        yield f'<g transform="translate({x} {y})">'
        yield from _picture(title, {nodes: designs[key] for nodes, designs in found.items()})
        yield '</g>'
    yield '</svg>'


def _legend() -> Iterator[str]:
    x = AREA[0]
    for word, role in LEGEND.items():
        yield f'<path d="M{x} 42h18" stroke="{COLORS[role]}" stroke-width="2.5"/>'
        yield f'<text x="{x + 23}" y="46">{word}</text>'
        x += 50 + 6 * len(word)
    yield f'<path d="M{x} 42h18" stroke="#555" stroke-width="2" stroke-dasharray="2 3"/>'
    yield f'<text x="{x + 23}" y="46">not to be built</text>'
    x += 128
    yield f'<path d="M{x} 42h18" stroke="#ccc" stroke-width="2.5"/>'
    yield f'<text x="{x + 23}" y="46">a node of the mesh</text>'


def _picture(title: str, designs: dict[int, Sized]) -> Iterator[str]:
    left, top, wide, high = AREA
    yield f'<text x="{left}" y="{top - 14}" font-weight="600">{escape(title)}</text>'
    for power in range(5):
        y = _y(10**power)
        yield f'<path d="M{left} {y}h{wide}" stroke="#eee"/>'
        yield f'<text x="{left - 5}" y="{y + 4:.1f}" text-anchor="end" fill="#777">{10**power:,}</text>'
    for nodes in (FEWEST, 50, 500, MOST):
        x = _x(nodes)
        yield f'<path d="M{x} {top}v{high}" stroke="#eee"/>'
        yield f'<text x="{x}" y="{top + high + 14}" text-anchor="middle" fill="#777">{nodes:,}</text>'
    yield f'<path d="{_path([(nodes, nodes - 1) for nodes in designs])}" fill="none" stroke="#ccc" stroke-width="2.5"/>'
    ends = []
    for role in (Role.SPINE, Role.REFLECTOR, Role.EXTERNAL, Role.TOR, Role.NODE):
        for dashed in (False, True):
            drawn = list(_points(designs, role, dashed))
            if drawn:
                dash = ' stroke-dasharray="2 3"' if dashed else ''
                yield f'<path d="{_path(drawn)}" fill="none" stroke="{COLORS[role]}" stroke-width="2"{dash}/>'
        last = designs[MOST].of(role)
        if last:
            ends.append((last.sessions.most, COLORS[role]))
    yield from _ends(ends)


def _points(designs: dict[int, Sized], role: Role, refused: bool) -> Iterator[Point]:
    """Where the design may be built, or from the last such place on where it may not."""
    before: Point | None = None
    for nodes, design in designs.items():
        speakers = design.of(role)
        if speakers is None:
            continue
        point = nodes, speakers.sessions.most
        if design.refused is refused:
            if refused and before:
                yield before
                before = None
            yield point
        else:
            before = point


def _ends(ends: list[tuple[int, str]]) -> Iterator[str]:
    """The values at the right edge, pushed apart where they would cover each other."""
    x, free = AREA[0] + AREA[2] + 4, float(AREA[1] + AREA[3] + 14)
    for value, color in sorted(ends):
        y = min(_y(value) + 4, free)
        free = y - 11
        yield f'<text x="{x}" y="{y:.1f}" fill="{color}">{value:,}</text>'


def _path(points: Sequence[Point]) -> str:
    return 'M' + 'L'.join(f'{_x(nodes)} {_y(sessions)}' for nodes, sessions in points)


def _x(nodes: int) -> float:
    return round(AREA[0] + AREA[2] * log10(nodes / FEWEST) / log10(MOST / FEWEST), 1)


def _y(sessions: int) -> float:
    return round(AREA[1] + AREA[3] * (1 - log10(sessions) / 4), 1)
