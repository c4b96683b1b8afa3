"""``get_route_to`` from zebra's table, with what bgpd knows of the BGP routes. The default VRF."""

from __future__ import annotations

import re
from typing import Any

from napalm_frr.bgp_sessions import as_number

UNITS = {'y': 31536000, 'w': 604800, 'd': 86400, 'h': 3600, 'm': 60, 's': 1}


def routes(zebra: dict[str, Any], bgp: dict[str, Any], protocol: str) -> dict[str, Any]:
    """By prefix, an entry a next hop. ``bgp`` is the answer of ``show bgp ipv4|ipv6 unicast json``."""
    found: dict[str, Any] = {}
    for prefix, entries in zebra.items():
        for entry in entries:
            if protocol and entry['protocol'] != protocol.lower():
                continue
            for hop in entry.get('nexthops', []):
                found.setdefault(prefix, []).append(_route(entry, hop, bgp))
    return found


def _route(entry: dict[str, Any], hop: dict[str, Any], bgp: dict[str, Any]) -> dict[str, Any]:
    return {
        'protocol': entry['protocol'],
        'current_active': entry.get('selected', False),
        'last_active': False,
        'age': seconds(entry['uptime']),
        'next_hop': hop.get('ip', ''),
        'outgoing_interface': hop.get('interfaceName', 'Null0' if hop.get('blackhole') else ''),
        'selected_next_hop': hop.get('fib', False),
        'preference': entry.get('distance', 0),
        'inactive_reason': '',
        'routing_table': entry.get('vrfName', 'default'),
        'protocol_attributes': _attributes(entry, hop, bgp) if entry['protocol'] == 'bgp' else {},
    }


def _attributes(entry: dict[str, Any], hop: dict[str, Any], bgp: dict[str, Any]) -> dict[str, Any]:
    paths = bgp.get('routes', {}).get(entry['prefix'], [])
    mine = [path for path in paths if hop.get('ip') in [near.get('ip') for near in path.get('nexthops', [])]]
    path = next((path for path in mine if path.get('bestpath')), mine[0] if mine else {})
    found = {'metric': entry.get('metric', 0)}
    if path:
        found |= {
            'local_as': as_number(bgp['localAS']),
            'remote_as': int(path['path'].split()[0]) if re.match(r'\d+( |$)', path['path']) else 0,
            'peer_id': path.get('peerId', ''),
            'as_path': path['path'],
            'local_preference': path.get('locPrf', bgp.get('defaultLocPrf', 100)),
        }
    return found


def seconds(uptime: str) -> int:
    """FRR's ages: ``01:02:03``, ``1d02h03m``, ``02w3d04h``, ``1y02w3d``."""
    if ':' in uptime:
        hours, minutes, rest = uptime.split(':')
        return int(hours) * 3600 + int(minutes) * 60 + int(rest)
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r'(\d+)([ywdhms])', uptime))
