"""What gobgpd runs held against what its file says: it takes a file in silence, and not always all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from napalm_gobgp.on_device.gobgpd import Gobgpd

Table = Mapping[str, Any]

_FIELDS = {
    ('config', 'peer-as'): ('conf', 'peer_asn'),
    ('config', 'auth-password'): ('conf', 'auth_password'),
    ('config', 'description'): ('conf', 'description'),
    ('timers', 'config', 'hold-time'): ('timers', 'config', 'hold_time'),
    ('timers', 'config', 'keepalive-interval'): ('timers', 'config', 'keepalive_interval'),
    ('transport', 'config', 'local-address'): ('transport', 'local_address'),
    ('route-reflector', 'config', 'route-reflector-client'): ('route_reflector', 'route_reflector_client'),
    ('graceful-restart', 'config', 'enabled'): ('graceful_restart', 'enabled'),
}
"""What a neighbour's table says, and where the API has it."""


def neighbors(data: Table) -> dict[str, Table]:
    """By address or interface, what each neighbour has of itself and of its group."""
    groups = {str(_at(group, 'config', 'peer-group-name')): group for group in data.get('peer-groups', [])}
    found: dict[str, Table] = {}
    for own in data.get('neighbors', []):
        address = _address(str(_at(own, 'config', 'neighbor-address') or _at(own, 'config', 'neighbor-interface')))
        found[address] = {'own': own, 'group': groups.get(str(_at(own, 'config', 'peer-group')), {})}
    return found


def differing(data: Table, gobgpd: Gobgpd, gobgp: str) -> Iterator[str]:
    """Where the two differ, in words without values."""
    yield from _of_neighbors(data, gobgpd.ask(gobgp, 'neighbor') or [])
    yield from _of_policies(data, gobgpd, gobgp)


def _of_neighbors(data: Table, answer: list[Table]) -> Iterator[str]:
    wanted = neighbors(data)
    running = {
        _address(str(_at(peer, 'conf', 'neighbor_interface') or _at(peer, 'conf', 'neighbor_address'))): peer
        for peer in answer
    }
    ranges = [ip_network(_at(found, 'config', 'prefix')) for found in data.get('dynamic-neighbors', [])]
    for address in sorted(wanted.keys() - running.keys()):
        yield f'neighbor {address} does not run'
    for address in sorted(running.keys() - wanted.keys()):
        if not _is_dynamic(address, ranges):
            yield f'neighbor {address} runs and is not in the file'
    for address in sorted(wanted.keys() & running.keys()):
        for path, there in _FIELDS.items():
            value = _at(wanted[address]['own'], *path)
            value = _at(wanted[address]['group'], *path) if value is None else value
            # What is false or nothing the API leaves out.
            if value is not None and value != (_at(running[address], *there) or type(value)()):
                yield f'neighbor {address}: {".".join(path)}'


def _is_dynamic(address: str, ranges: list[IPv4Network | IPv6Network]) -> bool:
    try:
        return any(ip_address(address) in found for found in ranges)
    except ValueError:  # an interface
        return False


def _of_policies(data: Table, gobgpd: Gobgpd, gobgp: str) -> Iterator[str]:
    attached = _at(data, 'global', 'apply-policy', 'config') or {}
    for way in ('import', 'export'):
        running = gobgpd.ask(gobgp, 'global', 'policy', way) or {}
        if list(attached.get(f'{way}-policy-list', [])) != [found['name'] for found in running.get('policies') or []]:
            yield f'global.apply-policy: {way}-policy-list'
    policies = {found['name']: _statements(found) for found in gobgpd.ask(gobgp, 'policy') or []}
    yield from _named(
        'policy', {found['name']: _statements(found) for found in _list(data, 'policy-definitions')}, policies
    )
    sets = data.get('defined-sets', {})
    yield from _named(
        'prefix-set',
        {
            found['prefix-set-name']: sorted(map(_prefix, _list(found, 'prefix-list')))
            for found in _list(sets, 'prefix-sets')
        },
        {
            found['name']: sorted(
                (found['ip_prefix'], found.get('mask_length_min', 0), found.get('mask_length_max', 0))
                for found in found.get('prefixes') or []
            )
            for found in gobgpd.ask(gobgp, 'policy', 'prefix') or []
        },
    )
    yield from _named(
        'neighbor-set',
        {
            found['neighbor-set-name']: sorted(
                str(ip_network(entry, strict=False)) for entry in found.get('neighbor-info-list', [])
            )
            for found in _list(sets, 'neighbor-sets')
        },
        {found['name']: sorted(found.get('list') or []) for found in gobgpd.ask(gobgp, 'policy', 'neighbor') or []},
    )


def _named(kind: str, wanted: Mapping[str, object], running: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(wanted.keys() | running.keys()):
        if wanted.get(name) != running.get(name):
            yield f'{kind} {name}'


def _statements(policy: Table) -> list[str]:
    """Their names; one without gets one of GoBGP."""
    found = policy.get('statements') or []
    return [statement.get('name') or f'{policy["name"]}_stmt{number}' for number, statement in enumerate(found)]


def _prefix(entry: Table) -> tuple[str, int, int]:
    network = ip_network(entry['ip-prefix'], strict=False)
    least, _, most = str(entry.get('masklength-range', '')).partition('..')
    return str(network), int(least or network.prefixlen), int(most or network.prefixlen)


def _list(table: Table, key: str) -> list[Table]:
    found: list[Table] = table.get(key, [])
    return found


def _at(table: Any, *path: str) -> Any:
    for key in path:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return text
