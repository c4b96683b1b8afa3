"""``get_bgp_config`` from the running configuration: the default instance; NAPALM has no place for the other VRFs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from napalm_frr.bgp_sessions import as_number
from napalm_frr.configuration import Tree
from napalm_frr.secrets import REMOVED

UNGROUPED = '_'
LIMIT = re.compile(r'(\d+)(?: (\d+))?(?: (warning-only)| restart (\d+))?(?: force)?$')

type Settings = dict[str, str]


def configured(running: Tree, group: str = '', neighbor: str = '') -> dict[str, Any]:
    """Groups with their neighbours; those of no group stand in ``_``. A password shows as ``<removed>``."""
    router = next(((line, below) for line, below in running.items() if re.fullmatch(r'router bgp [\d.]+', line)), None)
    if router is None:
        return {}
    local_as = as_number(router[0].split()[2])
    settings = _settings(router[1])
    names = [name for name, own in settings.items() if own.get('peer-group') == '']
    found = {name: _group(name, settings, local_as) for name in (UNGROUPED, *names)}
    found[UNGROUPED]['multipath'] = any(below.startswith('maximum-paths') for _, below in _lines(router[1]))
    if neighbor:
        found = {
            name: {**about, 'neighbors': {neighbor: about['neighbors'][neighbor]}}
            for name, about in found.items()
            if neighbor in about['neighbors']
        }
    if group:
        found = {name: about for name, about in found.items() if name == group}
    return {name: about for name, about in found.items() if name != UNGROUPED or about['neighbors']}


def _lines(router: Tree) -> Iterator[tuple[str, str]]:
    """Each line with the family that it stands in, empty at router level."""
    for line, below in router.items():
        if line.startswith('address-family '):
            yield from ((line.removeprefix('address-family '), inner) for inner in below)
        else:
            yield '', line


def _settings(router: Tree) -> dict[str, Settings]:
    """What is said of each neighbour and group, such as ``ipv4 unicast maximum-prefix`` -> ``1000 80``."""
    found: dict[str, Settings] = {}
    for family, line in _lines(router):
        match = re.match(r'neighbor (\S+) (\S+) ?(.*)', line)
        if not match:
            continue
        name, word, rest = match.groups()
        own = found.setdefault(name, {})
        policy = re.fullmatch(r'(\S+) (in|out)', rest)
        if word == 'route-map' and policy:
            own.setdefault(f'route-map {policy[2]}', policy[1])
        elif word == 'interface' and ' peer-group ' in f' {rest}':
            own['peer-group'] = rest.split()[-1]
        else:
            own[f'{family} {word}'.strip()] = rest
    return found


def _group(name: str, settings: dict[str, Settings], local_as: int) -> dict[str, Any]:
    own = {} if name == UNGROUPED else settings[name]
    members = {
        member: {**own, **said, 'own-as': said.get('remote-as', own.get('remote-as', ''))}
        for member, said in settings.items()
        if said.get('peer-group', UNGROUPED) == name
    }
    return {
        'type': _type(own.get('remote-as', ''), local_as),
        'description': own.get('description', ''),
        'apply_groups': [],
        'multihop_ttl': int(own.get('ebgp-multihop') or 0),
        'multipath': False,
        'local_address': own.get('update-source', ''),
        'local_as': _local_as(own, local_as),
        'remote_as': _remote_as(own, local_as),
        'import_policy': own.get('route-map in', ''),
        'export_policy': own.get('route-map out', ''),
        'remove_private_as': any(key.endswith('remove-private-AS') for key in own),
        'prefix_limit': _limits(own),
        'neighbors': {member: _neighbor(said, local_as) for member, said in members.items()},
    }


def _neighbor(said: Settings, local_as: int) -> dict[str, Any]:
    return {
        'description': said.get('description', ''),
        'import_policy': said.get('route-map in', ''),
        'export_policy': said.get('route-map out', ''),
        'local_address': said.get('update-source', ''),
        'local_as': _local_as(said, local_as),
        'remote_as': _remote_as(said, local_as),
        'authentication_key': REMOVED if 'password' in said else '',
        'prefix_limit': _limits(said),
        'route_reflector_client': any(key.endswith('route-reflector-client') for key in said),
        'nhs': any(key.endswith('next-hop-self') for key in said),
    }


def _type(remote: str, local_as: int) -> str:
    if not remote:
        return ''
    return 'internal' if remote in ('internal', str(local_as)) else 'external'


def _local_as(said: Settings, local_as: int) -> int:
    return as_number(said['local-as'].split()[0]) if 'local-as' in said else local_as


def _remote_as(said: Settings, local_as: int) -> int:
    """0 where FRR learns it from the session (``external``)."""
    remote = said.get('remote-as', '')
    if remote == 'internal':
        return local_as
    return as_number(remote) if remote[:1].isdigit() else 0


def _limits(said: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for family, key in (('ipv4', 'inet'), ('ipv6', 'inet6')):
        match = LIMIT.match(said.get(f'{family} unicast maximum-prefix', ''))
        if match:
            limit: dict[str, Any] = {'limit': int(match[1])}
            if not match[3]:
                limit['teardown'] = {'threshold': int(match[2] or 75), 'timeout': int(match[4] or 0)}
            found[key] = {'unicast': limit}
    return found
