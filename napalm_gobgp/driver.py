"""``GoBGPDriver``: NAPALM's interface to a machine that runs GoBGP, over SSH."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import unified_diff
from typing import Any

from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    ConnectionException,
    MergeConfigException,
)

from napalm_frr import on_device as frr
from napalm_frr.committing import CommittingDriver, text_of
from napalm_frr.options import Options as SshOptions
from napalm_frr.remote import REFUSALS, FarEnd
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


def _opening(options: SshOptions) -> Mapping[str, Any]:
    assert isinstance(options, Options)
    return {'gobgpd': options.gobgpd, 'gobgp': options.gobgp}


GOBGP = FarEnd(
    (
        *(f'{frr.__name__}.{name}' for name in frr.MODULES),
        *(f'{on_device.__name__}.{name}' for name in on_device.MODULES),
    ),
    _opening,
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


class GoBGPDriver(CommittingDriver[Candidate]):
    """GoBGP over SSH. ``optional_args`` are described in ``napalm_gobgp.options.Options``."""

    platform = 'gobgp'
    options = Options
    far_end = GOBGP
    _options: Options

    def _probe(self) -> list[str]:
        argv = ['sh', '-c', PROBE, 'sh', self._options.privilege, self._options.gobgpd]
        code, output, errors = self._connection.run(argv)
        _, found, said = output.partition('napalm-gobgp:')
        via, _, said = said.partition('\n')
        if code or not found:
            raise ConnectionException(
                f'{self.hostname}: {self.username} cannot use GoBGP ({(said + errors).strip() or output.strip()}): '
                "install it, or set optional_args['gobgpd']; give the user a POSIX shell"
            )
        return via.split()

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
        text = text_of(filename, config, MergeConfigException)
        self._load(Candidate.parse(text), MergeConfigException)

    def _objections(self, candidate: Candidate) -> str:
        return masked(str(self._device.ask('check', text=candidate.applied(self._running()))['text']))

    def compare_config(self) -> str:
        """What the commit would change in the file, passwords removed; empty if nothing."""
        if self._candidate is None:
            return ''
        before = self._running()
        after = self._candidate.applied(before)
        lines = unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm='')
        return masked('\n'.join(list(lines)[2:])) or ('the same in other words' if before != after else '')

    def get_config(
        self, retrieve: str = 'all', full: bool = False, sanitized: bool = False, format: str = 'text'
    ) -> dict[str, str]:
        """The configuration file, which is both what runs and what starts, and the candidate."""
        if format != 'text':
            raise NotImplementedError(f'format {format!r}: GoBGP has text only')
        file = self._running()
        found = {name: file if retrieve in ('all', name) else '' for name in ('running', 'startup')}
        found['candidate'] = self._candidate.text if self._candidate and retrieve in ('all', 'candidate') else ''
        return {name: masked(text) for name, text in found.items()} if sanitized else found
