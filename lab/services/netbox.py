"""NetBox with the plugin: a web server and a worker over a PostgreSQL and a Redis that run already."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.netbox import migrated, settings
from lab.services.daemon import Daemon
from lab.services.ports import listener
from lab.services.postgres import Postgres
from lab.services.redis import Redis

QUEUES = ('high', 'default', 'low', f'{settings.PLUGIN}.deploy')


class NetBox:
    """One NetBox in `folder`, in a database of its own and two of Redis' from `redis_database` on."""

    host = '127.0.0.1'

    def __init__(
        self,
        folder: Path,
        postgres: Postgres,
        redis: Redis,
        *,
        database: str = 'netbox',
        redis_database: int = 0,
        plugins_config: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.port = 0
        self.environment: dict[str, str] = {}
        self._postgres = postgres
        self._redis = redis
        self._database = database
        self._redis_database = redis_database
        self._plugins_config = plugins_config
        self._access: dict[str, str] = {}
        # It keeps nothing itself, and asked politely gunicorn takes 20 s to end.
        self._web = Daemon('web', folder, stop_signal=signal.SIGKILL)
        self._worker = Daemon('worker', folder)

    @property
    def url(self) -> str:
        return f'http://{self.host}:{self.port}/'

    @property
    def username(self) -> str:
        return self._access['username']

    @property
    def password(self) -> str:
        return self._access['password']

    @property
    def token(self) -> str:
        """For the header `Authorization: Bearer …` of the administrator's REST calls."""
        return self._access['token']

    def prepare(self) -> None:
        """Make the database when there is none, migrate it, make the administrator. Raises LabError."""
        migrated.load(self._postgres, self._redis)
        if not self._postgres.has_database(self._database):
            self._postgres.create_database(self._database, template=migrated.TEMPLATE)
        self.environment = settings.write(
            self.folder,
            self._postgres,
            self._redis,
            database=self._database,
            redis_database=self._redis_database,
            plugins_config=self._plugins_config,
        )
        access_file = self.folder / 'access.json'
        self.run('-m', 'lab.netbox.prepare', access_file)
        self._access = json.loads(access_file.read_text())

    def start(self, *, first_port: int | None = None) -> None:
        """Start web server and worker after `prepare` and return when a page is answered.

        The port is `first_port` or the next free one above it, else any. Raises LabError.
        """
        self.start_worker()
        with listener(self.host, first=first_port) as socket:
            self.port, file = socket.getsockname()[1], socket.fileno()
            web = ['--workers=2', '--threads=3', '--preload', '--no-control-socket', f'--bind=fd://{file}']
            argv = [sys.executable, '-m', 'gunicorn', *web, 'lab.netbox.wsgi:application']
            self._web.start(argv, env=self.environment, files=[file])
        self._web.wait_until(self._answers, timeout=90)

    def start_worker(self) -> None:
        """Start the worker of every queue, the plugin's among them, and do not wait for it."""
        self._worker.start([sys.executable, '-m', 'netbox', 'rqworker', *QUEUES], env=self.environment)

    @property
    def worker_pid(self) -> int | None:
        return self._worker.pid

    def stop_worker(self) -> None:
        self._worker.stop()

    def stop(self) -> None:
        """Stop worker and web server; harmless when they do not run."""
        self._worker.stop()
        self._web.stop()

    def run(self, *words: str | Path, text: str = '') -> str:
        """Run Python with these arguments as this NetBox, `text` on its standard input, and return what it printed.

        Raises LabError when it fails.
        """
        done = subprocess.run(
            [sys.executable, *words],
            env={**os.environ, **self.environment},
            input=text,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise LabError(f'`python {" ".join(map(str, words))}` failed in NetBox:\n{done.stderr.strip()[-4000:]}')
        return done.stdout

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f'{self.url}login/', timeout=10):
                return True
        except OSError:
            return False
