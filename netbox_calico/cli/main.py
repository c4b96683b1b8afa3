"""The command's entry: one subcommand a file, and every error of ours as one line on stderr."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from netbox_calico.planning.errors import CalicoError

from . import expand, size

COMMANDS = (expand, size)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; the exit status is its own, or 1 after an error of ours."""
    parser = argparse.ArgumentParser(prog='netbox-calico', description='BGP for Calico clusters, planned and proven.')
    commands = parser.add_subparsers(title='commands', required=True, metavar='COMMAND')
    for command in COMMANDS:
        command.register(commands)
    chosen = parser.parse_args(arguments)
    try:
        status = int(chosen.run(chosen))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever reads has seen enough (head). Python would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except CalicoError as exc:
        print(f'netbox-calico: {exc}', file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main())
