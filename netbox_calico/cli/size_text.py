"""Sizing for the terminal: one table where it is wide enough, else two, and what is to be said below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from textwrap import wrap

from netbox_calico.planning.sizing import CONDITIONS, Recommendation, Scale, Sized, remarks, typha_replicas
from netbox_calico.planning.sizing.readable import row, scale_text

TITLES = ('DESIGN', 'NODE', 'REFLECTOR', 'SPINE', 'TOR', 'ALL', 'ROUTES', 'PATHS', 'PEERS', 'EVALS', 'AS')
SESSIONS = 6
RECOMMENDED, REFUSED = '*', 'x'
LEGEND = (
    'NODE to TOR: sessions of each, ALL: of all together. ROUTES, PATHS: what a node holds at most. PEERS: BGPPeers. '
    "EVALS: selector evaluations by Calico's agent on every node at each label change. AS: AS numbers of the nodes. "
    f'{RECOMMENDED} recommended, {REFUSED} not to be built.'
)


def size_text(scale: Scale, designs: Sequence[Sized], recommended: Recommendation, width: int) -> str:
    """All of it, in lines of that width where a table does not need more."""
    replicas = typha_replicas(scale)
    lines = [*wrap(scale_text(scale), width), f'Typha: {f"{replicas} replicas at least" if replicas else "none"}', '']
    marked = [(_mark(design, recommended), *astuple(row(design))) for design in designs]
    rows = [('', *TITLES), *marked]
    whole = _table(rows)
    if max(map(len, whole)) <= width:
        lines += whole
    else:
        cut = SESSIONS + 1
        lines += [*_table([line[:cut] for line in rows]), '', *_table([line[:2] + line[cut:] for line in rows])]
    lines += ['', *wrap(LEGEND, width), '']
    lines += wrap(f'Recommended: {recommended.design.label}. {recommended.reason}', width)
    lines += _measured(designs, width)
    for remark in remarks(designs):
        text = f'{remark.severity}: {remark.message} ({"; ".join(remark.designs)})'
        lines += ['', *wrap(text, width, subsequent_indent='  ', break_on_hyphens=False)]
    return '\n'.join(lines)


def _mark(design: Sized, recommended: Recommendation) -> str:
    if design.refused:
        return REFUSED
    return RECOMMENDED if design == recommended.design else ''


def _table(rows: Sequence[Sequence[str]], texts: int = 2) -> list[str]:
    """The first columns are texts and stand left, the others are numbers and stand right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        '  '.join(
            cell.ljust(width) if number < texts else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in rows
    ]


def _measured(designs: Sequence[Sized], width: int) -> Iterator[str]:
    found = {design.measured: None for design in designs if design.measured}
    if not found:
        return
    yield ''
    yield from wrap(f'Measured, not calculated: {CONDITIONS}', width)
    yield from _table(
        [
            ('AS MEASURED', 'NODES', 'PEERS', 'START', 'CHANGE', 'MEMORY'),
            *((of.kind, f'{of.nodes:,}', f'{of.bgp_peers:,}', of.start, of.label_change, of.memory) for of in found),
        ],
        texts=1,
    )
    conditions = ''.join(f' With {of.bgp_peers:,} PEERS: {of.condition}.' for of in found if of.condition)
    said = f"START: to the agent's first configuration. CHANGE: CPU time after one label change.{conditions}"
    yield from wrap(said, width)
