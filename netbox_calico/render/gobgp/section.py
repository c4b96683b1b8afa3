"""Renders the section of one cluster on one GoBGP reflector, as data of the file's own structure.

GoBGP has policies for the whole router alone, so each statement of ours says for which neighbours it is; what leads to
none of them falls through to other people's policies. It tells all whatever a route's communities say: what nodes
announce is kept from others by a policy of its own. Descriptions and limits are left out: a changed description ends
the session, and a limit does too when it is reached.
"""

from __future__ import annotations

from typing import Any

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import PeerGroup, RouterSection
from netbox_calico.planning.model.inventory import Network

from .toml import Table

INSIDE = '65535:65281'
"""NO_EXPORT of RFC 1997."""
LEAVING = '65535:0'
"""GRACEFUL_SHUTDOWN of RFC 8326."""
WORSE = '100'
"""A MED: GoBGP cannot change the origin, and BIRD compares either when all else is equal."""
ACCEPT, REJECT = 'accept-route', 'reject-route'
FAMILIES = {4: 'ipv4-unicast', 6: 'ipv6-unicast'}
CONNECT_RETRY, IDLE_HOLD = 10, 5
"""Seconds; GoBGP's own 120 and 30 would leave nodes without a reflector long after it is back."""


def section_data(section: RouterSection) -> Table:
    """The tables of a section, none when it has no groups.

    Raises ``InvalidInput`` for what GoBGP cannot do, and for what could not be told apart from other people's tables.
    """
    if not section.groups:
        return {}
    for group in section.groups:
        _check(section, group)
    prefix = section.groups[0].name.rpartition('-')[0]
    kept = [group for group in section.groups if group.no_export]
    imports = [_import(group) for group in section.groups]
    exports = [_export(group) for group in section.groups]
    sets: Table = {
        'prefix-sets': [
            {'prefix-set-name': name, 'prefix-list': [_prefix(prefix) for prefix in prefixes]}
            for group in section.groups
            for name, prefixes in (
                (group.import_list, group.permitted),
                (group.export_list, group.announced or group.permitted),
            )
        ],
        'neighbor-sets': [
            {'neighbor-set-name': group.name, 'neighbor-info-list': [str(found.address) for found in group.neighbors]}
            for group in section.groups
        ],
    }
    if kept:
        name = f'{prefix}-INSIDE'
        sets['bgp-defined-sets'] = {'community-sets': [{'community-set-name': name, 'community-list': [INSIDE]}]}
        exports.append({'name': name, 'statements': [_inside(name, group) for group in kept]})
    return ordered(
        {
            'defined-sets': sets,
            'policy-definitions': [*imports, *exports],
            'peer-groups': [_group(group) for group in section.groups],
            'neighbors': [
                {'config': {'neighbor-address': str(found.address), 'peer-group': group.name}}
                for group in section.groups
                for found in group.neighbors
            ],
            'global': {
                'apply-policy': {
                    'config': {
                        'import-policy-list': [policy['name'] for policy in imports],
                        'export-policy-list': [policy['name'] for policy in exports],
                    }
                }
            },
        }
    )


def drained(data: Table) -> Table:
    """The same section with all its groups drained: nodes take what others reflect, while sessions stay up."""
    inward = data.get('global', {}).get('apply-policy', {}).get('config', {}).get('import-policy-list', [])
    policies = []
    for policy in data.get('policy-definitions', []):
        statements = [
            {**found, 'actions': _marked(found['actions'], policy['name'] in inward)}
            if found['actions']['route-disposition'] == ACCEPT
            else found
            for found in policy['statements']
        ]
        policies.append({**policy, 'statements': statements})
    return ordered({**data, 'policy-definitions': policies}) if policies else data


def ordered(data: Table) -> Table:
    """Whatever the order in which it was written: sets and neighbours have none that means something."""
    sets = data.get('defined-sets', {})
    communities = sets.get('bgp-defined-sets', {}).get('community-sets', [])
    found: Table = {
        'defined-sets': {
            'prefix-sets': [
                {**entry, 'prefix-list': sorted(entry.get('prefix-list', []), key=str)}
                for entry in _by(sets.get('prefix-sets', []), 'prefix-set-name')
            ],
            'neighbor-sets': [
                {**entry, 'neighbor-info-list': sorted(entry.get('neighbor-info-list', []))}
                for entry in _by(sets.get('neighbor-sets', []), 'neighbor-set-name')
            ],
            'bgp-defined-sets': {'community-sets': _by(communities, 'community-set-name')},
        },
        'policy-definitions': _by(data.get('policy-definitions', []), 'name'),
        'peer-groups': sorted(data.get('peer-groups', []), key=lambda group: str(group['config']['peer-group-name'])),
        'neighbors': sorted(data.get('neighbors', []), key=lambda found: str(found['config']['neighbor-address'])),
        'global': data.get('global', {}),
    }
    return {key: kept for key, value in found.items() if (kept := _tidy(value))}


