"""Writes the page about sizing and its picture: ``python -m docs.sizing``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path

from docs.sizing_plot import sessions_plot
from netbox_calico.planning.model.plan import Severity
from netbox_calico.planning.sizing import (
    CONDITIONS,
    MEASURED,
    Scale,
    recommend,
    remarks,
    side_by_side,
    typha_replicas,
)
from netbox_calico.planning.sizing.readable import row, scale_text

FOLDER = Path(__file__).parent
NODES_A_RACK = 20
SIZES = (5, 50, 500, 2000, 5000)
HEAD = (
    'design',
    'node',
    'reflector',
    'spine',
    'TOR',
    'in all',
    'routes',
    'paths',
    'BGPPeers',
    'evaluations',
    'AS numbers',
)


def page() -> str:
    return '\n'.join(_page()) + '\n'


def _page() -> Iterator[str]:
    yield """# How much a design needs

<!-- Written by `python -m docs.sizing` from netbox_calico/planning/sizing: change it there. -->

Every figure on this page is arithmetic, exact and for any size, but for the last table, which was measured. For your
own numbers:

    netbox-calico size --nodes 800 --racks 32 --families 46

`--help` names the other numbers, `--json` prints all of it for programs. The tab *Sizing* of a cluster in NetBox shows
the same for the nodes and racks that the cluster has, or for others that you try.

![Sessions of one speaker against the number of nodes, for every design](images/sessions.svg)

Drawn for 20 nodes and two TORs a rack, one family, a reflector for every 200 nodes but 3 at least and 25 at most, 3 of
them a client, 3 a rack in a hierarchy below 3 spine reflectors, and 2 external reflectors. Both axes are logarithmic.

## How to read the tables

- **node** to **TOR** are the sessions of one speaker, **in all** counts each session once. A design's own sessions are
  counted: those of a TOR to the fabric are not among them. Two families have a session each.
- **routes** are the pod blocks of others that a node has to hold, or the default routes; **paths** the ways to them at
  the node that has most, as Calico's BIRD passes on more than one. A dash: only the proof can tell.
- **evaluations** are BGPPeers x nodes: what Calico's agent evaluates on *every* node at *each* label change of any.
- **AS numbers** are the nodes' own.
- **Bold** is recommended, ~~struck out~~ is refused; why stands below the table."""
    for nodes in SIZES:
        yield from _size(Scale.of(nodes, racks=-(-nodes // NODES_A_RACK), families=(4, 6)))
    yield from _without_tors()
    yield from _arithmetic()
    yield from _measured()


def _size(scale: Scale) -> Iterator[str]:
    yield f'\n## {scale.nodes:,} nodes\n'
    replicas = typha_replicas(scale)
    yield f'{scale_text(scale)}. Typha: {f"{replicas} replicas at least" if replicas else "none"}.\n'
    designs, recommended = side_by_side(scale), recommend(scale)
    rows = []
    for design in designs:
        label, *figures = astuple(row(design))
        mark = '~~' if design.refused else '**' if design == recommended.design else ''
        rows.append([f'{mark}{label}{mark}', *figures])
    yield from _table(HEAD, rows)
    yield f'\n**{recommended.design.label}**: {recommended.reason}'
    refused = [remark for remark in remarks(designs) if remark.severity is Severity.ERROR]
    if refused:
        yield ''
    for remark in refused:
        yield f'- ~~{"; ".join(remark.designs)}~~: {remark.message}'


def _without_tors() -> Iterator[str]:
    yield '\n## Where no TOR peers with nodes\n'
    rows = []
    for nodes in SIZES:
        recommended = recommend(Scale.of(nodes, racks=-(-nodes // NODES_A_RACK), tors=0, families=(4, 6)))
        rows.append([f'{nodes:,}', recommended.design.label, f'{recommended.design.sessions:,}', recommended.reason])
    yield from _table(('nodes', 'recommended', 'sessions in all', 'why'), rows, texts=(1, 3))


def _arithmetic() -> Iterator[str]:
    yield """
## The arithmetic

N nodes, T TORs a rack, R reflectors, k of them a client, s spine reflectors, E external ones; times the families.

| design | sessions in all | of a reflector |
|---|---|---|
| mesh | N(N-1)/2 | - |
| every top-of-rack design | N T | - |
| reflectors, one cluster ID | R(N-R) + R(R-1)/2 | N-1 |
| an ID each; quorum | k(N-R) + R(R-1)/2 | k(N-R)/R + R-1 |
| hierarchy, n of N in a rack | k(n-k) + k s a rack, + s(s-1)/2 | n-k + s; spine: k racks + s-1 |
| external reflectors | N E | N |
| reflectors that peer with TORs | R(N-R) + R(R-1)/2 + R T racks | N-1 + T racks |

- **Quorum.** Reflectors of one cluster ID do not pass on each other's clients, so any two clients need a reflector in
  common: 2k > R. There are R! / k!(R-k)! sets of reflectors to choose from.
- **An ID each.** Such reflectors are clients of each other and pass every path on: of a block that one reflector brings
  in, every other has floor(e (R-2)!) paths. 3 reflectors: 2. 4: 5. 6: 65. 11: 986,410.
- **BGPPeers.** Per router: racks x T x families. Shared TOR-side addresses: T x families. An AS a node: N x T x
  families. One group of reflectors: 2. k of R: R + 2, one for each set of neighbours in the ring of reflectors.
  Hierarchy: racks + 3.
- **Typha.** None below 50 nodes and none with etcd; else one replica for every 200 nodes, at least 3."""


def _measured() -> Iterator[str]:
    yield "\n## What Calico's own agent was measured to cost\n"
    yield f'{CONDITIONS} The figures are shown as they were measured and are not carried on to other sizes.\n'
    rows = [
        [
            f'{of.kind}{f", {of.condition}" if of.condition else ""}',
            f'{of.nodes:,}',
            f'{of.bgp_peers:,}',
            of.start,
            of.label_change,
            of.memory,
        ]
        for of in MEASURED
    ]
    head = ('sessions by', 'nodes', 'BGPPeers', 'start to first configuration', 'CPU after one label change', 'memory')
    yield from _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: Sequence[int] = (0,)) -> Iterator[str]:
    yield f'| {" | ".join(head)} |'
    yield f'|{"|".join("---" if number in texts else "---:" for number in range(len(head)))}|'
    for line in rows:
        yield f'| {" | ".join(line)} |'


def files() -> Mapping[str, str]:
    """What each file should say, by its path below the docs."""
    return {'sizing.md': page(), 'images/sessions.svg': sessions_plot()}


if __name__ == '__main__':
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding='utf-8')
