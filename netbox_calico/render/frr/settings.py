"""Reads the box's own knobs, which all on the router share: prerequisites of a design, never changed with a section."""

from __future__ import annotations

from collections.abc import Mapping

from .lines import IPV4, IPV6
from .tree import Path, parse

_YES, _NO = 'yes', 'no'


def settings(running: str) -> Mapping[str, str]:
    """The global knobs in force, by name; what the running configuration hides is given with FRR's default.

    ``asn`` is missing when the router runs no BGP in the default VRF. ``maximum_paths_4`` and ``_6`` (eBGP) are missing
    when they stand at FRR's own maximum, which no configuration shows. ``addpath_rx`` is ``yes``: FRR takes additional
    paths from every neighbour that is not told otherwise. Times in seconds.
    """
    paths = parse(running)
    found: dict[str, str] = {'profile': 'traditional'}
    for line in (path[0] for path in paths if len(path) == 1):
        if line.startswith('frr version '):
            found['version'] = line.split()[-1]
        elif line.startswith('frr defaults '):
            found['profile'] = line.split()[-1]
    instance = next((path for path in paths if _is_default_instance(path)), None)
    if instance is None:
        return found
    lines = {path[1:] for path in paths if path[0] == instance[0] and len(path) > 1}
    single = {line[0] for line in lines if len(line) == 1}
    found |= {
        'asn': instance[0].split()[2],
        'multipath_relax': _YES
        if any(line.startswith('bgp bestpath as-path multipath-relax') for line in single)
        else _NO,
        'bgp_default_ipv4_unicast': _NO if 'no bgp default ipv4-unicast' in single else _YES,
        'bgp_default_ipv6_unicast': _YES if 'bgp default ipv6-unicast' in single else _NO,
        'ebgp_requires_policy': _requires_policy(single, found['profile']),
        'addpath_rx': _YES,
        'listen_limit': _value(single, 'bgp listen limit ') or '100',
        'graceful_restart': _graceful_restart(single),
        'stale_path_time': _value(single, 'bgp graceful-restart stalepath-time ') or '360',
    }
    if router_id := _value(single, 'bgp router-id '):
        found['router_id'] = router_id
    for family, name in ((IPV4, 'maximum_paths_4'), (IPV6, 'maximum_paths_6')):
        if paths_used := _value({line[1] for line in lines if line[0] == family and len(line) > 1}, 'maximum-paths '):
            found[name] = paths_used
    return found


def _is_default_instance(path: Path) -> bool:
    words = path[0].split()
    return len(path) == 1 and words[:2] == ['router', 'bgp'] and len(words) == 3


def _value(lines: set[str], start: str) -> str:
    """The word behind ``start``; a line with more words says something else (``maximum-paths ibgp 8``)."""
    return next(
        (rest for line in lines if line.startswith(start) and ' ' not in (rest := line.removeprefix(start))), ''
    )


def _requires_policy(lines: set[str], profile: str) -> str:
    if 'no bgp ebgp-requires-policy' in lines:
        return _NO
    return _YES if 'bgp ebgp-requires-policy' in lines or profile == 'traditional' else _NO


def _graceful_restart(lines: set[str]) -> str:
    if 'bgp graceful-restart' in lines:
        return 'restarter'
    return 'disabled' if 'bgp graceful-restart-disable' in lines else 'helper'