def _tidy(value: Any) -> Any:
    """Keys in one order, none that say nothing; lists as they are."""
    if isinstance(value, dict):
        return {key: kept for key in sorted(value) if (kept := _tidy(value[key])) not in ({}, [])}
    return [_tidy(entry) for entry in value] if isinstance(value, list) else value


def _by(entries: list[Table], key: str) -> list[Table]:
    return sorted(entries, key=lambda entry: str(entry[key]))


def _group(group: PeerGroup) -> Table:
    config: Table = {'peer-group-name': group.name, 'peer-as': group.remote_as}
    if group.password:
        config['auth-password'] = f'${{secret:{group.password}}}'
    found: Table = {
        'config': config,
        'timers': {
            'config': {
                'hold-time': group.hold_time,
                'keepalive-interval': group.keepalive,
                'connect-retry': CONNECT_RETRY,
                'idle-hold-time-after-reset': IDLE_HOLD,
            }
        },
        'route-reflector': {'config': {'route-reflector-client': True}},
        # It keeps the routes of a node whose BIRD restarts; by itself it forwards nothing that could go on.
        'graceful-restart': {'config': {'enabled': True, 'helper-only': True}},
        'add-paths': {'config': {'receive': True}},
        'afi-safis': [
            {
                'config': {'afi-safi-name': FAMILIES[group.family]},
                'mp-graceful-restart': {'config': {'enabled': True}},
            }
        ],
    }
    if group.update_source is not None:
        found['transport'] = {'config': {'local-address': str(group.update_source)}}
    return found


def _import(group: PeerGroup) -> Table:
    actions: Table = {'route-disposition': ACCEPT}
    if group.no_export:
        actions['bgp-actions'] = {'set-community': _community(INSIDE)}
    if group.drained:
        actions = _marked(actions, inward=True)
    return _policy(group.import_map, group.name, group.import_list, actions)


def _export(group: PeerGroup) -> Table:
    actions: Table = {'route-disposition': ACCEPT}
    if group.drained:
        actions = _marked(actions, inward=False)
    return _policy(group.export_map, group.name, group.export_list, actions)


def _policy(name: str, neighbors: str, prefixes: str, actions: Table) -> Table:
    theirs = {'match-neighbor-set': {'neighbor-set': neighbors}}
    return {
        'name': name,
        'statements': [
            {
                'name': f'{name}-10',
                'conditions': {**theirs, 'match-prefix-set': {'prefix-set': prefixes}},
                'actions': actions,
            },
            {'name': f'{name}-20', 'conditions': theirs, 'actions': {'route-disposition': REJECT}},
        ],
    }


def _inside(name: str, group: PeerGroup) -> Table:
    return {
        'name': f'{name}-{group.family}',
        'conditions': {
            'match-prefix-set': {'prefix-set': group.import_list},
            'bgp-conditions': {'match-community-set': {'community-set': name}},
        },
        'actions': {'route-disposition': REJECT},
    }


def _marked(actions: Table, inward: bool) -> Table:
    """What a drained group does to routes: those that it hears are leaving, those that it tells are worse."""
    bgp: Table = dict(actions.get('bgp-actions', {}))
    if inward:
        had = bgp.get('set-community', {}).get('set-community-method', {}).get('communities-list', [])
        bgp['set-community'] = _community(*sorted({*had, LEAVING}))
    else:
        bgp['set-med'] = WORSE
    return {**actions, 'bgp-actions': bgp}


def _community(*values: str) -> Table:
    return {'options': 'add', 'set-community-method': {'communities-list': list(values)}}


def _prefix(prefix: Network) -> Table:
    longest = prefix.max_prefixlen if prefix.prefixlen else 0
    return {'ip-prefix': str(prefix), 'masklength-range': f'{prefix.prefixlen}..{longest}'}


def _check(section: RouterSection, group: PeerGroup) -> None:
    where = f'Group {group.name} on {section.name}'
    mark = f'CAL-{section.handle.upper()}'
    for name in (group.name, group.import_map, group.export_map, group.import_list, group.export_list):
        if name.rpartition('-')[0] != mark:
            raise InvalidInput(f'{where}: the name {name!r} does not bear the mark of cluster {section.handle!r}.')
    if not group.route_reflector_client or group.remote_as != section.asn:
        raise InvalidInput(
            f'{where}: GoBGP forwards no packets and serves as a route reflector outside the cluster alone; give '
            f'{section.name} a profile of a network OS that forwards, or choose another router.'
        )
    changed = (group.next_hop, group.next_hop_self, group.next_hops, group.local_preference, group.no_advertise)
    if any(changed):
        raise InvalidInput(f'{where}: with GoBGP a reflector leaves next hops and preferences as they are.')
    if not group.permitted:
        raise InvalidInput(
            f'{where}: nothing is permitted; give the cluster a pool or a service range of IPv{group.family}.'
        )
    if not group.hold_time:
        raise InvalidInput(f'{where}: GoBGP takes a hold time of 0 for its own of 90 s; choose one in the profile.')
