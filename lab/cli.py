"""The command line of the lab: `python -m lab up|down|status|traffic|exec`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lab import traffic
from lab.addressing import Family
from lab.datacentre import BIRD, FOLDER, Lab, take_down, up
from lab.errors import LabError
from lab.topology import Shape


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 1 with a sentence on standard error when it cannot be done."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except LabError as exc:
        print(f'lab: {exc}', file=sys.stderr)
        return 1


def _families(text: str) -> tuple[Family, ...]:
    try:
        return tuple({'4': 4, '6': 6}[family] for family in text.split(','))  # type: ignore[misc]
    except KeyError as exc:
        raise argparse.ArgumentTypeError('choose 4, 6 or 4,6') from exc


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument('--name', default='lab', help='tells labs on one machine apart (default: lab)')
    common.add_argument('--folder', type=Path, help=f'where its files lie (default: {FOLDER}/NAME)')
    parser = argparse.ArgumentParser(prog='python -m lab', description='A data centre on one machine.')
    commands = parser.add_subparsers(required=True, metavar='COMMAND')

    command = commands.add_parser('up', parents=[common], help='start a lab')
    command.add_argument('--racks', type=int, default=2)
    command.add_argument('--nodes', type=int, default=3, help='nodes a rack (default: 3)')
    command.add_argument('--bare', type=int, default=0, help='how many of them run no pods (default: none)')
    command.add_argument('--tors', type=int, default=2, help='top-of-rack routers a rack (default: 2)')
    command.add_argument('--spines', type=int, default=1)
    command.add_argument('--reflectors', type=int, default=0, help='route reflectors beside the racks (default: none)')
    command.add_argument('--gobgp', type=int, default=0, help='how many of them run GoBGP (default: none)')
    command.add_argument(
        '--shared-addresses', action='store_true', help='give the TORs of one position one address in all racks'
    )
    command.add_argument('--families', type=_families, default=(4, 6), help='4, 6 or 4,6 (default: both)')
    command.add_argument(
        '--topology',
        choices=('overlay', 'default'),
        default='overlay',
        help='how nodes reach those of other racks: over VXLAN, or by the default route alone',
    )
    command.add_argument('--renderer', default='', help="a program that renders BIRD's configuration on each node")
    command.add_argument('--bird', type=Path, default=BIRD, help=f'the BIRD of the nodes (default: {BIRD})')
    command.set_defaults(run=_up)

    command = commands.add_parser('down', parents=[common], help='end a lab, also after a crash')
    command.set_defaults(run=_down)

    command = commands.add_parser('status', parents=[common], help='show routers, nodes and what is not Established')
    command.set_defaults(run=_status)

    command = commands.add_parser('traffic', parents=[common], help='send traffic and print what was lost as JSON')
    command.add_argument('--seconds', type=float, default=10.0)
    command.add_argument('--rate', type=float, default=1000.0, help='packets a second a UDP flow (default: 1000)')
    command.set_defaults(run=_traffic)

    command = commands.add_parser('exec', parents=[common], help='run a program on a device')
    command.add_argument('device')
    command.add_argument('argv', nargs=argparse.REMAINDER, metavar='PROGRAM ...')
    command.set_defaults(run=_exec)
    return parser


def _folder(options: argparse.Namespace) -> Path:
    folder: Path = options.folder or FOLDER / options.name
    return folder.resolve()


def _up(options: argparse.Namespace) -> None:
    shape = Shape(
        racks=options.racks,
        nodes=options.nodes,
        tors=options.tors,
        spines=options.spines,
        families=options.families,
        variant=options.topology,
        bare=options.bare,
        reflectors=options.reflectors,
        gobgp=options.gobgp,
        shared_addresses=options.shared_addresses,
    )
    started = time.monotonic()
    lab = up(shape, name=options.name, folder=_folder(options), renderer=options.renderer, bird=options.bird.resolve())
    print(
        f'The lab {options.name} is up in {time.monotonic() - started:.1f} s: {len(lab.topology.routers)} routers,'
        f' {len(lab.topology.nodes)} nodes in mesh. KUBECONFIG={lab.kubeconfig}'
    )


def _down(options: argparse.Namespace) -> None:
    take_down(options.name, _folder(options))
    print(f'Nothing of the lab {options.name} runs any more.')


def _status(options: argparse.Namespace) -> int:
    lab = Lab.find(_folder(options))
    down = lab.sessions_down()
    print(
        json.dumps(
            {
                'name': lab.record.name,
                'kubeconfig': str(lab.kubeconfig),
                'routers': {
                    name: {
                        'address': str(router.management_address),
                        'port': router.port,
                        'username': router.username,
                        'key_file': str(router.key_file),
                        'host_key': router.host_key,
                    }
                    for name, router in lab.routers.items()
                },
                'nodes': [node.name for node in lab.topology.nodes],
                'down': down,
            },
            indent=2,
        )
    )
    return int(bool(down))


def _traffic(options: argparse.Namespace) -> None:
    lab = Lab.find(_folder(options))
    with traffic.measure(lab, rate=options.rate) as measurement:
        time.sleep(options.seconds)
    print(json.dumps(measurement.report.as_json(), indent=2))


def _exec(options: argparse.Namespace) -> None:
    if not options.argv:
        raise LabError('exec needs a program to run: python -m lab exec tor-1a vtysh')
    sys.stdout.flush()
    namespace = Lab.find(_folder(options)).namespace(options.device)
    argv = namespace.command(options.argv)
    os.execvp(argv[0], argv)
