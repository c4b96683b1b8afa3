"""NetBox's empty database, without any plugin, as a file: made once a NetBox release in minutes, loaded in a second.

`netbox migrate` on an empty database takes five minutes, whatever the server: Django rebuilds its picture of all models
for each of hundreds of migrations. `python -m lab.netbox.schema` does that once and writes the file that `load` reads.
"""

from __future__ import annotations

import importlib.metadata
import lzma
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from lab.errors import LabError
from lab.netbox import settings
from lab.services.postgres import USER, Postgres, find_programs
from lab.services.redis import Redis

_ICU_COLLATION = "CREATE COLLATION public.natural_sort (provider = icu, locale = 'und-u-kn-true');"
# A server without ICU cannot sort eth2 before eth10; the tests and the demo do not lean on it.
_COLLATION_WITHOUT_ICU = "CREATE COLLATION public.natural_sort (provider = builtin, locale = 'C.UTF-8');"


def load(postgres: Postgres, database: str) -> None:
    """Make `database`, in the state of the installed NetBox without any plugin.

    Raises LabError when there is no file for the installed release.
    """
    file = _file()
    if not file.exists():
        raise LabError(f'{file.name} is missing: make it with `python -m lab.netbox.schema` (five minutes)')
    restore(postgres, database, lzma.decompress(file.read_bytes()).decode())


def restore(postgres: Postgres, database: str, statements: str) -> None:
    """Make `database` of what `dump` gave; there whole or not at all."""
    loading = f'{database}_loading'
    with postgres.connect() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS {loading}')
    postgres.create_database(loading)
    with postgres.connect(loading) as connection:
        if not _has_icu(connection):
            statements = statements.replace(_ICU_COLLATION, _COLLATION_WITHOUT_ICU)
        connection.execute(statements.encode())
    with postgres.connect() as connection:
        connection.execute(f'ALTER DATABASE {loading} RENAME TO {database}')


def make() -> Path:
    """Migrate an empty database with the installed NetBox and write its dump. Takes about five minutes."""
    with tempfile.TemporaryDirectory(prefix='netbox-schema-') as scratch:
        postgres, redis = Postgres(Path(scratch) / 'postgres'), Redis(Path(scratch) / 'redis')
        try:
            postgres.start()
            redis.start()
            postgres.create_database('netbox')
            environment = settings.write(Path(scratch) / 'netbox', postgres, redis, plugins=())
            subprocess.run([sys.executable, '-m', 'netbox', 'migrate'], env={**os.environ, **environment}, check=True)
            statements = dump(postgres, 'netbox')
        finally:
            redis.stop()
            postgres.stop()
    file = _file()
    file.write_bytes(lzma.compress(statements.encode(), preset=9 | lzma.PRESET_EXTREME))
    return file


def dump(postgres: Postgres, database: str) -> str:
    """The statements that make such a database again."""
    options = ['--no-owner', '--no-privileges', '--inserts', '--rows-per-insert=500']
    connection = [f'--host={postgres.host}', f'--port={postgres.port}', f'--username={USER}', database]
    dumped = subprocess.run(
        [find_programs() / 'pg_dump', *options, *connection],
        env={**os.environ, 'PGPASSWORD': postgres.password},
        check=True,
        capture_output=True,
        text=True,
    )
    # Lines with a backslash are for psql; the server would refuse them, and a setting that only newer servers know.
    lines = (line for line in dumped.stdout.splitlines() if not line.startswith(('\\', 'SET transaction_timeout')))
    return '\n'.join(lines) + '\n'


def _has_icu(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """A server built without ICU has no collation of a language in its catalogue."""
    return connection.execute("SELECT 1 FROM pg_collation WHERE collname = 'en-x-icu'").fetchone() is not None


def _file() -> Path:
    return Path(__file__).with_name(f'schema-{importlib.metadata.version("netbox")}.sql.xz')


if __name__ == '__main__':
    print(make())
