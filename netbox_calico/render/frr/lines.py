"""What the lines of a section mean to each other: which takes another's place, what takes one back, their order."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_network

from .tree import Path

IPV4, IPV6 = 'address-family ipv4 unicast', 'address-family ipv6 unicast'

# A neighbour has one of each: stating it again replaces it.
_SINGLE = frozenset(
    {
        'remote-as',
        'description',
        'password',
        'timers',
        'maximum-prefix',
        'update-source',
        'ebgp-multihop',
        'weight',
        'allowas-in',
        'local-as',
    }
)
# Their negation is refused or misread with the rest of the line behind it.
_NEGATED_SHORT = frozenset({'description', 'password', 'timers', 'maximum-prefix'})
_DIRECTED = frozenset({'route-map', 'prefix-list', 'filter-list', 'distribute-list'})
# A change asks the same of a line a dozen times; the lines of a reflector of 5000 nodes are enough to remember.
_remembered = lru_cache(maxsize=65536)
_FIRST = ('peer-group', 'remote-as', 'activate')


@_remembered
def subject(line: str) -> str:
    """The neighbour or group that a line of BGP speaks of, or ''."""
    words = line.removeprefix('no ').split()
    return words[1] if len(words) > 1 and words[0] == 'neighbor' else ''


def key(path: Path) -> Path:
    """What a path is about: of two paths with one key, the one that is sent later takes the other's place."""
    line = _about(path[-1])
    return path if line == path[-1] else (*path[:-1], line)


@_remembered
def _about(line: str) -> str:
    words = line.split()
    if words[0] == 'neighbor' and len(words) > 2:
        what = words[2]
        if what in _DIRECTED:
            return f'neighbor {words[1]} {what} {words[-1]}'
        if what in _SINGLE and words[2:4] != ['timers', 'connect']:
            return f'neighbor {words[1]} {what}'
    if words[0] in ('match', 'set'):
        return ' '.join(words[:-1])
    return line


def negated(path: Path) -> Path:
    """The path that takes this one back."""
    line = path[-1]
    words = line.split()
    if words[0] == 'no':
        return (*path[:-1], line.removeprefix('no '))
    if words[0] == 'neighbor' and words[2] in _NEGATED_SHORT and words[2:4] != ['timers', 'connect']:
        line = ' '.join(words[:3])
    return (*path[:-1], f'no {line}')


def is_list(path: Path) -> bool:
    """Whether the path is a line of a prefix-list."""
    return path[-1].startswith(('ip prefix-list ', 'ipv6 prefix-list '))


def map_entry(path: Path) -> tuple[str, str, int] | None:
    """Name, action and sequence number of the route-map entry that the path opens or stands in."""
    return _map_entry(path[0])


@_remembered
def _map_entry(opening: str) -> tuple[str, str, int] | None:
    words = opening.split()
    if words[0] != 'route-map':
        return None
    return words[1], words[2], int(words[3])


def order(path: Path) -> tuple[object, ...]:
    """Where a path stands in canonical text: lists, maps, then BGP with groups before neighbours."""
    return (*place(path), path)


def place(path: Path) -> tuple[object, ...]:
    """The same without the path itself: whatever takes its place or takes it back stands there too."""
    if not path[0].startswith('router bgp '):
        if is_list(path):
            return _list_place(path[0])
        if entry := map_entry(path):
            return (1, entry[0], entry[2])
    return (2, path[0], path[1] if len(path) > 2 else '', *_bgp_place(path[-1]))


@_remembered
def _list_place(line: str) -> tuple[object, ...]:
    words = line.split()
    return (0, words[0], words[2], *_network_order(words[4] if len(words) > 4 else ''))


@_remembered
def _bgp_place(line: str) -> tuple[object, ...]:
    words = line.removeprefix('no ').split()
    rank = _FIRST.index(words[2]) if len(words) > 2 and words[2] in _FIRST else len(_FIRST)
    return (*_subject_order(subject(line)), rank)


def _network_order(text: str) -> tuple[object, ...]:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return (0, 0, 0)
    return (network.version, int(network.network_address), network.prefixlen)


@_remembered
def _subject_order(name: str) -> tuple[object, ...]:
    try:
        address = IPv6Address(name) if ':' in name else IPv4Address(name)
    except ValueError:
        return (0, 0, name) if name else (1, 0, '')
    return (1 + address.version, int(address), name)
