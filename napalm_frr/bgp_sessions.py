"""BGP sessions as NAPALM wants them, from ``show bgp vrf all neighbors json``.

FRR counts what it accepted and sent. What a peer sent before policy is not counted: -1, NAPALM's word for unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FAMILIES = {'ipv4Unicast': 'ipv4', 'ipv6Unicast': 'ipv6', 'ipv4Vpn': 'vpnv4', 'ipv6Vpn': 'vpnv6', 'l2VpnEvpn': 'evpn'}
UNKNOWN = -1


def neighbors(answer: dict[str, Any]) -> dict[str, Any]:
    """``get_bgp_neighbors``: by VRF, ``router_id`` and ``peers``; uptime in seconds, -1 while down."""
    found: dict[str, Any] = {}
    for vrf, name, session in _sessions(answer):
        instance = found.setdefault(vrf, {'router_id': session.get('localRouterId', ''), 'peers': {}})
        up = session['bgpState'] == 'Established'
        instance['peers'][name] = {
            'local_as': as_number(session['localAs']),
            'remote_as': as_number(session['remoteAs']),
            'remote_id': session.get('remoteRouterId', ''),
            'is_up': up,
            'is_enabled': not session.get('adminShutDown', False),
            'description': session.get('nbrDesc', ''),
            'uptime': session['bgpTimerUpMsec'] // 1000 if up else -1,
            'address_family': {
                FAMILIES.get(family, family): {
                    'received_prefixes': UNKNOWN,
                    'accepted_prefixes': counters.get('acceptedPrefixCounter', 0) if up else 0,
                    'sent_prefixes': counters.get('sentPrefixCounter', 0) if up else 0,
                }
                for family, counters in session.get('addressFamilyInfo', {}).items()
            },
        }
    return found


def details(answer: dict[str, Any], neighbor_address: str = '') -> dict[str, Any]:
    """``get_bgp_neighbors_detail``: by VRF and remote AS, a list of sessions. Counts are sums over the families.
    ``multipath`` and ``suppress_4byte_as`` are properties of the router, not of a session, and always false here."""
    found: dict[str, Any] = {}
    for vrf, name, session in _sessions(answer):
        if neighbor_address in ('', name):
            remote_as = as_number(session['remoteAs'])
            found.setdefault(vrf, {}).setdefault(remote_as, []).append(_detail(vrf, name, session))
    return found


def _detail(vrf: str, name: str, session: dict[str, Any]) -> dict[str, Any]:
    families = list(session.get('addressFamilyInfo', {}).values())
    messages = session.get('messageStats', {})

    def policy(key: str) -> str:
        return next((family[key] for family in families if key in family), '')

    def total(key: str) -> int:
        return sum(family.get(key, 0) for family in families)

    return {
        'up': session['bgpState'] == 'Established',
        'local_as': as_number(session['localAs']),
        'remote_as': as_number(session['remoteAs']),
        'router_id': session.get('localRouterId', ''),
        'local_address': _known(session.get('hostLocal', '')),
        'routing_table': vrf,
        'local_address_configured': 'updateSource' in session,
        'local_port': session.get('portLocal', UNKNOWN),
        'remote_address': name,
        'remote_port': session.get('portForeign', UNKNOWN),
        'multihop': session.get('externalBgpNbrMaxHopsAway', 1) > 1,
        'multipath': False,
        'remove_private_as': any(key.startswith('privateAs') for family in families for key in family),
        'import_policy': policy('routeMapForIncomingAdvertisements'),
        'export_policy': policy('routeMapForOutgoingAdvertisements'),
        'input_messages': messages.get('totalRecv', UNKNOWN),
        'output_messages': messages.get('totalSent', UNKNOWN),
        'input_updates': messages.get('updatesRecv', UNKNOWN),
        'output_updates': messages.get('updatesSent', UNKNOWN),
        'messages_queued_out': messages.get('depthOutq', UNKNOWN),
        'connection_state': session['bgpState'],
        'previous_connection_state': '',
        'last_event': session.get('lastResetDueTo', ''),
        'suppress_4byte_as': False,
        'local_as_prepend': not session.get('localAsNoPrepend', False),
        'holdtime': session.get('bgpTimerHoldTimeMsecs', 0) // 1000,
        'configured_holdtime': session.get('bgpTimerConfiguredHoldTimeMsecs', 0) // 1000,
        'keepalive': session.get('bgpTimerKeepAliveIntervalMsecs', 0) // 1000,
        'configured_keepalive': session.get('bgpTimerConfiguredKeepAliveIntervalMsecs', 0) // 1000,
        'active_prefix_count': UNKNOWN,
        'received_prefix_count': UNKNOWN,
        'accepted_prefix_count': total('acceptedPrefixCounter'),
        'suppressed_prefix_count': UNKNOWN,
        'advertised_prefix_count': total('sentPrefixCounter'),
        'flap_count': session.get('connectionsDropped', UNKNOWN),
    }


def _sessions(answer: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """NAPALM's name of the VRF, the neighbour's address or interface, and what FRR says about it."""
    for vrf, entries in answer.items():
        for name, session in entries.items():
            if isinstance(session, dict) and 'bgpState' in session:
                yield 'global' if vrf == 'default' else vrf, name, session


def as_number(value: int | str) -> int:
    """FRR prints an AS as a number, or as text in the notation that it was configured with (RFC 5396)."""
    high, dot, low = str(value).partition('.')
    return (int(high) << 16) + int(low) if dot else int(high)


def _known(address: str) -> str:
    return '' if address == 'Unknown' else address
