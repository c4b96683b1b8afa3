"""Reads a section in canonical text back into the peer-groups that it was rendered from, for the proof of a plan."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import Neighbor, PeerGroup
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.observation import IPAddress

from .lines import IPV4, IPV6, is_list, map_entry, order
from .tree import Path, leaves

_FAMILIES = {IPV4: 4, IPV6: 6}
_PASSWORD = re.compile(r'\$\{secret:([^}]*)\}')


@dataclass(slots=True)
class _Read:
    """The lines of a section, by what they speak of; those of groups and neighbours without ``neighbor NAME``."""

    lists: dict[str, list[Network]] = field(default_factory=lambda: defaultdict(list))
    list_of_map: dict[str, str] = field(default_factory=dict)
    next_hops_of_map: dict[str, str] = field(default_factory=dict)
    sets: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    families: dict[str, int] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    values: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


def peer_groups(section: str) -> tuple[PeerGroup, ...]:
    """The groups that are active, by name. Raises ``InvalidInput`` where one lacks what every group of ours has."""
    read = _Read()
    for path in sorted(leaves(section), key=order):
        if is_list(path):
            words = path[-1].split()
            read.lists[words[2]].append(ip_network(words[4]))
        elif entry := map_entry(path):
            if path[-1].startswith('match '):
                of_maps = read.next_hops_of_map if ' next-hop ' in path[-1] else read.list_of_map
                of_maps[entry[0]] = path[-1].split()[-1]
            elif path[-1].startswith('set '):
                _, *what, value = path[-1].split()
                read.sets[entry[0]][' '.join(what)] = value
        elif path[-1].startswith('neighbor '):
            _neighbor(read, path)
    return tuple(_group(name, read) for name in sorted(read.families))


def _neighbor(read: _Read, path: Path) -> None:
    _, name, what, *rest = path[-1].split()
    if what == 'peer-group' and rest:
        read.members[rest[0]].append(name)
    elif what == 'activate':
        read.families[name] = _FAMILIES[path[1]]
    elif what == 'route-map':
        read.values[name][f'route-map {rest[1]}'] = rest[0]
    else:
        read.values[name][what] = ' '.join(rest)


def _group(name: str, read: _Read) -> PeerGroup:
    values = read.values[name]
    try:
        import_map, export_map = values['route-map in'], values['route-map out']
        import_list, export_list = read.list_of_map[import_map], read.list_of_map[export_map]
        keepalive, hold_time = map(int, values['timers'].split())
        permitted, announced = (tuple(read.lists[name]) for name in (import_list, export_list))
        if not permitted or not announced:
            raise ValueError('one of its prefix-lists is missing')
        next_hop_list = read.next_hops_of_map.get(import_map, '')
        next_hop = next((value for what, value in read.sets[export_map].items() if 'next-hop' in what), '')
        return PeerGroup(
            name=name,
            family=read.families[name],
            remote_as=None if values['remote-as'] == 'external' else int(values['remote-as']),
            keepalive=keepalive,
            hold_time=hold_time,
            as_override='as-override' in values,
            import_map=import_map,
            export_map=export_map,
            import_list=import_list,
            export_list=export_list,
            permitted=permitted,
            neighbors=tuple(_neighbors(name, read)),
            maximum_prefix=_number(values.get('maximum-prefix')),
            password=_password(values.get('password', '')),
            announced=announced if announced != permitted else (),
            local_preference=_number(read.sets[import_map].get('local-preference')),
            route_reflector_client='route-reflector-client' in values,
            next_hop_self='next-hop-self' in values,
            next_hop=_address(next_hop),
            local_as=_number(values.get('local-as')),
            update_source=_address(values.get('update-source', '')),
            connected_check='disable-connected-check' not in values,
            no_export=any('no-export' in what.split() for what in read.sets[import_map]),
            no_advertise=any('no-advertise' in what.split() for what in read.sets[export_map]),
            drained='origin' in read.sets[export_map],
            next_hops=tuple(read.lists[next_hop_list]) if next_hop_list else (),
            next_hop_list=next_hop_list,
            multihop='ebgp-multihop' in values,
        )
    except (KeyError, ValueError) as exc:
        raise InvalidInput(
            f'Group {name} is not as it was sent ({exc}): somebody changed it on the router. A plan that sends the '
            'section anew mends it.'
        ) from exc


def _number(text: str | None) -> int | None:
    return int(text.split()[0]) if text else None


def _address(text: str) -> IPAddress | None:
    return ip_address(text) if text else None


def _neighbors(group: str, read: _Read) -> Iterator[Neighbor]:
    for name in read.members[group]:
        yield Neighbor(ip_address(name), read.values[name].get('description', ''))


def _password(text: str) -> str:
    found = _PASSWORD.fullmatch(text)
    return found[1] if found else text
