"""BIRD's answers in the words of CalicoNodeStatus.

Read from BIRD 2, which heads a prefix's routes with the table and shows next hops on lines of their own, and from
BIRD 1.6, which shows a route on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lab.addressing import Family

type Json = dict[str, Any]

SEPARATOR: dict[Family, str] = {4: '.', 6: ':'}
PEER_TYPES = {'Mesh': 'NodeMesh', 'Node': 'NodePeer', 'Global': 'GlobalPeer'}
STATES = {'Idle', 'Connect', 'Active', 'OpenSent', 'OpenConfirm', 'Established', 'Close'}
SOURCES = {'kernel': 'Kernel', 'static': 'Static', 'direct': 'Direct'}
SESSION = re.compile(r'^(Global|Node|Mesh)_(.+)$')
# destination, how it leaves (unicast and no more in BIRD 2), [who taught it], the mark of the best
ROUTE = re.compile(r'^(?P<destination>\S*)\s+(?P<how>.*?)\s*\[(?P<teacher>[^\s\]]+)[^\]]*\]\s*(?P<best>\*)?')
HOP = re.compile(r'^\s+(?:via (?P<gateway>\S+) on|dev) (?P<interface>\S+)')


def agent(answer: str) -> Json:
    """`status.agent.birdV4` or `birdV6` from `show status`."""
    lines = answer.splitlines()

    def after(words: str) -> str:
        return next((line.removeprefix(words) for line in lines if line.startswith(words)), '')

    ready = any('up and running' in line for line in lines)
    return {
        'state': 'Ready' if ready else 'NotReady',
        'version': after('BIRD '),
        'routerID': after('Router ID is '),
        'lastBootTime': after('Last reboot on '),
        'lastReconfigurationTime': after('Last reconfiguration on '),
    }


def peers(answer: str) -> list[Json]:
    """`status.bgp.peersV4` or `peersV6` from `show protocols all`."""
    found: list[Json] = []
    for line in answer.splitlines():
        columns = line.split()
        if not line.startswith(' ') and len(columns) >= 5 and columns[1] == 'BGP':
            name = SESSION.match(columns[0])
            found.append({'type': PEER_TYPES[name[1]], 'since': columns[4], 'peerIP': ''} if name else {})
        elif found and (value := _value(line, 'BGP state:')) in STATES:
            found[-1]['state'] = value
        elif found and (value := _value(line, 'Neighbor address:')):
            found[-1]['peerIP'] = value
    return [peer for peer in found if 'type' in peer]


def _value(line: str, key: str) -> str:
    return line.split(key, 1)[1].strip() if key in line else ''


def routes(answer: str, family: Family) -> list[Json]:
    """`status.routes.routesV4` or `routesV6` from `show route`; one entry for each next hop of a route."""
    return list(_routes(answer.splitlines(), family))


def _routes(lines: list[str], family: Family) -> Iterator[Json]:
    destination, pending = '', False
    base: Json = {}
    for line in lines:
        if line.startswith('Table '):
            continue
        if '[' not in line and (hop := HOP.match(line.expandtabs())):
            if pending:
                yield {**base, 'gateway': hop['gateway'] or 'N/A', 'interface': hop['interface']}
            continue
        route = ROUTE.match(line)
        if not route:
            continue
        destination = route['destination'] or destination
        base = {
            'type': 'FIB' if route['best'] else 'RIB',
            'destination': destination,
            'learnedFrom': _teacher(route['teacher'], family),
        }
        direct = HOP.match(f' {route["how"]}')
        pending = direct is None and route['how'].split()[0] in ('unicast', 'multipath')
        if direct:
            yield {**base, 'gateway': direct['gateway'] or 'N/A', 'interface': direct['interface']}
        elif not pending:
            # blackhole and unreachable are told as interfaces.
            yield {**base, 'gateway': 'N/A', 'interface': route['how'].split()[0]}


def _teacher(protocol: str, family: Family) -> Json:
    for prefix, source in SOURCES.items():
        if protocol.startswith(prefix):
            return {'sourceType': source}
    session = SESSION.match(protocol)
    if not session:
        return {}
    kind = 'NodeMesh' if session[1] == 'Mesh' else 'BGPPeer'
    return {'sourceType': kind, 'peerIP': session[2].split('_port_')[0].replace('_', SEPARATOR[family])}
