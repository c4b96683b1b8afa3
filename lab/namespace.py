"""A device is a set of Linux namespaces that one sleeping process holds; everything in it can be found and removed.

What a lab starts carries the lab's name in its environment, and what runs in the network namespace of such a process
belongs to the lab as well (a login session of sshd has an environment of its own). So a lab can be taken down after
a crash, without any file of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lab.errors import LabError

MARK = 'NETBOX_CALICO_LAB'
HOLDER = Path(__file__).with_name('holder.py')


@dataclass(frozen=True, slots=True)
class Device:
    """What to make for one device.

    `private` gives it mounts and a host name of its own beside its network: `run_folders` (path, uid, gid) are made
    in its empty /run, each of `binds` (source, target) is mounted. `settings` are paths under /proc/sys/net.
    """

    name: str
    private: bool = False
    run_folders: tuple[tuple[str, int, int], ...] = ()
    binds: tuple[tuple[str, str], ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Namespace:
    """The namespaces of one device, entered through `pid`, the process that holds them."""

    lab: str
    name: str
    pid: int
    private: bool

    def command(self, argv: Sequence[str]) -> list[str]:
        """`argv` as a command line that runs inside the namespaces."""
        kinds = ['-n', '-m', '-u'] if self.private else ['-n']
        return ['nsenter', '-t', str(self.pid), *kinds, *argv]

    def run(self, argv: Sequence[str], *, text: str | None = None, env: Mapping[str, str] | None = None) -> str:
        """Run `argv` inside to its end with `text` on its standard input; its output, or a LabError when it fails."""
        done = subprocess.run(
            self.command(argv),
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            check=False,
            env=marked(self.lab, env),
        )
        if done.returncode:
            raise LabError(f'{self.name}: {" ".join(argv)} failed: {(done.stderr or done.stdout).strip()}')
        return done.stdout

    def start(
        self, argv: Sequence[str], *, log: IO[bytes], env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start `argv` inside, in a session of its own so that it outlives the caller, its output going to `log`."""
        return subprocess.Popen(
            self.command(argv),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=marked(self.lab, env),
        )

    def ip(self, lines: Iterable[str]) -> None:
        """Apply lines of iproute2's batch format inside."""
        self.run(['ip', '-batch', '-'], text='\n'.join(lines) + '\n')


def marked(lab: str, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a process of `lab`: this process's own, `env` over it, and the mark."""
    return {**os.environ, **(env or {}), MARK: lab}


def require_root() -> None:
    """LabError unless this process may make namespaces."""
    if os.geteuid() != 0:
        raise LabError('The lab makes network namespaces and needs root: run it with sudo.')


def create(lab: str, devices: Sequence[Device]) -> dict[str, Namespace]:
    """Make the namespaces of `devices`; what was made of them before an error is left to `remove`."""
    require_root()
    request = {
        'label': f'lab-{lab}',
        'devices': [
            {
                'name': device.name,
                'private': device.private,
                'run_folders': device.run_folders,
                'binds': device.binds,
                'settings': dict(device.settings),
            }
            for device in devices
        ],
    }
    done = subprocess.run(
        [sys.executable, '-I', '-S', str(HOLDER)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
        env=marked(lab),
    )
    if done.returncode:
        raise LabError(f'The namespaces of lab {lab} cannot be made: {done.stderr.strip()}')
    pids = dict(line.split() for line in done.stdout.splitlines())
    return {device.name: Namespace(lab, device.name, int(pids[device.name]), device.private) for device in devices}


def processes(lab: str) -> dict[int, str]:
    """All living processes of `lab`: process id -> the identity of its network namespace."""
    own = os.readlink('/proc/self/ns/net')
    everything: dict[int, str] = {}
    members: set[int] = set()
    mark = f'{MARK}={lab}'.encode()
    for entry in os.listdir('/proc'):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            everything[int(entry)] = os.readlink(f'/proc/{entry}/ns/net')
            environment = Path('/proc', entry, 'environ').read_bytes()
        except OSError:
            continue
        if mark in environment.split(b'\0'):
            members.add(int(entry))
    networks = {everything[pid] for pid in members} - {own}
    return {pid: network for pid, network in everything.items() if pid in members or network in networks}


def root_interface(lab: str) -> str:
    """The name of the only interface that `lab` has in the namespace of the machine itself."""
    return f'lab-{lab}'


def remove(lab: str, *, limit: float = 10.0) -> None:
    """End every process of `lab`, and with them its namespaces and mounts; LabError when one outlives `limit` s."""
    deadline = time.monotonic() + limit
    while left := processes(lab):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        if time.monotonic() > deadline:
            raise LabError(f'Processes {sorted(left)} of lab {lab} do not end: look at them with ps and kill them.')
        time.sleep(0.02)
    # The other end went with its namespace, but the kernel clears namespaces up in its own time.
    if Path('/sys/class/net', root_interface(lab)).exists():
        subprocess.run(['ip', 'link', 'delete', root_interface(lab)], capture_output=True, check=False)
