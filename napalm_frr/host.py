"""The box itself: facts, interfaces, neighbours on the wire, ping."""

from __future__ import annotations

import ipaddress
import json
import re
import statistics
from datetime import datetime
from typing import Any

CLOCK = '%Y/%m/%d %H:%M:%S'
FACTS = """cat /proc/uptime; hostname; hostname -f 2>/dev/null || hostname
cat /sys/class/dmi/id/product_name 2>/dev/null || echo; cat /sys/class/dmi/id/product_serial 2>/dev/null || echo"""


def facts(version: str, box: str, interfaces: dict[str, Any]) -> dict[str, Any]:
    """``get_facts`` from ``show version``, the output of ``FACTS`` and ``show interface json``. Uptime: the box's."""
    lines = [line.strip() for line in box.splitlines()]
    uptime, hostname, fqdn, model, serial = (lines + [''] * 5)[:5]
    found = re.search(r'FRRouting (\S+)', version)
    return {
        'uptime': float(uptime.split()[0]),
        'vendor': 'FRRouting',
        'model': model or 'FRRouting',
        'hostname': hostname,
        'fqdn': fqdn,
        'os_version': found.group(1) if found else '',
        'serial_number': serial,
        'interface_list': sorted(interfaces),
    }


def interfaces(answer: dict[str, Any], clock: str) -> dict[str, Any]:
    """``get_interfaces`` from ``show interface json`` and the box's local time in the form ``CLOCK``, in which zebra
    dates changes; speed in Mbit/s, -1 where the kernel does not know it."""
    now = datetime.strptime(clock.strip(), CLOCK)
    return {
        name: {
            'is_up': about.get('operationalStatus') == 'up',
            'is_enabled': about.get('administrativeStatus') == 'up',
            'description': about.get('description', ''),
            'last_flapped': _since(about, now),
            'mtu': about.get('mtu', -1),
            'speed': float(about.get('speed') or -1),
            'mac_address': about.get('hardwareAddress', '').upper(),
        }
        for name, about in answer.items()
    }


def _since(about: dict[str, Any], now: datetime) -> float:
    """Seconds since the last change of the link that zebra saw; -1 if it saw none."""
    changes = [
        datetime.strptime(about[key].split('.')[0], CLOCK) for key in ('lastLinkUp', 'lastLinkDown') if key in about
    ]
    return max(0.0, (now - max(changes)).total_seconds()) if changes else -1.0


def addresses(answer: dict[str, Any]) -> dict[str, Any]:
    """``get_interfaces_ip`` from ``show interface json``; interfaces without an address are left out."""
    found: dict[str, Any] = {}
    for name, about in answer.items():
        for entry in about.get('ipAddresses', []):
            address = ipaddress.ip_interface(entry['address'])
            family = found.setdefault(name, {}).setdefault(f'ipv{address.version}', {})
            family[str(address.ip)] = {'prefix_length': address.network.prefixlen}
    return found


def neighbors(output: str) -> list[dict[str, Any]]:
    """ARP or neighbour-discovery entries from ``ip -json neighbour``; the kernel keeps no age in seconds: -1."""
    return [
        {
            'interface': entry['dev'],
            'mac': entry['lladdr'].upper(),
            'ip': entry['dst'],
            'age': -1.0,
            'state': ' '.join(entry.get('state', [])),
        }
        for entry in json.loads(output or '[]')
        if 'lladdr' in entry
    ]


def ping_result(output: str, errors: str, count: int) -> dict[str, Any]:
    """``ping`` from the output of iputils' or busybox' ping."""
    replies = re.findall(r'bytes from (\S+?):? .*time=([\d.]+) ms', output)
    if not replies and 'packet' not in output:
        return {'error': (errors or output).strip()}
    times = [float(time) for _, time in replies]
    return {
        'success': {
            'probes_sent': count,
            'packet_loss': count - len(times),
            'rtt_min': min(times, default=0.0),
            'rtt_max': max(times, default=0.0),
            'rtt_avg': statistics.fmean(times) if times else 0.0,
            'rtt_stddev': statistics.pstdev(times) if times else 0.0,
            'results': [{'ip_address': address.rstrip(':'), 'rtt': float(time)} for address, time in replies],
        }
    }
