"""BGP sessions as NAPALM wants them, from ``show bgp vrf all neighbors json``.

FRR counts what it accepted and sent. What a peer sent before policy is known only with ``soft-reconfiguration
inbound``, by another command a neighbour; it is -1 here, NAPALM's word for unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FAMILIES = {'ipv4Unicast': 'ipv4', 'ipv6Unicast': 'ipv6', 'ipv4Vpn': 'vpnv4', 'ipv6Vpn': 'vpnv6', 'l2VpnEvpn': 'evpn'}


def vrf_name(name: str) -> str:
    return 'global' if name == 'default' else name


def sessions(answer: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """NAPALM's name of the VRF, the neighbour's address or interface, and what FRR says about it."""
    for vrf, entries in answer.items():
        for name, neighbor in entries.items():
            if isinstance(neighbor, dict) and 'bgpState' in neighbor:
                yield vrf_name(vrf), name, neighbor


def neighbors(answer: dict[str, Any]) -> dict[str, Any]:
    """``get_bgp_neighbors``: by VRF, ``router_id`` and ``peers``; uptime in seconds, -1 while down."""
    found: dict[str, Any] = {}
    for vrf, name, neighbor in sessions(answer):
        instance = found.setdefault(vrf, {'router_id': neighbor.get('localRouterId', ''), 'peers': {}})
        up = neighbor['bgpState'] == 'Established'
        instance['peers'][name] = {
            'local_as': int(neighbor['localAs']),
            'remote_as': int(neighbor['remoteAs']),
            'remote_id': neighbor.get('remoteRouterId', ''),
            'is_up': up,
            'is_enabled': not neighbor.get('adminShutDown', False),
            'description': neighbor.get('nbrDesc', ''),
            'uptime': neighbor.get('bgpTimerUpMsec', 0) // 1000 if up else -1,
            'address_family': {
                FAMILIES.get(family, family): {
                    'received_prefixes': -1,
                    'accepted_prefixes': counters.get('acceptedPrefixCounter', 0) if up else 0,
                    'sent_prefixes': counters.get('sentPrefixCounter', 0) if up else 0,
                }
                for family, counters in neighbor.get('addressFamilyInfo', {}).items()
            },
        }
    return found
