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
_STOP_SECONDS = 20


class Daemon:
    """One program. `folder` holds `NAME.log` and `NAME.pid`: what `stop_all` needs to end it from another process."""

    def __init__(self, name: str, folder: Path, *, stop_signal: signal.Signals = signal.SIGTERM) -> None:
        self.name = name
        self.log_file = folder / f'{name}.log'
        self._pid_file = folder / f'{name}.pid'
        self._stop_signal = stop_signal
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running program, also when another command started it; None when it does not run."""
        if self._child:
            self._child.poll()
        return _running(self._pid_file)

    def start(
        self, argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None, files: Sequence[int] = ()
    ) -> None:
        """Start the program in a session of its own, `env` added to this process's environment.

        It gets the open file descriptors `files`. Raises LabError.
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
                    pass_fds=files,
                )
            except OSError as exc:
                raise LabError(f'{self.name} cannot be started: {exc}') from exc
        pid = self._child.pid
        self._pid_file.write_text(f'{pid} {_start_time(pid)} {self._stop_signal.value}\n')

    def wait_until(self, ready: Callable[[], bool], *, timeout: float) -> None:
        """Return once `ready()` holds. When the program ends before, or `timeout` seconds pass, stop it and raise
        LabError with the end of its log."""
        deadline = time.monotonic() + timeout
        while not ready():
            if self.pid is None:
                raise self._failure('ended at start-up')
            if time.monotonic() > deadline:
                self.stop()
                raise self._failure(f'was not ready in {timeout:.0f} s')
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """End the program, also when it is paused; harmless when it does not run."""
        _stop(self._pid_file, reap=self._child.poll if self._child else None)

    def _failure(self, what: str) -> LabError:
        end = '\n'.join(self.log_file.read_text(errors='replace').splitlines()[-15:])
        return LabError(f'{self.name} {what}; its log {self.log_file} ends with:\n{end}')


def stop_all(folder: Path) -> list[str]:
    """Stop every daemon whose folder is `folder` or below, the newest first; return the names of those that ran."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            file = Path(place, name)
            # Others stop and clear up as well.
            with contextlib.suppress(FileNotFoundError):
                if file.suffix == '.pid':
                    found.append((file.stat().st_mtime, file))
    return [file.stem for _, file in sorted(found, reverse=True) if _stop(file)]


def _running(pid_file: Path) -> int | None:
    process = _process(pid_file)
    return process and process[0]


def _process(pid_file: Path) -> tuple[int, int] | None:
    """The process that the file means, if it still is the one with that start time (ids are used again), and the
    signal that ends it."""
    try:
        pid, started, stop_signal = pid_file.read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    return (int(pid), int(stop_signal)) if _start_time(int(pid)) == started else None


def _stop(pid_file: Path, reap: Callable[[], object] | None = None) -> bool:
    """Ask the program to end, kill it and what it left behind after a while; whether it ran."""
    process = _process(pid_file)
    if process:
        pid, stop_signal = process
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, stop_signal)
            os.kill(pid, signal.SIGCONT)
        deadline = time.monotonic() + _STOP_SECONDS
        while _running(pid_file) == pid:
            if time.monotonic() > deadline:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(_POLL_SECONDS)
        # The program led its session: what it started and did not end is in its group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        if reap:
            reap()
    pid_file.unlink(missing_ok=True)
    return process is not None


def _start_time(pid: int) -> str | None:
    """When the process was started, in the kernel's ticks since boot; None when it has ended, reaped or not."""
    try:
        # The second field, the program's name, may hold spaces and brackets: count from behind it (proc(5)).
        fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], fields[19]
    return None if state in 'ZX' else started
