"""``FRRDriver``: NAPALM's interface to a router that runs FRR, over SSH."""

from __future__ import annotations

import ipaddress
import json
import logging
from typing import Any

from napalm.base.exceptions import (
    CommandErrorException,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
)

from napalm_frr import bgp_config, bgp_sessions, host, references, routes
from napalm_frr.candidate import Candidate, merge_candidate, replace_candidate
from napalm_frr.committing import CommittingDriver, text_of
from napalm_frr.configuration import tree
from napalm_frr.diff import difference
from napalm_frr.options import Options
from napalm_frr.remote import FRR
from napalm_frr.secrets import masked

log = logging.getLogger(__name__)

PROBE = """
if [ "$1" = none ] || { [ "$1" = auto ] && [ "$(id -u)" = 0 ]; }; then via=
elif [ "$1" = sudo ] || sudo -n true 2>/dev/null; then via='sudo -n'
else via=; fi
echo "napalm-frr:$via"; shift; exec $via "$@" -c 'show version'
"""


class FRRDriver(CommittingDriver[Candidate]):
    """FRR over SSH. ``optional_args`` are described in ``napalm_frr.options.Options``."""

    platform = 'frr'
    options = Options
    far_end = FRR

    # -- connection ---------------------------------------------------------------------------------------------

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
        self._load(merge_candidate(text_of(filename, config, MergeConfigException)), MergeConfigException)

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Lock the router and check the whole configuration. Raises ReplaceConfigException, LockError."""
        self._load(replace_candidate(text_of(filename, config, ReplaceConfigException)), ReplaceConfigException)

    def _objections(self, candidate: Candidate) -> str:
        if objections := super()._objections(candidate):
            return objections
        running = self._running()
        for (kind, name), use in references.left_behind(tree(running), candidate.target(running)):
            return (
                f'the candidate removes {kind} {name}, but {" / ".join(use)!r} still uses it, and FRR would deny '
                'everything there without a word: remove that line first'
            )
        return ''

    def compare_config(self) -> str:
        """What the commit would change, with contexts, secrets masked; empty if nothing."""
        if self._candidate is None:
            return ''
        running = self._running()
        return difference(tree(running), self._candidate.target(running))

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
