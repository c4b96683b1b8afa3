"""Reads a section in canonical text back into the peer-groups that it was rendered from, for the proof of a plan."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import Any

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import Neighbor, PeerGroup
from netbox_calico.planning.model.inventory import Network

from .section import FAMILIES, INSIDE, LEAVING
from .toml import Table, read

_PASSWORD = re.compile(r'\$\{secret:([^}]*)\}')
_NUMBERS = {name: number for number, name in FAMILIES.items()}


def peer_groups(section: str) -> tuple[PeerGroup, ...]:
    """The groups by name. Raises ``InvalidInput`` where one lacks what every group of ours has."""
    data = read(section)
    found = []
    for group in data.get('peer-groups', []):
        name = group['config']['peer-group-name']
        try:
            found.append(_group(name, group, data))
        except (KeyError, IndexError, StopIteration, TypeError, ValueError) as exc:
            raise InvalidInput(
                f'Group {name} is not as it was sent ({exc!r}): somebody changed it on the router. A plan that sends '
                'the section anew mends it.'
            ) from exc
    return tuple(found)


def _group(name: str, group: Table, data: Table) -> PeerGroup:
    attached = data['global']['apply-policy']['config']
    inward, outward = (_policy(name, attached[f'{way}-policy-list'], data) for way in ('import', 'export'))
    import_list, export_list = (
        _first(policy)['conditions']['match-prefix-set']['prefix-set'] for policy in (inward, outward)
    )
    permitted, announced = _prefixes(import_list, data), _prefixes(export_list, data)
    communities = _added(_first(inward))
    config, timers = group['config'], group['timers']['config']
    source = group.get('transport', {}).get('config', {}).get('local-address', '')
    password = config.get('auth-password', '')
    reference = _PASSWORD.fullmatch(password)
    [family] = group['afi-safis']
    return PeerGroup(
        name=name,
        family=_NUMBERS[family['config']['afi-safi-name']],
        remote_as=config['peer-as'],
        keepalive=timers['keepalive-interval'],
        hold_time=timers['hold-time'],
        as_override=False,
        import_map=inward['name'],
        export_map=outward['name'],
        import_list=import_list,
        export_list=export_list,
        permitted=permitted,
        neighbors=tuple(
            Neighbor(ip_address(found['config']['neighbor-address']), '')
            for found in data.get('neighbors', [])
            if found['config']['peer-group'] == name
        ),
        password=reference[1] if reference else password,
        announced=announced if announced != permitted else (),
        route_reflector_client=group['route-reflector']['config']['route-reflector-client'],
        update_source=ip_address(source) if source else None,
        no_export=INSIDE in communities,
        drained=LEAVING in communities,
    )


def _policy(group: str, attached: list[str], data: Table) -> Table:
    """The policy of those attached that is for the group's neighbours."""
    return next(
        policy
        for policy in data['policy-definitions']
        if policy['name'] in attached
        and _first(policy)['conditions'].get('match-neighbor-set', {}).get('neighbor-set') == group
    )


def _first(policy: Table) -> Any:
    return policy['statements'][0]


def _prefixes(name: str, data: Table) -> tuple[Network, ...]:
    found = next(entry for entry in data['defined-sets']['prefix-sets'] if entry['prefix-set-name'] == name)
    return tuple(ip_network(entry['ip-prefix']) for entry in found['prefix-list'])


def _added(statement: Table) -> list[str]:
    done = statement['actions'].get('bgp-actions', {}).get('set-community', {})
    return list(done.get('set-community-method', {}).get('communities-list', []))
