"""``netbox-calico expand``: the BGP sessions that Calico's agent will run, from manifests alone."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.expansion import Expansion, Origin, Resources, Session, expand
from netbox_calico.planning.expansion.agent import RELEASE
from netbox_calico.planning.expansion.record import overlap_record, session_record

from .manifests import STDIN, Documents, read_lines

OLDEST = (3, 30)
NO_ADDRESS = (
    'no sessions, for there is no address for BGP: calico-node writes it into the annotations'
    ' projectcalico.org/IPv4Address and projectcalico.org/IPv6Address.'
)
COLUMNS = ('NODE', 'NEIGHBOR', 'PORT', 'REMOTE AS', 'LOCAL AS', 'SOURCE', 'FROM', 'OPTIONS')


def register(commands: Any) -> None:
    """Add the subcommand to ``commands`` (argparse's)."""
    parser = commands.add_parser(
        'expand',
        help="the BGP sessions that Calico's agent will run on each node",
        description=(
            "Read Calico's resources, Nodes and Secrets and print the BGP sessions that Calico's own agent will run on"
            ' each node, and where several BGPPeers claim one session. What the agent ignores is told on stderr.'
        ),
        epilog='Exit status: 0 when the sessions were computed, 1 when the input cannot be read, 2 for a wrong call.',
    )
    parser.add_argument(
        'files', nargs='+', metavar='FILE', help='manifests of one cluster, YAML or JSON; - reads standard input'
    )
    parser.add_argument(
        '--format',
        choices=('yaml', 'jsonl'),
        default='yaml',
        help='yaml: manifests, many documents a file; jsonl: a cluster (nodes, secrets, resources) a line',
    )
    parser.add_argument('--output', choices=('table', 'jsonl'), help='default: table for yaml, jsonl for jsonl')
    parser.add_argument('--node', action='append', metavar='NAME', help='only this node; may be repeated')
    parser.add_argument(
        '--namespace', help="calico-node's own: only Secrets of it count (yaml only; default: all count)"
    )
    parser.add_argument(
        '--release', '--calico', type=_release, default=RELEASE, metavar='X.Y', help='of Calico (default: 3.32)'
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the expansion of every cluster in the files."""
    write = _write_table if (arguments.output or {'yaml': 'table'}.get(arguments.format)) == 'table' else _write_line
    for name, resources in _clusters(arguments):
        unknown = set(arguments.node or ()) - {node.name for node in resources.nodes}
        if unknown:
            raise InvalidInput(f'{name} has no node {", ".join(sorted(unknown))}: correct --node.')
        expansion = expand(resources, arguments.node, arguments.release)
        bare = [
            node.name for node in resources.nodes if node.name in expansion.sessions and not (node.ipv4 or node.ipv6)
        ]
        if bare:
            _tell(name, 'note', f'Node/{listed(bare)}', NO_ADDRESS)
        for finding in expansion.findings:
            _tell(name, finding.severity, finding.subject, finding.message)
        write(name, expansion, sys.stdout)
    return 0


def _tell(cluster: str, severity: str, subject: str, message: str) -> None:
    print(f'{cluster}: {severity}: {subject}: {message}', file=sys.stderr)


def _release(text: str) -> tuple[int, int]:
    match = re.fullmatch(r'v?(\d+)\.(\d+)(?:\.\d+)?', text)
    if match is None or (release := (int(match[1]), int(match[2]))) < OLDEST:
        raise argparse.ArgumentTypeError(f'{text!r} is no release that is known: write 3.30 or later')
    return release


def _clusters(arguments: argparse.Namespace) -> Iterator[tuple[str, Resources]]:
    """The clusters in the files: one a line, or one that all the files describe together."""
    if arguments.format == 'yaml':
        yield _cluster(arguments)
        return
    for file in arguments.files:
        for place, case in read_lines(file):
            if not isinstance(case, Mapping):
                raise InvalidInput(f'{place} is no JSON object: write one with nodes, secrets and resources.')
            try:
                yield str(case.get('name') or place), Resources.from_case(case)
            except InvalidInput as exc:
                raise InvalidInput(f'{place}: {exc}') from exc


def _cluster(arguments: argparse.Namespace) -> tuple[str, Resources]:
    documents = Documents(arguments.files)
    try:
        resources = Resources.from_objects(documents, arguments.namespace)
    except InvalidInput as exc:
        lines = all(file.endswith('.jsonl') for file in arguments.files)
        hint = ' For a file with a cluster a line say --format jsonl.' if lines else ''
        raise InvalidInput(f'{documents.place}{exc}{hint}') from exc
    first = arguments.files[0]
    name = 'stdin' if first == STDIN else Path(first).stem
    if not resources.nodes:
        raise InvalidInput(f'{name} has no Node: give the Nodes (kubectl get nodes -o json) with the other manifests.')
    return name, resources


def _write_line(name: str, expansion: Expansion, out: TextIO) -> None:
    """One JSON object on one line, written node by node: a mesh of N nodes has N x (N - 1) sessions."""
    overlaps = [overlap_record(overlap) for overlap in expansion.overlaps]
    out.write(f'{{"name": {_json(name)}, "overlap": {_json(overlaps)}, "sessions": {{')
    for number, (node, sessions) in enumerate(expansion.sessions.items()):
        records = [session_record(session) for session in sessions]
        out.write(f'{", " if number else ""}{_json(node)}: {_json(records)}')
    out.write('}}\n')


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write_table(name: str, expansion: Expansion, out: TextIO) -> None:
    """Columns as wide as what stands in them, for which the rows are gone through twice, not kept."""
    count, widths = 0, [len(column) for column in COLUMNS]
    for row in _rows(expansion):
        count, widths = count + 1, [max(width, len(cell)) for width, cell in zip(widths, row, strict=True)]
    for row in chain((COLUMNS,), _rows(expansion)):
        print('  '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), file=out)
    print(f'{name}: {counted(count, "session")} on {counted(len(expansion.sessions), "node")}', file=out)
    for overlap in expansion.overlaps:
        port = f' port {overlap.port}' if overlap.port else ''
        peers = ', '.join(overlap.bgp_peers) or 'the mesh for several nodes'
        print(
            f'overlap: {overlap.node} to {overlap.neighbor}{port} is claimed by {peers}; one wins at random', file=out
        )


def _rows(expansion: Expansion) -> Iterator[tuple[str, ...]]:
    contested = {(overlap.node, overlap.neighbor, overlap.port or 179) for overlap in expansion.overlaps}
    for node, sessions in expansion.sessions.items():
        for session in sessions:
            yield _row(node, session, (node, session.neighbor, session.port or 179) in contested)


def _row(node: str, session: Session, overlap: bool) -> tuple[str, ...]:
    return (
        node,
        str(session.neighbor),
        str(session.port or 179),
        str(session.remote_as),
        str(session.local_as),
        str(session.source or '-'),
        _from(session.origin),
        ' '.join(_options(session, overlap)),
    )


def _from(origin: Origin) -> str:
    if origin.is_mesh:
        return 'mesh'
    return f'{origin.bgp_peer} (reverse)' if origin.reverse else origin.bgp_peer


def _options(session: Session, overlap: bool) -> Iterator[str]:
    words: Sequence[tuple[object, str]] = (
        (overlap, 'overlap!'),
        (session.password, 'password'),
        (session.passive, 'passive'),
        (session.ttl_security, f'ttl-security={session.ttl_hops}'),
        (session.rr_client, f'rr-client({session.rr_cluster_id})'),
        (session.next_hop, f'next-hop-{session.next_hop}'),
        (session.allow_local_as, f'allow-local-as={session.allow_local_as}'),
        (session.restart_time is not None, f'restart-time={session.restart_time}s'),
        (session.keepalive is not None, f'keepalive={session.keepalive}s'),
        (session.import_filters, f'import={",".join(session.import_filters)}'),
        (session.export_filters, f'export={",".join(session.export_filters)}'),
        (session.reachable_by, f'reachable-by={session.reachable_by}'),
    )
    return (word for shown, word in words if shown)
