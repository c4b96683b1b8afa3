"""``netbox-calico size``: what each design needs at a size, side by side, from numbers alone."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from typing import Any

from netbox_calico.planning.model.options import Options
from netbox_calico.planning.sizing import Scale, recommend, side_by_side, sizing_record

from .size_text import size_text

OPTIONS = Options()
NODES_A_RACK = 20


def register(commands: Any) -> None:
    """Add the subcommand to ``commands`` (argparse's)."""
    parser = commands.add_parser(
        'size',
        help='sessions, routes and BGPPeers of every design at a size',
        description=(
            'Calculate what every design needs for so many nodes: BGP sessions of a node, reflector, spine and TOR,'
            " routes, BGPPeers, the work of Calico's agent and Typha, with a recommendation."
        ),
    )
    parser.add_argument('--nodes', type=int, required=True, metavar='N')
    parser.add_argument('--racks', type=int, metavar='N', help=f'default: one for every {NODES_A_RACK} nodes')
    parser.add_argument(
        '--tors', type=int, default=2, metavar='N', help='TORs a rack that peer with nodes, 0 if none does (default: 2)'
    )
    parser.add_argument('--families', choices=('4', '6', '46'), default='4', help='IPv4, IPv6, or both (default: 4)')
    parser.add_argument(
        '--reflectors',
        type=int,
        metavar='R',
        help=f'default: one for every {OPTIONS.nodes_per_reflector} nodes, {OPTIONS.reflectors_min} to '
        f'{OPTIONS.reflectors_max}',
    )
    parser.add_argument(
        '--redundancy',
        type=int,
        metavar='K',
        help=f'reflectors that a client peers with; in a hierarchy, of each rack (default: {OPTIONS.redundancy})',
    )
    parser.add_argument(
        '--spines',
        type=int,
        default=OPTIONS.spine_reflectors,
        metavar='N',
        help=f'spine reflectors of a hierarchy (default: {OPTIONS.spine_reflectors})',
    )
    parser.add_argument(
        '--external', type=int, default=2, metavar='N', help='reflectors outside of the cluster (default: 2)'
    )
    parser.add_argument(
        '--blocks', type=int, default=1, metavar='N', help='pod blocks of a node in each family (default: 1)'
    )
    parser.add_argument('--datastore', choices=('kubernetes', 'etcd'), default='kubernetes')
    parser.add_argument('--json', action='store_true', help='print a JSON object')
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print all designs at that scale."""
    scale = Scale.of(
        nodes=arguments.nodes,
        racks=-(-arguments.nodes // NODES_A_RACK) if arguments.racks is None else arguments.racks,
        tors=arguments.tors,
        families=tuple(int(family) for family in arguments.families),
        reflectors=arguments.reflectors,
        redundancy=arguments.redundancy,
        spines=arguments.spines,
        external=arguments.external,
        blocks=arguments.blocks,
        datastore=arguments.datastore,
    )
    designs, recommended = side_by_side(scale), recommend(scale)
    if arguments.json:
        json.dump(sizing_record(scale, designs, recommended), sys.stdout, indent=2)
        print()
    else:
        print(size_text(scale, designs, recommended, shutil.get_terminal_size().columns))
    return 0
