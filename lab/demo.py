"""`make demo`: a data centre and its NetBox on this machine, and a cluster that leaves the mesh before one's eyes.

Everything lies in one folder ($NETBOX_CALICO_DEMO, else `.data/demo` in the checkout). A start that finds the folder of
an earlier one goes on with it, as everything was left.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lab import datacentre, estate, needs
from lab.errors import LabError
from lab.migration import move
from lab.netbox.rest import Rest
from lab.services.daemon import stop_all
from lab.services.netbox import NetBox
from lab.services.postgres import Postgres
from lab.services.redis import Redis

_FIRST_PORT = 8000
# Written when the first start has come to its end: what later starts find as they left it.
_COMPLETE = 'complete.json'
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


def lab_name() -> str:
    """What tells the demo's lab from those of other folders on this machine."""
    return f'demo{hashlib.sha256(str(folder()).encode()).hexdigest()[:6]}'


def up() -> None:
    """Start all of it, show the way in, and at the first start move the cluster to its top-of-rack routers.

    Where this machine cannot run a data centre, NetBox shows the cluster of a recording instead. Raises LabError.
    """
    with _alone():
        _up(Progress())


@contextmanager
def _alone() -> Iterator[None]:
    """A second start would end what the first is building up."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / 'lock').open('w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise LabError(f'another start in {folder()} is not done yet: wait for it, or end it with Ctrl-C') from exc
        yield


def _up(tell: Progress) -> None:
    down()
    missing = needs.missing()
    if missing:
        tell(
            f'No switches and nodes can run here without {_all_of(missing)}, so NetBox shows a recorded cluster, '
            'which can be looked at but not changed.'
        )
    first, again = (show_recorded, _show_recorded_again) if missing else (_move_first, _go_on)
    kind = 'recording' if missing else 'lab'
    known = _kind_of_last() == kind
    if not known:
        _clear()
    postgres, redis = Postgres(folder() / 'postgres'), Redis(folder() / 'redis')
    with _all_or_nothing():
        postgres.start()
        redis.start()
    tell('PostgreSQL and Redis')
    (again if known else first)(postgres, redis, tell)
    (folder() / _COMPLETE).write_text(json.dumps({'kind': kind}))


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    try:
        yield
    except BaseException:
        down()
        raise


def _kind_of_last() -> str | None:
    """What a start of this folder showed, when it came to its end."""
    try:
        kind: str = json.loads((folder() / _COMPLETE).read_text())['kind']
    except FileNotFoundError:
        return None
    return kind


def _clear() -> None:
    """Remove what a start made that did not come to its end; the folder may be one that holds other things."""
    (folder() / _COMPLETE).unlink(missing_ok=True)
    for content in _CONTENT:
        shutil.rmtree(folder() / content, ignore_errors=True)


def _move_first(postgres: Postgres, redis: Redis, tell: Progress) -> None:
    with _all_or_nothing():
        stands = estate.start(folder(), postgres, redis, name=lab_name(), first_port=_FIRST_PORT, tell=tell)
    netbox = stands.netbox
    tell(_login(netbox))
    # What it ends in, whatever it is, can be looked at.
    moved = move(Rest(netbox.url, netbox.token), stands.lab, 'deploy', tell)
    report = moved.traffic
    (folder() / 'traffic.json').write_text(json.dumps(report.as_json(), indent=2))
    sent = sum(flow.sent for flow in report.flows if flow.protocol == 'udp')
    tell(f'from mesh to top of rack: {report.lost} of {sent} packets lost, {len(report.broken)} connections broken')
    _show_the_way(netbox, stands)


def _go_on(postgres: Postgres, redis: Redis, tell: Progress) -> None:
    with _all_or_nothing():
        try:
            stands = estate.resume(folder(), postgres, redis, first_port=_FIRST_PORT, tell=tell)
        except LabError as exc:
            raise LabError(f'{exc}\nTo begin anew, and lose what was done in the last demo: rm -r {folder()}') from exc
    _show_the_way(stands.netbox, stands)


def show_recorded(
    postgres: Postgres, redis: Redis, tell: Callable[[str], None], *, first_port: int | None = _FIRST_PORT
) -> NetBox:
    """Start a NetBox with the cluster of the recording, and show the way in; `first_port` as in `NetBox.start`.

    Raises LabError.
    """
    netbox = NetBox(folder() / 'netbox', postgres, redis)
    with _all_or_nothing():
        netbox.prepare()
        tell('NetBox has its database')
        netbox.run('-m', 'lab.netbox.recording', 'load')
        tell('NetBox knows the recorded cluster')
        netbox.start(first_port=first_port)
    tell('NetBox answers')
    _show_the_way(netbox)
    return netbox


def _show_recorded_again(postgres: Postgres, redis: Redis, tell: Progress) -> None:
    netbox = NetBox(folder() / 'netbox', postgres, redis)
    with _all_or_nothing():
        netbox.prepare()
        netbox.start(first_port=_FIRST_PORT)
    tell('NetBox answers')
    _show_the_way(netbox)


def _show_the_way(netbox: NetBox, stands: estate.Estate | None = None) -> None:
    runs = Rest(netbox.url, netbox.token).get('/api/plugins/calico/runs/?limit=1')['results']
    print(f'\n  {_login(netbox)}')
    if runs:
        print(f'  what was done: {runs[0]["display_url"]}')
    if stands:
        lab = stands.lab.record
        switch = f'exec --name {lab.name} --folder {shlex.quote(str(lab.folder))} tor-1a vtysh'
        print(f'  a switch:      .venv/bin/python -m lab {switch}')
    print(f'  the end:       make demo-down (and rm -r {shlex.quote(str(folder()))} to begin anew)')


def _login(netbox: NetBox) -> str:
    return f'{netbox.url}  user {netbox.username}, password {netbox.password}'


def _all_of(words: Sequence[str]) -> str:
    return ' and '.join(filter(None, (', '.join(words[:-1]), words[-1])))


def down() -> None:
    """End everything of the demo, also what a crash left of it; its files stay for the next start."""
    datacentre.take_down(lab_name(), folder() / 'lab')
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
    except KeyboardInterrupt:
        print('demo: interrupted; `make demo-down` ends what still runs, `make demo` starts again', file=sys.stderr)
        return 130
    return 0


if __name__ == '__main__':
    sys.exit(main())
