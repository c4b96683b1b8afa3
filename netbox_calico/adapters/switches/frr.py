"""Reads FRR (8.4 and later) through a NAPALM driver: what it prints, as values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from napalm.base import NetworkDriver
from napalm.base.exceptions import LockError, ReplaceConfigException

from netbox_calico.planning.model.observation import IPAddress, RouterRoute, RouterSession

_SUMMARY = 'show bgp vrf default summary json'
_TABLES = ('show bgp ipv4 unicast json', 'show bgp ipv6 unicast json')
_FAMILIES = {'ipv4Unicast': 4, 'ipv6Unicast': 6}
_MEMBER = re.compile(r'^ neighbor (\S+)(?: interface)? peer-group (\S+)$', re.MULTILINE)
_LOCAL = '(unspec)'


class FrrReader:
    """Implements ``readers.DeviceReader``."""

    def running(self, device: NetworkDriver) -> str:
        return str(device.get_config(retrieve='running')['running'])

    def saved(self, device: NetworkDriver, running: str) -> bool:
        """Whether a restart would bring back what is running.

        What FRR saved itself is the same text. A file that people wrote is compared by what it means, which needs the
        router's lock for a moment: while somebody else holds it, the answer is no.
        """
        startup = str(device.get_config(retrieve='startup')['startup'])
        if _bare(startup) == _bare(running):
            return True
        try:
            device.load_replace_candidate(config=startup)
        except (LockError, ReplaceConfigException):
            return False
        try:
            return not device.compare_config()
        finally:
            device.discard_config()

    def sessions(self, device: NetworkDriver, running: str) -> tuple[RouterSession, ...]:
        return tuple(sessions(json.loads(device.cli([_SUMMARY])[_SUMMARY] or '{}'), running))

    def table(self, device: NetworkDriver) -> tuple[RouterRoute, ...]:
        answers = device.cli(list(_TABLES))
        return tuple(route for command in _TABLES for route in routes(json.loads(answers[command] or '{}')))


def sessions(summary: Mapping[str, Any], running: str) -> Iterator[RouterSession]:
    """Sessions of the default VRF out of ``show bgp vrf default summary json``; groups are in the configuration."""
    groups = dict(_MEMBER.findall(running))
    for family, number in _FAMILIES.items():
        for name, peer in summary.get(family, {}).get('peers', {}).items():
            yield RouterSession(
                neighbor=_neighbor(name),
                family=number,
                remote_as=peer['remoteAs'],
                established=peer['state'] == 'Established',
                received=peer.get('pfxRcd', 0),
                group=groups.get(name, ''),
            )


def routes(table: Mapping[str, Any]) -> Iterator[RouterRoute]:
    """Every path in a table of ``show bgp … json``."""
    for prefix, paths in table.get('routes', {}).items():
        network = ip_network(prefix)
        for path in paths:
            peer = path.get('peerId', _LOCAL)
            yield RouterRoute(
                prefix=network,
                neighbor=None if peer == _LOCAL else _neighbor(peer),
                used=bool(path.get('valid')) and bool(path.get('bestpath') or path.get('multipath')),
            )


def _neighbor(name: str) -> IPAddress:
    """An address; a neighbour on an interface without one (unnumbered) is the link-local one of that interface."""
    try:
        return ip_address(name)
    except ValueError:
        return IPv6Address(f'fe80::%{name}')


def _bare(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip() not in ('', '!', 'end')]
