"""Cuts our section out of GoBGP's configuration file, in canonical text, and reads the knobs of the whole router."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from netbox_calico.planning.errors import InvalidInput

from .section import ordered
from .toml import Table, read, write

_REFERENCE = re.compile(r'\$\{secret:[^}]*\}')
_NAMES = {
    'prefix-sets': 'prefix-set-name',
    'neighbor-sets': 'neighbor-set-name',
    'community-sets': 'community-set-name',
}


def owned(running: str, handle: str, reference: Callable[[str], str]) -> str:
    """Our section of a configuration file, '' when there is none.

    Passwords are replaced by ``${secret:…}`` with what ``reference`` calls them; their values do not leave this module.
    """
    data, mark = read(running), f'CAL-{handle.upper()}'

    def ours(name: object) -> bool:
        return str(name).rpartition('-')[0] == mark

    try:
        found = _cut(data, ours)
    except (AttributeError, KeyError, TypeError) as exc:
        raise InvalidInput(
            f'The configuration is not built as GoBGP wants it ({exc!r}): let gobgpd -d check it.'
        ) from exc
    for group in (*found.get('peer-groups', []), *found.get('neighbors', [])):
        password = group['config'].get('auth-password')
        if password and not _REFERENCE.fullmatch(password):
            group['config']['auth-password'] = f'${{secret:{reference(password)}}}'
    return write(ordered(found)) if found else ''


def _cut(data: Table, ours: Callable[[object], bool]) -> Table:
    sets = data.get('defined-sets', {})
    communities = sets.get('bgp-defined-sets', {})
    lists = data.get('global', {}).get('apply-policy', {}).get('config', {})
    named = {kind: _named(tables, kind, ours) for tables, kind in ((sets, 'prefix-sets'), (sets, 'neighbor-sets'))}
    if inside := _named(communities, 'community-sets', ours):
        named['bgp-defined-sets'] = {'community-sets': inside}
    attached = {
        key: own for key in ('import-policy-list', 'export-policy-list') if (own := [*filter(ours, lists.get(key, []))])
    }
    found: Table = {
        'defined-sets': {kind: tables for kind, tables in named.items() if tables},
        'policy-definitions': [found for found in data.get('policy-definitions', []) if ours(found['name'])],
        'peer-groups': [found for found in data.get('peer-groups', []) if ours(found['config']['peer-group-name'])],
        'neighbors': [found for found in data.get('neighbors', []) if ours(found['config'].get('peer-group', ''))],
        'dynamic-neighbors': [
            found for found in data.get('dynamic-neighbors', []) if ours(found['config'].get('peer-group', ''))
        ],
        'global': {'apply-policy': {'config': attached}} if attached else {},
    }
    return {key: value for key, value in found.items() if value}


def _named(tables: Mapping[str, Any], kind: str, ours: Callable[[object], bool]) -> Any:
    return [found for found in tables.get(kind, []) if ours(found[_NAMES[kind]])]


def mark_of(section: str) -> str:
    """The cluster's mark, which every name in its section bears; '' for no section."""
    data = read(section)
    return next((name.rpartition('-')[0] for name in _names(data)), '')


def _names(data: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(found['config']['peer-group-name']) for found in data.get('peer-groups', []))
    yield from (str(found['name']) for found in data.get('policy-definitions', []))
    sets = data.get('defined-sets', {})
    for tables in (sets, sets.get('bgp-defined-sets', {})):
        yield from (str(found[name]) for kind, name in _NAMES.items() for found in tables.get(kind, []))
    for listed in data.get('global', {}).get('apply-policy', {}).get('config', {}).values():
        yield from map(str, listed)
    for kind in ('neighbors', 'dynamic-neighbors'):
        yield from (str(found['config']['peer-group']) for found in data.get(kind, []))


def settings(running: str) -> Mapping[str, str]:
    """The global knobs by name. ``addpath_rx`` is ``yes``: our groups switch it on themselves."""
    config = read(running).get('global', {}).get('config', {})
    found = {'addpath_rx': 'yes', 'graceful_restart': 'helper'}
    for name, key in (('asn', 'as'), ('router_id', 'router-id')):
        if key in config:
            found[name] = str(config[key])
    return found
