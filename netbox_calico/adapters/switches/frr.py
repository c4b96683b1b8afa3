"""Reads FRR (8.4 and later) through a NAPALM driver: what it prints, as values."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from napalm.base import NetworkDriver
from napalm.base.exceptions import ReplaceConfigException

from napalm_frr.candidate import unsaved
from netbox_calico.planning.errors import Refused
from netbox_calico.planning.model.observation import IPAddress, RouterRoute, RouterSession

_SUMMARY = 'show bgp vrf default summary json'
_TABLES = ('show bgp ipv4 unicast json', 'show bgp ipv6 unicast json')
_FAMILIES = {'ipv4Unicast': 4, 'ipv6Unicast': 6}
_INSTANCE = re.compile(r'router bgp \d+')
_NEIGHBOR = re.compile(r' neighbor (\S+)(?: interface)?(?: peer-group (\S+)| .*)')
_LOCAL = '(unspec)'
UNREADABLE = '\ufffd'
"""What stands for a byte that is no UTF-8."""


class FrrReader:
    """Implements ``readers.DeviceReader``."""

    def running(self, device: NetworkDriver) -> str:
        text = str(device.get_config(retrieve='running')['running'])
        odd = next((line.split() for line in text.splitlines() if UNREADABLE in line), None)
        if odd:
            # The rest of the line may be a password.
            raise Refused(
                f'The configuration has bytes that are not UTF-8 in a line «{" ".join(odd[:3])} …»: FRR could take no '
                'change back. Write that line anew in plain characters.'
            )
        return text

    def quoted(self, password: str) -> str:
        """To FRR a password is a word."""
        return password

    def saved(self, device: NetworkDriver, running: str) -> bool:
        """Whether a restart would bring back what is running.

        What FRR saved itself is the same text; a file that people wrote is compared by what it means. Neither takes
        the router's lock: a look never stands in the way of a change.
        """
        startup = str(device.get_config(retrieve='startup')['startup'])
        if _bare(startup) == _bare(running):
            return True
        try:
            return not unsaved(running, startup)
        except ReplaceConfigException:
            return False

    def sessions(self, device: NetworkDriver, running: str) -> tuple[RouterSession, ...]:
        return tuple(sessions(_parsed(_SUMMARY, device.cli([_SUMMARY])[_SUMMARY]), running))

    def table(self, device: NetworkDriver) -> tuple[RouterRoute, ...]:
        answers = device.cli(list(_TABLES))
        return tuple(route for command in _TABLES for route in routes(_parsed(command, answers[command])))


def sessions(summary: Mapping[str, Any], running: str) -> Iterator[RouterSession]:
    """Sessions of the default VRF out of ``show bgp vrf default summary json``; groups are in the configuration.

    A neighbour that is active in neither family is in no summary. It is somebody's all the same: made a member of a
    group, it would silently lose what it had.
    """
    groups = _configured(running)
    shown = {name for family in _FAMILIES for name in summary.get(family, {}).get('peers', {})}
    for name in groups.keys() - shown:
        with contextlib.suppress(ValueError):  # a group, or an interface
            address = ip_address(name)
            yield RouterSession(address, address.version, remote_as=0, established=False, group=groups[name])
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


def _configured(running: str) -> dict[str, str]:
    """The neighbours of BGP in the default VRF by name, each with its group, '' where it has none."""
    found: dict[str, str] = {}
    inside = False
    for line in running.splitlines():
        if line[:1] != ' ':
            inside = bool(_INSTANCE.fullmatch(line.rstrip()))
        elif inside and (neighbor := _NEIGHBOR.fullmatch(line.rstrip())):
            found[neighbor[1]] = neighbor[2] or found.get(neighbor[1], '')
    return found


def _parsed(command: str, answer: str) -> Any:
    try:
        return json.loads(answer or '{}')
    except ValueError as exc:
        raise Refused(
            f'«{command}» is answered by {answer[:60]!r}, which is no JSON: see whether all of FRR runs there, in a '
            'version that COMPATIBILITY.md names.'
        ) from exc


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
