"""Route tables of real speakers, path by path, in the words of the proof."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from lab import gobgp
from lab.addressing import SPINE_AS, Family, Network
from lab.datacentre import Lab
from tests.planning.proof.tables import Entry

type Table = Mapping[Network, frozenset[Entry]]

SPINE = f'AS {SPINE_AS}'
USUAL_PREFERENCE = 100
# Attributes of a route by the numbers of RFC 4271 and 4760.
AS_PATH, NEXT_HOP, LOCAL_PREFERENCE, REACHED = 2, 3, 5, 14
# Destination (on the first of its lines), [who taught it …].
_ROUTE = re.compile(r'^(?P<destination>\S*)\s[^[]*\[(?P<teacher>[^\s\]]+)[^\]]*\]')
_ATTRIBUTE = re.compile(r'^\s+BGP\.(?P<name>\w+): (?P<value>.*)$')
_SESSION = re.compile(r'(?:Global|Node|Mesh)_(?P<address>\w+)')


@dataclass
class _Heard:
    """A route of BIRD's answer, while its lines are read."""

    destination: str
    teacher: str
    attributes: dict[str, str] = field(default_factory=dict)


def of_node(lab: Lab, node: str, family: Family) -> Table:
    """What BIRD has from its neighbours."""
    names = {**_names(lab), **_shared(lab, lab.topology.node(node).rack)}
    by_identifier = {re.sub('[.:]', '_', address): name for address, name in names.items()}
    found: dict[Network, set[Entry]] = defaultdict(set)
    for heard in _heard(lab.birdc(node, 'show route all', family).splitlines()):
        session = _SESSION.fullmatch(heard.teacher)
        if session:
            entry = Entry(
                neighbor=by_identifier[session['address']],
                next_hop=names[heard.attributes['next_hop'].split()[0]],
                as_path=_as_path(heard.attributes.get('as_path', '')),
                local_preference=int(heard.attributes['local_pref']),
            )
            found[ip_network(heard.destination)].add(entry)
    return _frozen(found)


def _heard(lines: Iterable[str]) -> Iterator[_Heard]:
    last: _Heard | None = None
    for line in lines:
        if route := _ROUTE.match(line):
            if last is not None:
                yield last
            last = _Heard(route['destination'] or (last.destination if last else ''), route['teacher'])
        elif last is not None and (attribute := _ATTRIBUTE.match(line)):
            last.attributes[attribute['name']] = attribute['value']
    if last is not None:
        yield last


def of_router(lab: Lab, router: str, family: Family) -> Table:
    """What FRR or GoBGP has from its neighbours."""
    names = _names(lab)
    running = lab.routers[router]
    if isinstance(running, gobgp.Router):
        return _of_gobgp(running.gobgp('global', 'rib', '-a', f'ipv{family}') or {}, names)
    answer = json.loads(running.vtysh(f'show bgp ipv{family} unicast json'))
    found: dict[Network, set[Entry]] = defaultdict(set)
    for prefix, paths in answer['routes'].items():
        for path in paths:
            if path['peerId'] == '(unspec)':
                continue
            hops = [hop['ip'] for hop in path['nexthops'] if not ip_address(hop['ip']).is_link_local]
            entry = Entry(
                neighbor=names.get(path['peerId'], SPINE),
                next_hop=names.get(hops[0], SPINE),
                as_path=_as_path(path['path']),
                local_preference=path.get('locPrf', USUAL_PREFERENCE),
            )
            found[ip_network(prefix)].add(entry)
    return _frozen(found)


def _of_gobgp(answer: Mapping[str, list[dict[str, Any]]], names: Mapping[str, str]) -> Table:
    found: dict[Network, set[Entry]] = defaultdict(set)
    for prefix, paths in answer.items():
        for path in paths:
            attributes = {attribute['type']: attribute for attribute in path['attrs']}
            hop = attributes.get(NEXT_HOP, attributes.get(REACHED, {}))['nexthop']
            entry = Entry(
                neighbor=names.get(path['neighbor-ip'], SPINE),
                next_hop=names.get(hop, SPINE),
                as_path=tuple(asn for part in attributes[AS_PATH]['as_paths'] or () for asn in part['asns']),
                local_preference=attributes.get(LOCAL_PREFERENCE, {}).get('value', USUAL_PREFERENCE),
            )
            found[ip_network(prefix)].add(entry)
    return _frozen(found)


def _as_path(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split()))


def _names(lab: Lab) -> dict[str, str]:
    """Nodes, TORs and reflectors by address; the other ends of uplinks are the spine's."""
    return {
        str(address.ip): device.name
        for device in (*lab.topology.nodes, *lab.topology.tors, *lab.topology.reflectors)
        for address in device.addresses
    }


def _shared(lab: Lab, rack: int) -> dict[str, str]:
    """The TORs by the addresses that only a rack tells them apart by."""
    return {str(address.ip): tor.name for tor in lab.topology.rack_tors(rack) for address in tor.shared}


def _frozen(found: Mapping[Network, set[Entry]]) -> Table:
    return {prefix: frozenset(entries) for prefix, entries in found.items()}
