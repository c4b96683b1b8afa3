"""The running gobgpd of this machine, or of this network namespace: which file it read, where it answers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from dataclasses import dataclass
from typing import Any

from napalm_frr.on_device.router import Refused

PROGRAM = 'gobgpd'
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Gobgpd:
    """A process, its configuration file, and its API's address."""

    pid: int
    file: str
    host: str
    port: str

    def reload(self) -> None:
        """Have it read its file again. What is wrong with that it tells its log alone."""
        os.kill(self.pid, signal.SIGHUP)

    def ask(self, gobgp: str, *words: str) -> Any:
        """What ``gobgp -j`` answers; None where there is nothing."""
        argv = [gobgp, '-u', self.host, '-p', self.port, '-j', *words]
        try:
            done = subprocess.run(
                argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=ANSWER_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Refused('missing', f'{gobgp}: {error}') from error
        if done.returncode:
            raise Refused('failed', f'gobgp {" ".join(words)}: {(done.stderr or done.stdout).strip()}')
        try:
            return json.loads(done.stdout)
        except ValueError:
            return None  # of nothing it says so in words


def find() -> Gobgpd:
    """The one that runs here. Raises ``Refused`` when there is none, several, or one that reads no TOML."""
    found = [pid for pid in map(int, filter(str.isdigit, os.listdir('/proc'))) if _is_here(pid)]
    if len(found) != 1:
        raise Refused('daemon', f'{len(found)} processes of {PROGRAM} run there')
    [pid] = found
    with open(f'/proc/{pid}/cmdline', encoding='utf-8') as stream:
        words = stream.read().rstrip('\0').split('\0')[1:]
    file, kind = _option(words, '-f', '--config-file'), _option(words, '-t', '--config-type')
    if not file or (kind or 'toml') != 'toml' or file.endswith(('.yaml', '.yml', '.json')):
        raise Refused('daemon', f'{PROGRAM} was started without a configuration file in TOML')
    host, _, port = _option(words, '', '--api-hosts').split(',')[0].rpartition(':')
    path = os.path.realpath(os.path.join(os.readlink(f'/proc/{pid}/cwd'), file))
    return Gobgpd(pid, path, host.strip('[]') or '127.0.0.1', port or '50051')


def _is_here(pid: int) -> bool:
    with contextlib.suppress(OSError), open(f'/proc/{pid}/comm', encoding='utf-8') as stream:
        return stream.read().strip() == PROGRAM and os.readlink(f'/proc/{pid}/ns/net') == os.readlink(
            '/proc/self/ns/net'
        )
    return False


def _option(words: list[str], short: str, long: str) -> str:
    """The value of an option, as ``-f X``, ``-fX``, ``--long X`` or ``--long=X``."""
    for number, word in enumerate(words):
        if word in (short, long) and word:
            return words[number + 1] if number + 1 < len(words) else ''
        if word.startswith(f'{long}='):
            return word.partition('=')[2]
        if short and word.startswith(short) and not word.startswith('--'):
            return word[len(short) :]
    return ''
