"""The BIRD daemons of the nodes: started, told of a new configuration, started again, and asked what they know.

One daemon a family and node, as on a Calico node. Its control socket lies in the node's own /run/calico and is reached
from outside through the process that holds the node's namespaces.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from lab.addressing import Family
from lab.errors import LabError
from lab.namespace import Namespace

log = logging.getLogger(__name__)

DAEMONS: dict[Family, str] = {4: 'bird', 6: 'bird6'}
CONTROL_FOLDER = '/run/calico'
LOOK_SECONDS = 0.25
# BIRD's control protocol: four digits, then a minus when more lines follow.
REPLY = re.compile(r'^(\d{4})([ -])')


@dataclass(frozen=True, slots=True)
class Program:
    """The BIRD that runs on the nodes. `version` is its major one; before BIRD 2, IPv6 had a program of its own."""

    path: Path
    version: int

    @classmethod
    def find(cls, path: Path) -> Program:
        """Ask the program for its version; LabError when it is no BIRD."""
        try:
            done = subprocess.run([str(path), '--version'], capture_output=True, text=True, check=False)
        except OSError as exc:
            raise LabError(f'{path} cannot be run: {exc}. Install the package bird2 or name a BIRD by --bird.') from exc
        found = re.search(r'BIRD version v?(\d+)\.(\d+)|BIRD version v?\S*birdv(\d+)', done.stdout + done.stderr)
        if not found:
            raise LabError(f'{path} does not say that it is BIRD: name the BIRD daemon by --bird.')
        return cls(path, int(found[3] or found[1]))

    def for_family(self, family: Family) -> Path:
        """The program for one family."""
        return self.path.with_name('bird6') if self.version == 1 and family == 6 else self.path


@dataclass(slots=True)
class Bird:
    """One daemon: its node's namespaces, its family and its configuration file."""

    program: Program
    namespace: Namespace
    family: Family
    folder: Path
    _loaded: int = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def configuration(self) -> Path:
        """The file that the renderer writes."""
        return self.folder / f'{DAEMONS[self.family]}.cfg'

    def look(self) -> None:
        """Start the daemon when it has a configuration and does not run; tell it when that is a new one.

        OSError when it cannot be told yet; the next look tries again.
        """
        stamp = self._stamp()
        if not stamp:
            return
        if not self.is_running():
            self._loaded = stamp
            self._start()
        elif stamp != self._loaded:
            answer = ask(self.namespace, self.family, 'configure')
            self._loaded = stamp
            if not any(word in answer for word in ('Reconfigured', 'Reconfiguration in progress')):
                log.error('%s: %s', self.configuration, answer)

    def is_running(self) -> bool:
        """Whether it runs; one that an earlier agent started is known by its control socket."""
        return self._process.poll() is None if self._process else self._listens()

    def _listens(self) -> bool:
        try:
            with _connect(self.namespace, self.family):
                return True
        except OSError:
            return False

    def _stamp(self) -> int:
        """Changes whenever the configuration or a file beside it, which it may include, does; 0 when there is none."""
        if not self.configuration.exists():
            return 0
        with os.scandir(self.folder) as entries:
            return max(entry.stat().st_mtime_ns for entry in entries if entry.name.endswith('.cfg'))

    def _start(self) -> None:
        # As Calico starts it: what the kernel has from the last time stays until the neighbours are heard (-R),
        # and what it has to say goes to its log (-d).
        argv = [str(self.program.for_family(self.family)), '-R', '-c', str(self.configuration)]
        argv += ['-s', control_socket(self.family), '-d']
        with (self.folder / f'{DAEMONS[self.family]}.log').open('ab') as output:
            self._process = self.namespace.start(argv, log=output)


def control_socket(family: Family) -> str:
    """The control socket of the daemon of a family, as seen inside the node: where Calico has it."""
    return f'{CONTROL_FOLDER}/{DAEMONS[family]}.ctl'


def _connect(node: Namespace, family: Family) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(10)
    try:
        connection.connect(f'/proc/{node.pid}/root{control_socket(family)}')
    except OSError:
        connection.close()
        raise
    return connection


def ask(node: Namespace, family: Family, *commands: str) -> str:
    """Send commands to a node's daemon; its answers without the protocol's codes. OSError when it is gone."""
    with _connect(node, family) as connection, connection.makefile('rw', encoding='utf-8') as stream:
        _reply(stream)
        lines: list[str] = []
        for command in commands:
            stream.write(f'{command}\n')
            stream.flush()
            lines += _reply(stream)
        return '\n'.join(lines)


def _reply(stream: Iterable[str]) -> list[str]:
    lines = []
    for raw in stream:
        line = raw.rstrip('\n')
        code = REPLY.match(line)
        lines.append(line[5:] if code else line[1:])
        if code and code[2] == ' ':
            return lines
    raise OSError('BIRD closed its control socket')


class Supervisor:
    """Keeps all daemons running with the newest configuration."""

    def __init__(self, birds: Iterable[Bird]) -> None:
        """Nothing runs before `start`."""
        self._birds = {(bird.namespace.name, bird.family): bird for bird in birds}
        self._locks = {key: threading.Lock() for key in self._birds}

    def __iter__(self) -> Iterator[Bird]:
        """All daemons."""
        return iter(self._birds.values())

    def look(self, node: str, family: Family) -> None:
        """Bring one daemon to what its configuration file says now."""
        with self._locks[node, family]:
            try:
                self._birds[node, family].look()
            except OSError as exc:
                log.info('%s, IPv%s, is told later: %s', node, family, exc)

    def run(self) -> None:
        """Look after all daemons, for ever."""
        with ThreadPoolExecutor(4) as pool:
            while True:
                list(pool.map(lambda key: self.look(*key), self._birds))
                time.sleep(LOOK_SECONDS)
