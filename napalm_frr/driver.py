"""``FRRDriver``: NAPALM's interface to a router that runs FRR, over SSH."""

from __future__ import annotations

import ipaddress
import json
import logging
from collections.abc import Mapping
from pathlib import Path as File
from typing import Any

from napalm.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitError,
    ConnectionException,
    MergeConfigException,
    NapalmException,
    ReplaceConfigException,
)

from napalm_frr import bgp_config, bgp_sessions, host, references, routes
from napalm_frr.candidate import Candidate, merge_candidate, replace_candidate
from napalm_frr.configuration import tree
from napalm_frr.diff import difference
from napalm_frr.options import Options
from napalm_frr.remote import OnDevice
from napalm_frr.secrets import masked
from napalm_frr.ssh import Connection

log = logging.getLogger(__name__)

PROBE = """
if [ "$1" = none ] || { [ "$1" = auto ] && [ "$(id -u)" = 0 ]; }; then via=
elif [ "$1" = sudo ] || sudo -n true 2>/dev/null; then via='sudo -n'
else via=; fi
echo "napalm-frr:$via"; shift; exec $via "$@" -c 'show version'
"""


class FRRDriver(NetworkDriver):  # type: ignore[misc]  # napalm has no types
    """FRR over SSH. ``optional_args`` are described in ``napalm_frr.options.Options``."""

    platform = 'frr'

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
        self._device = OnDevice(self._connection, self._prefix, self._options)
        self._candidate: Candidate | None = None

    # -- connection ---------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Log in and find out how FRR may be used. Raises ConnectionException and its kinds."""
        self._connection.open()
        try:
            self._prefix[:] = self._probe()
        except Exception:
            self._connection.close()
            raise

    def _probe(self) -> list[str]:
        argv = ['sh', '-c', PROBE, 'sh', self._options.privilege, *self._options.vtysh_command()]
        code, output, errors = self._connection.run(argv)
        before, found, said = output.partition('napalm-frr:')
        if not found or before:
            raise ConnectionException(
                f'{self.hostname}: a command of {self.username} is answered by {(before + errors).strip()!r}: give '
                'the user a POSIX shell, not vtysh, and let its start-up files print nothing without a terminal'
            )
        via, _, said = said.partition('\n')
        if code:
            raise ConnectionException(
                f'{self.hostname}: {self.username} cannot use FRR ({(said + errors).strip()}): log in as root, add the '
                'user to the group frrvty, or allow it sudo without a password; and check that FRR runs'
            )
        return via.split()

    def close(self) -> None:
        """Give up the candidate and its lock, and disconnect. A commit that waits for confirmation keeps its timer."""
        self._candidate = None
        self._device.close()
        self._connection.close()

    def is_alive(self) -> dict[str, bool]:
        return {'is_alive': self._connection.is_alive()}

    def _show(self, command: str) -> str:
        code, output, errors = self._connection.run([*self._prefix, *self._options.vtysh_command(), '-c', command])
        if code:
            raise CommandErrorException(f'{self.hostname}: {command}: {masked((output + errors).strip())}')
        return output

    def _json(self, command: str) -> Any:
        output = self._show(command)
        try:
            return json.loads(output or '{}')
        except json.JSONDecodeError as error:
            raise CommandErrorException(f'{self.hostname}: {command}: no JSON: {output[:200]}') from error

    def cli(self, commands: list[str], encoding: str = 'text') -> dict[str, Any]:
        """Run vtysh commands. ``encoding='json'`` parses the answers; the commands then end in ``json``."""
        if encoding not in ('text', 'json'):
            raise NotImplementedError(f'encoding {encoding!r}: FRR answers in text or json')
        return {command: self._json(command) if encoding == 'json' else self._show(command) for command in commands}

    # -- configuration ------------------------------------------------------------------------------------------

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Lock the router and check the lines. Raises MergeConfigException, LockError."""
        text = _text(filename, config, MergeConfigException)
        self._load(merge_candidate(text), MergeConfigException)

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Lock the router and check the whole configuration. Raises ReplaceConfigException, LockError."""
        text = _text(filename, config, ReplaceConfigException)
        self._load(replace_candidate(text), ReplaceConfigException)

    def _load(self, candidate: Candidate, refusal: type[MergeConfigException] | type[ReplaceConfigException]) -> None:
        self._candidate = None
        self._device.ask('lock', wait=self._options.lock_wait)
        try:
            objections = self._device.ask('check', text=candidate.text)['text']
            if objections:
                raise refusal(f'{self.hostname}: refused before anything was sent: {masked(objections)}')
            before = tree(self._running())
            for (kind, name), use in references.left_behind(before, candidate.target(before)):
                raise refusal(
                    f'{self.hostname}: the candidate removes {kind} {name}, but {" / ".join(use)!r} still uses it, and '
                    'FRR would deny everything there without a word: remove that line first'
                )
        except NapalmException:
            self._device.ask('unlock')
            raise
        self._candidate = candidate

    def compare_config(self) -> str:
        """What the commit would change, with contexts, secrets masked; empty if nothing."""
        if self._candidate is None:
            return ''
        before = tree(self._running())
        return difference(before, self._candidate.target(before))

    def commit_config(self, message: str = '', revert_in: int | None = None) -> None:
        """Apply the candidate; with ``revert_in`` seconds it must be confirmed, else the router takes it back itself.

        The startup configuration is written by a commit without ``revert_in`` and by ``confirm_commit``.
        Raises CommitError (the configuration before was restored, unless it says otherwise), LockError.
        """
        if self._candidate is None:
            raise CommitError(f'{self.hostname}: there is no candidate: load one first')
        if revert_in is not None and revert_in < 1:
            raise CommitError(f'{self.hostname}: revert_in is {revert_in}: give whole seconds, 1 or more')
        order, self._candidate = self._candidate.order(self._running()), None
        self._device.ask('commit', message=message, revert_in=revert_in, **order)  # which unlocks, come what may

    def discard_config(self) -> None:
        """Forget the candidate and unlock."""
        if self._candidate is not None:
            self._candidate = None
            self._device.ask('unlock')

    def has_pending_commit(self) -> bool:
        return bool(self._device.ask('status')['pending'])

    def confirm_commit(self) -> None:
        """Keep what was committed with ``revert_in``, whoever did it, and save. Raises CommitConfirmException."""
        self._device.ask('confirm')

    def rollback(self) -> None:
        """Take back the pending commit, else the last one; what others changed since is kept. Raises CommitError."""
        self._candidate = None
        self._device.ask('rollback')

    def _running(self) -> str:
        return str(self._device.ask('running')['text'])

    def get_config(
        self, retrieve: str = 'all', full: bool = False, sanitized: bool = False, format: str = 'text'
    ) -> dict[str, str]:
        """Running, startup and candidate configuration. ``full`` makes no difference: FRR hides its defaults."""
        if format != 'text':
            raise NotImplementedError(f'format {format!r}: FRR has text only')
        found = {'running': '', 'startup': '', 'candidate': ''}
        if retrieve in ('all', 'running'):
            found['running'] = _without_end(self._show('show running-config no-header'))
        if retrieve in ('all', 'startup'):
            found['startup'] = _without_end(self._run(*self._prefix, 'cat', self._options.startup_file))
        if retrieve in ('all', 'candidate') and self._candidate:
            found['candidate'] = self._candidate.text
        return {name: masked(text) for name, text in found.items()} if sanitized else found

    # -- state --------------------------------------------------------------------------------------------------

    def get_facts(self) -> dict[str, Any]:
        return host.facts(self._show('show version'), self._run('sh', '-c', host.FACTS), self._interfaces())

    def get_interfaces(self) -> dict[str, Any]:
        return host.interfaces(self._interfaces(), self._run('date', f'+{host.CLOCK}'))

    def get_interfaces_ip(self) -> dict[str, Any]:
        return host.addresses(self._interfaces())

    def get_arp_table(self, vrf: str = '') -> list[dict[str, Any]]:
        entries = host.neighbors(self._run('ip', '-4', '-json', 'neighbour', 'show', *(['vrf', vrf] if vrf else [])))
        return [{key: entry[key] for key in ('interface', 'mac', 'ip', 'age')} for entry in entries]

    def get_ipv6_neighbors_table(self) -> list[dict[str, Any]]:
        return host.neighbors(self._run('ip', '-6', '-json', 'neighbour', 'show'))

    def get_bgp_neighbors(self) -> dict[str, Any]:
        return bgp_sessions.neighbors(self._json('show bgp vrf all neighbors json'))

    def get_bgp_neighbors_detail(self, neighbor_address: str = '') -> dict[str, Any]:
        return bgp_sessions.details(self._json('show bgp vrf all neighbors json'), neighbor_address)

    def get_bgp_config(self, group: str = '', neighbor: str = '') -> dict[str, Any]:
        """The default instance. A password shows as ``<removed>``."""
        return bgp_config.configured(tree(self._show('show running-config no-header')), group, neighbor)

    def get_route_to(self, destination: str = '', protocol: str = '', longer: bool = False) -> dict[str, Any]:
        """The default VRF; ``destination`` is a prefix or an address, without it all IPv4 routes are meant."""
        try:
            prefix = str(ipaddress.ip_network(destination, strict=False)) if destination else ''
        except ValueError as error:
            raise CommandErrorException(f'{destination!r} is no prefix and no address') from error
        ip, family = ('ipv6', 'ipv6') if ':' in prefix else ('ip', 'ipv4')
        wanted = f' {prefix if longer or "/" in destination else destination}' if prefix else ''
        zebra = self._json(f'show {ip} route{wanted}{" longer-prefixes" if prefix and longer else ""} json')
        has_bgp = any(entry['protocol'] == 'bgp' for entries in zebra.values() for entry in entries)
        return routes.routes(zebra, self._json(f'show bgp {family} unicast json') if has_bgp else {}, protocol)

    def ping(
        self,
        destination: str,
        source: str = '',
        ttl: int = 255,
        timeout: int = 2,
        size: int = 100,
        count: int = 5,
        vrf: str = '',
        source_interface: str = '',
    ) -> dict[str, Any]:
        argv = ['ping', '-n', '-c', str(count), '-W', str(timeout), '-s', str(size), '-t', str(ttl)]
        origin = source or source_interface
        argv += [*(['-I', origin] if origin else []), '--', destination]
        _, output, errors = self._connection.run([*(['ip', 'vrf', 'exec', vrf] if vrf else []), *argv])
        return host.ping_result(output, errors, count)

    def _interfaces(self) -> dict[str, Any]:
        answer: dict[str, Any] = self._json('show interface vrf all json')
        return answer

    def _run(self, *argv: str) -> str:
        code, output, errors = self._connection.run(list(argv))
        if code:
            raise CommandErrorException(f'{self.hostname}: {argv[0]}: {errors.strip()}')
        return output


def _without_end(text: str) -> str:
    """The running configuration ends in ``end``, the same in the startup file does not."""
    return text.removesuffix('end\n')


def _text(
    filename: str | None, config: str | None, refusal: type[MergeConfigException] | type[ReplaceConfigException]
) -> str:
    try:
        text = File(filename).read_text(encoding='utf-8') if filename else config or ''
    except OSError as error:
        raise refusal(f'{filename} cannot be read: {error.strerror}') from error
    if not text.strip():
        raise refusal('there is no configuration: give filename or config')
    return text if text.endswith('\n') else text + '\n'
