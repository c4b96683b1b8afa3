"""Reads GoBGP (3.10 and later) through its NAPALM driver: what its API says, as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from napalm.base import NetworkDriver

from netbox_calico.planning.model.observation import RouterRoute, RouterSession

_NEIGHBORS = 'neighbor'
_TABLES = ('global rib -a ipv4', 'global rib -a ipv6')
_FAMILIES = {(1, 1): 4, (2, 1): 6}
_ESTABLISHED = 6


class GobgpReader:
    """Implements ``readers.DeviceReader``. The file is what runs: a change is seen to have been taken."""

    def running(self, device: NetworkDriver) -> str:
        return str(device.get_config(retrieve='running')['running'])

    def quoted(self, password: str) -> str:
        """As it stands between the quotes of TOML."""
        return password.replace('\\', '\\\\')

    def saved(self, device: NetworkDriver, running: str) -> bool:
        """Whether gobgpd runs what its file says: else the next change would bring more than its own."""
        return not device.differences()

    def sessions(self, device: NetworkDriver, running: str) -> tuple[RouterSession, ...]:
        return tuple(sessions(device.cli([_NEIGHBORS])[_NEIGHBORS] or ()))

    def table(self, device: NetworkDriver) -> tuple[RouterRoute, ...]:
        answers = device.cli(list(_TABLES))
        return tuple(route for command in _TABLES for route in routes(answers[command] or {}))


def sessions(neighbors: Iterable[Mapping[str, Any]]) -> Iterator[RouterSession]:
    """Sessions out of ``gobgp -j neighbor``, one a neighbour and family."""
    for peer in neighbors:
        for family in peer.get('afi_safis') or ():
            state = family['state']
            number = _FAMILIES.get((state['family'].get('afi', 0), state['family'].get('safi', 0)))
            if number is not None:
                yield RouterSession(
                    neighbor=ip_address(peer['state']['neighbor_address']),
                    family=number,
                    remote_as=peer['state'].get('peer_asn', 0),
                    established=peer['state'].get('session_state') == _ESTABLISHED,
                    received=int(state.get('accepted', 0)),
                    group=peer['conf'].get('peer_group', ''),
                )


def routes(table: Mapping[str, Any]) -> Iterator[RouterRoute]:
    """Every path of ``gobgp -j global rib``; of several it uses the best alone."""
    for prefix, paths in table.items():
        for path in paths:
            end = path.get('neighbor-ip', '')
            yield RouterRoute(
                prefix=ip_network(prefix),
                neighbor=ip_address(end) if end and end != '<nil>' else None,
                used=bool(path.get('best')),
            )
