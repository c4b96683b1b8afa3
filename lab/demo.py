"""`make demo`: a data centre and its NetBox on this machine, and a cluster that leaves the mesh before one's eyes.

Everything lies in one folder ($NETBOX_CALICO_DEMO, else `.data/demo` in the checkout), and every start begins anew.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from lab import datacentre, estate, needs
from lab.errors import LabError
from lab.migration import move
from lab.netbox.rest import Rest
from lab.services.daemon import stop_all
from lab.services.netbox import NetBox
from lab.services.postgres import Postgres
from lab.services.redis import Redis

NAME = 'demo'
_FIRST_PORT = 8000
_CONTENT = ('credentials', 'lab', 'netbox', 'postgres', 'redis')


class Progress:
    """Prints what is done, with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f'[{time.monotonic() - self._started:5.1f}s] {text}', flush=True)


def folder() -> Path:
    """Where the demo keeps everything."""
    chosen = os.environ.get('NETBOX_CALICO_DEMO')
    return Path(chosen).resolve() if chosen else Path(__file__).parents[1] / '.data' / 'demo'


def up(name: str = NAME) -> None:
    """Start all of it, show the way in, and move the cluster to its top-of-rack routers. Raises LabError.

    Where this machine cannot run a data centre, NetBox shows the cluster of a recording instead. `name` is the lab's.
    """
    tell = Progress()
    down(name)
    for content in _CONTENT:  # the folder itself may be one that holds other things
        shutil.rmtree(folder() / content, ignore_errors=True)
    missing = needs.missing()
    if missing:
        tell(
            f'No switches and nodes can run here without {_all_of(missing)}, so NetBox shows a recorded cluster, '
            'which can be looked at but not changed.'
        )
    postgres, redis = Postgres(folder() / 'postgres'), Redis(folder() / 'redis')
    try:
        postgres.start()
        redis.start()
        tell('PostgreSQL and Redis')
        if missing:
            show_recorded(postgres, redis, tell, first_port=_FIRST_PORT)
            return
        stands = estate.start(folder(), postgres, redis, name=name, first_port=_FIRST_PORT, tell=tell)
    except BaseException:
        down(name)
        raise
    _move(stands, tell)


def _move(stands: estate.Estate, tell: Progress) -> None:
    netbox, lab = stands.netbox, stands.lab.record
    tell(_login(netbox))
    moved = move(Rest(netbox.url, netbox.token), stands.lab, 'deploy', tell)
    report = moved.traffic
    (folder() / 'traffic.json').write_text(json.dumps(report.as_json(), indent=2))
    sent = sum(flow.sent for flow in report.flows if flow.protocol == 'udp')
    tell(f'from mesh to top of rack: {report.lost} of {sent} packets lost, {len(report.broken)} connections broken')
    print(
        f'\n  {_login(netbox)}\n'
        f'  what was done: {moved.run["display_url"]}\n'
        f'  a switch:      .venv/bin/python -m lab exec --name {lab.name} --folder {lab.folder} tor-1a vtysh\n'
        '  the end:       make demo-down'
    )


def show_recorded(postgres: Postgres, redis: Redis, tell: Callable[[str], None], *, first_port: int | None) -> NetBox:
    """Start a NetBox with the cluster of the recording, and show the way in; `first_port` as in `NetBox.start`.

    Raises LabError.
    """
    netbox = NetBox(folder() / 'netbox', postgres, redis)
    netbox.prepare()
    tell('NetBox has its database')
    netbox.run('-m', 'lab.netbox.recording', 'load')
    tell('NetBox knows the recorded cluster')
    netbox.start(first_port=first_port)
    tell('NetBox answers')
    last = Rest(netbox.url, netbox.token).get('/api/plugins/calico/runs/?limit=1')['results'][0]
    print(f'\n  {_login(netbox)}\n  what was done: {last["display_url"]}\n  the end:       make demo-down')
    return netbox


def _login(netbox: NetBox) -> str:
    return f'{netbox.url}  user {netbox.username}, password {netbox.password}'


def _all_of(words: Sequence[str]) -> str:
    return ' and '.join(filter(None, (', '.join(words[:-1]), words[-1])))


def down(name: str = NAME) -> None:
    """End everything of the demo, also what a crash left of it; its files stay until the next start."""
    datacentre.take_down(name, folder() / 'lab')
    stop_all(folder())


def main(arguments: Sequence[str] | None = None) -> int:
    """`up` or `down`; 1 with a sentence on standard error when it cannot be done."""
    commands = {'up': up, 'down': down}
    chosen = list(sys.argv[1:] if arguments is None else arguments)
    if len(chosen) != 1 or chosen[0] not in commands:
        print('usage: python -m lab.demo up|down', file=sys.stderr)
        return 2
    try:
        commands[chosen[0]]()
    except LabError as error:
        print(f'demo: {error}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
