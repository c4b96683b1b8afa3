"""NetBox's empty database with the plugin's tables: migrated once for each state of the models, loaded in a second.

Migrating costs half a minute of a processor, and tests and demo make many a NetBox.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import lzma
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from lab.errors import LabError
from lab.netbox import schema, settings
from lab.services.cache import cache, made_once
from lab.services.postgres import Postgres, find_programs
from lab.services.redis import Redis

TEMPLATE = 'netbox_template'

_PLUGIN = Path(__file__).parents[2] / 'netbox_calico'


def load(postgres: Postgres, redis: Redis) -> None:
    """Make the database `netbox_template`, an empty NetBox with the plugin, if it is not there. Raises LabError."""
    if postgres.has_database(TEMPLATE):
        return
    file = cache('netbox') / f'{_state()}.sql.xz'
    with made_once(file):
        if not file.exists():
            statements = _migrate(postgres, redis)
            unfinished = file.with_suffix('.unfinished')
            unfinished.write_bytes(lzma.compress(statements.encode(), preset=1))
            unfinished.rename(file)
    schema.restore(postgres, TEMPLATE, lzma.decompress(file.read_bytes()).decode())


def _migrate(postgres: Postgres, redis: Redis) -> str:
    database = f'{TEMPLATE}_migrating'
    with postgres.connect() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS {database}')
    schema.load(postgres, database)
    with tempfile.TemporaryDirectory(prefix='netbox-migrating-') as root:
        environment = settings.write(Path(root), postgres, redis, database=database)
        done = subprocess.run(
            [sys.executable, '-m', 'netbox', 'migrate', '--no-input', '--verbosity=0'],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise LabError(f'the plugin could not be migrated:\n{done.stderr.strip()[-4000:]}')
    statements = schema.dump(postgres, database)
    with postgres.connect() as connection:
        connection.execute(f'DROP DATABASE {database}')
    return statements


def _state() -> str:
    """A name that changes with whatever the database is made of: NetBox, the server, migrations, models."""
    release = importlib.metadata.version('netbox')
    digest = hashlib.sha256(f'{release} {find_programs()}'.encode())
    for part in ('migrations', 'models'):
        for file in sorted((_PLUGIN / part).rglob('*.py')):
            digest.update(f'{file.relative_to(_PLUGIN)}\n'.encode() + file.read_bytes())
    return f'{release}-{digest.hexdigest()[:16]}'
