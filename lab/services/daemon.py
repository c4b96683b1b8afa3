"""A program in the background that a later command finds, waits for and stops: a log and a process id in a folder."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lab.errors import LabError

_POLL_SECONDS = 0.05


class Daemon:
    """One program. `folder` holds `NAME.log` and `NAME.pid`: process id and start time, since ids are used again."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.log_file = folder / f'{name}.log'
        self._pid_file = folder / f'{name}.pid'
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running program, also when another command started it; None when it does not run."""
        if self._child:
            self._child.poll()
        try:
            pid, started = self._pid_file.read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        return int(pid) if _start_time(int(pid)) == started else None

    def start(
        self,
        argv: Sequence[str | Path],
        *,
        ready: Callable[[], bool],
        timeout: float,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start the program in a session of its own and return once `ready()` holds.

        `env` is added to this process's environment; `timeout` is in seconds.
        Raises LabError with the end of the program's log when it ends early or is not ready in time.
        """
        if self.pid:
            raise LabError(f'{self.name} runs already (process {self.pid}): stop it first')
        self._pid_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open('ab') as log:
            try:
                self._child = subprocess.Popen(
                    [str(word) for word in argv],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**os.environ, **(env or {})},
                    start_new_session=True,
                )
            except OSError as exc:
                raise LabError(f'{self.name} cannot be started: {exc}') from exc
        self._pid_file.write_text(f'{self._child.pid} {_start_time(self._child.pid)}\n')
        deadline = time.monotonic() + timeout
        while not ready():
            if self.pid is None:
                raise self._failure('ended at start-up')
            if time.monotonic() > deadline:
                self.stop()
                raise self._failure(f'was not ready in {timeout:.0f} s')
            time.sleep(_POLL_SECONDS)

    def stop(self, *, ask: signal.Signals = signal.SIGTERM, timeout: float = 20) -> None:
        """Ask the program to end (also when it is paused by SIGSTOP), kill what is left of it, forget it."""
        pid = self.pid
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, ask)
                os.kill(pid, signal.SIGCONT)
            deadline = time.monotonic() + timeout
            while self.pid and time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
            # The program leads its session: whatever it started and left behind is in its group.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            while self.pid:
                time.sleep(_POLL_SECONDS)
        self._pid_file.unlink(missing_ok=True)

    def _failure(self, what: str) -> LabError:
        end = '\n'.join(self.log_file.read_text(errors='replace').splitlines()[-15:])
        return LabError(f'{self.name} {what}; its log {self.log_file} ends with:\n{end}')


def stop_all(folder: Path) -> list[str]:
    """Stop every daemon whose folder is `folder` or below, the newest first; return the names of those that ran."""
    pid_files = sorted(folder.rglob('*.pid'), key=lambda file: file.stat().st_mtime, reverse=True)
    stopped = []
    for file in pid_files:
        daemon = Daemon(file.stem, file.parent)
        if daemon.pid:
            daemon.stop()
            stopped.append(daemon.name)
    return stopped


def _start_time(pid: int) -> str | None:
    """When the process was started, in the kernel's ticks since boot; None when it has ended, reaped or not."""
    try:
        # The second field, the program's name, may hold spaces and brackets: count from behind it (proc(5)).
        fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], fields[19]
    return None if state in 'ZX' else started
