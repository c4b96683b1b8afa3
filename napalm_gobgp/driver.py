"""``GoBGPDriver``: NAPALM's interface to a machine that runs GoBGP, over SSH."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any

from napalm.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    ConnectionException,
    MergeConfigException,
    NapalmException,
)

from napalm_frr import on_device as frr
from napalm_frr.remote import REFUSALS, FarEnd, OnDevice
from napalm_frr.ssh import Connection
from napalm_gobgp import on_device
from napalm_gobgp.candidate import Candidate
from napalm_gobgp.options import Options
from napalm_gobgp.secrets import masked

PROBE = """
if [ "$1" = none ] || { [ "$1" = auto ] && [ "$(id -u)" = 0 ]; }; then via=
elif [ "$1" = sudo ] || sudo -n true 2>/dev/null; then via='sudo -n'
else via=; fi
echo "napalm-gobgp:$via"; shift; exec $via "$@" --version
"""
GOBGP = FarEnd(
    (
        *(f'{frr.__name__}.{name}' for name in frr.MODULES),
        *(f'{on_device.__name__}.{name}' for name in on_device.MODULES),
    ),
    lambda options: {'gobgpd': getattr(options, 'gobgpd', ''), 'gobgp': getattr(options, 'gobgp', '')},
    'Python 3.11 or newer is needed on the router, and the right to start it',
    {
        **REFUSALS,
        'daemon': (
            CommandErrorException,
            '{0}: have one run, with -f and a file in TOML (systemctl status gobgpd), and log in as root or its user',
        ),
        'lost': (
            CommitConfirmException,
            'not confirmed, gobgpd no longer runs the change (was it undone by hand?); rollback() clears it: {0}',
        ),
        'text': (CommandErrorException, 'the configuration file is no TOML ({0}): write that line anew'),
        'rights': (CommandErrorException, "{0}. Log in as root, or allow 'sudo -n' to this user"),
        'missing': (
            CommandErrorException,
            "{0}. Install GoBGP's two programs, or set optional_args['gobgpd'] and ['gobgp']",
        ),
    },
)


class GoBGPDriver(NetworkDriver):  # type: ignore[misc]  # napalm has no types
    """GoBGP over SSH. ``optional_args`` are described in ``napalm_gobgp.options.Options``."""

    platform = 'gobgp'

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: Mapping[str, Any] | None = None,
    ) -> None:
        self.hostname, self.username, self.timeout = hostname, username, timeout
        self._options = Options.parse(optional_args)
        self._connection = Connection(hostname, username, password, timeout, self._options)
        self._prefix: list[str] = []
        self._device = OnDevice(self._connection, self._prefix, self._options, GOBGP)
        self._candidate: Candidate | None = None

    def open(self) -> None:
        """Log in and find out how GoBGP may be used. Raises ConnectionException and its kinds."""
        self._connection.open()
        try:
            self._prefix[:] = self._probe()
        except Exception:
            self._connection.close()
            raise

    def _probe(self) -> list[str]:
        argv = ['sh', '-c', PROBE, 'sh', self._options.privilege, getattr(self._options, 'gobgpd', '')]
        code, output, errors = self._connection.run(argv)
        _, found, said = output.partition('napalm-gobgp:')
        via, _, said = said.partition('\n')
        if code or not found:
            raise ConnectionException(
                f'{self.hostname}: {self.username} cannot use GoBGP ({(said + errors).strip() or output.strip()}): '
                "install it, or set optional_args['gobgpd']; give the user a POSIX shell"
            )
        return via.split()

    def close(self) -> None:
        """Give up the candidate and its lock, and disconnect. A commit that waits for confirmation keeps its timer."""
        self._candidate = None
        self._device.close()
        self._connection.close()

    def is_alive(self) -> dict[str, bool]:
        return {'is_alive': self._connection.is_alive()}

    def cli(self, commands: list[str], encoding: str = 'json') -> dict[str, Any]:
        """What ``gobgp -j`` answers to its words (``neighbor``, ``global rib -a ipv6``); passwords are removed."""
        if encoding != 'json':
            raise NotImplementedError(f'encoding {encoding!r}: gobgp is asked for json')
        answers = {command: self._device.ask('ask', words=command.split())['answer'] for command in commands}
        cleaned: dict[str, Any] = json.loads(masked(json.dumps(answers)))
        return cleaned

    def differences(self) -> list[str]:
        """What gobgpd does not run as its file says, in words."""
        return list(self._device.ask('differences')['text'])

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Lock the router and have gobgpd check the new file. Raises MergeConfigException, LockError."""
        text = Path(filename).read_text(encoding='utf-8') if filename else config or ''
        candidate, self._candidate = Candidate.parse(text), None
        self._device.ask('lock', wait=self._options.lock_wait)
        try:
            if objections := self._device.ask('check', text=candidate.applied(self._file()))['text']:
                raise MergeConfigException(f'{self.hostname}: refused before anything was sent: {masked(objections)}')
        except NapalmException:
            self._device.ask('unlock')
            raise
        self._candidate = candidate

    def compare_config(self) -> str:
        """What the commit would change in the file, passwords removed; empty if nothing."""
        if self._candidate is None:
            return ''
        before = self._file()
        after = self._candidate.applied(before)
        lines = unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm='')
        return masked('\n'.join(list(lines)[2:])) or ('the same in other words' if before != after else '')

    def commit_config(self, message: str = '', revert_in: int | None = None) -> None:
        """Apply the candidate; with ``revert_in`` seconds it must be confirmed, else the router takes it back itself.

        Raises CommitError (the file before was restored, unless it says otherwise), LockError.
        """
        if self._candidate is None:
            raise CommitError(f'{self.hostname}: there is no candidate: load one first')
        if revert_in is not None and revert_in < 1:
            raise CommitError(f'{self.hostname}: revert_in is {revert_in}: give whole seconds, 1 or more')
        before = self._file()
        stage = {'instead_of': hashlib.sha256(before.encode()).hexdigest(), 'text': self._candidate.applied(before)}
        self._candidate = None
        # It unlocks, come what may.
        self._device.ask(
            'commit', steps=[], secret=[], replace=[json.dumps(stage)], message=message, revert_in=revert_in
        )

    def discard_config(self) -> None:
        """Forget the candidate and unlock."""
        if self._candidate is not None:
            self._candidate = None
            self._device.ask('unlock')

    def has_pending_commit(self) -> bool:
        return bool(self._device.ask('status')['pending'])

    def confirm_commit(self) -> None:
        """Keep what was committed with ``revert_in``, whoever did it. Raises CommitConfirmException."""
        self._device.ask('confirm')

    def rollback(self) -> None:
        """Take back the pending commit, else the last one; what others changed since is kept. Raises CommitError."""
        self._candidate = None
        self._device.ask('rollback')

    def get_config(
        self, retrieve: str = 'all', full: bool = False, sanitized: bool = False, format: str = 'text'
    ) -> dict[str, str]:
        """The configuration file, which is both what runs and what starts, and the candidate."""
        if format != 'text':
            raise NotImplementedError(f'format {format!r}: GoBGP has text only')
        file = self._file()
        found = {name: file if retrieve in ('all', name) else '' for name in ('running', 'startup')}
        found['candidate'] = self._candidate.text if self._candidate and retrieve in ('all', 'candidate') else ''
        return {name: masked(text) for name, text in found.items()} if sanitized else found

    def _file(self) -> str:
        return str(self._device.ask('running')['text'])
