"""What FRR does to a line: how it prints it, which other line it takes the place of, which defaults it hides.

From bgpd's and zebra's own writers of the configuration (``bgp_config_write_*`` in bgp_vty.c, FRR 8.4.4 to 10.5). A
command that is not here is taken as it is: it adds to its context, and its ``no`` removes it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache

from napalm_frr.on_device.lines import Path

NEIGHBOR_VALUE = re.compile(
    r'neighbor \S+ (remote-as|local-as|description|password|port|update-source|ebgp-multihop|ttl-security hops'
    r'|advertisement-interval|timers connect|timers delayopen|timers|shutdown rtt|shutdown|local-role|tcp-mss'
    r'|maximum-prefix-out|maximum-prefix|allowas-in|weight|default-originate|soo|remove-private-AS'
    r'|attribute-unchanged|capability orf prefix-list|unsuppress-map|addpath-tx|solo|interface)(?=[ -]|$)'
)
NEIGHBOR_GROUP = re.compile(r'neighbor \S+ peer-group(?= )')
NEIGHBOR_POLICY = re.compile(r'(neighbor \S+ (?:route-map|prefix-list|filter-list|distribute-list)) \S+ (in|out)$')
ROUTER_VALUE = re.compile(
    r'bgp (router-id|cluster-id|listen limit|confederation identifier|default local-preference|max-med on-startup'
    r'|default subgroup-pkt-queue-max|max-med administrative|minimum-holdtime|bestpath as-path multipath-relax'
    r'|bestpath bandwidth|bestpath med|dampening|graceful-restart (?:restart|stalepath|select-defer|rib-stale)-time'
    r'|long-lived-graceful-restart stale-time|conditional-advertisement timer)(?= |$)'
    r'|timers bgp|update-delay|coalesce-time|write-quanta|read-quanta|distance bgp|maximum-paths ibgp'
    r'|maximum-paths|table-map|network \S+|aggregate-address \S+|redistribute \S+( \d+)?(?= |$)'
)
ROUTE_MAP_VALUE = re.compile(
    r'match (ip|ipv6) (address|next-hop|route-source)( prefix-list| prefix-len| type)?(?= )'
    r'|match evpn \S+|match \S+|set (ip|ipv6) next-hop( global| local| prefer-global| peer-address| unchanged)?'
    r'|set as-path \S+|set extcommunity \S+|set vpn next-hop|set \S+|call|on-match|description'
)
TOP_VALUE = re.compile(
    r'hostname|domainname|frr (version|defaults)|log (file|syslog|stdout|monitor|facility|timestamp precision)'
    r'|ip(v6)? prefix-list \S+ (seq \d+|description)|bgp (route-map delay-timer|update-delay|session-dscp)'
    r'|ip(v6)? protocol \S+|ip(v6)? nht \S+ route-map'
)
INTERFACE_VALUE = re.compile(r'description|bandwidth|ip ospf (?:cost|network)|ipv6 nd ra-(?:interval|lifetime)')

HIDDEN = {
    'bgp default local-preference 100',
    'bgp listen limit 100',
    'bgp default subgroup-pkt-queue-max 40',
    'bgp graceful-restart restart-time 120',
    'bgp graceful-restart stalepath-time 360',
    'bgp graceful-restart rib-stale-time 500',
    'bgp conditional-advertisement timer 60',
    'write-quanta 64',
    'read-quanta 10',
}
HIDDEN_TIMERS = {'datacenter': 'timers bgp 3 9', 'traditional': 'timers bgp 60 180'}

SWITCHES: dict[str, bool | str] = {
    'bgp fast-external-failover': True,
    'bgp client-to-client reflection': True,
    'bgp default ipv4-unicast': True,
    'bgp network import-check': True,
    'bgp suppress-duplicates': True,
    'bgp graceful-restart notification': True,
    'bgp hard-administrative-reset': True,
    'bgp enforce-first-as': True,
    'bgp retain route-target all': True,
    'bgp ipv6-auto-ra': True,
    'bgp log-neighbor-changes': 'datacenter',
    'bgp deterministic-med': 'datacenter',
    'bgp default show-hostname': 'datacenter',
    'bgp default show-nexthop-hostname': 'datacenter',
    'bgp default software-version-capability': 'datacenter',
    'bgp default dynamic-capability': 'datacenter',
    'bgp ebgp-requires-policy': 'traditional',
    'ip forwarding': True,
    'ipv6 forwarding': True,
    'service integrated-vtysh-config': False,
}
"""Commands whose ``no`` is a setting of its own, and whether they are on: always, never, or in a profile."""

ADDRESS_FAMILY_ONLY = re.compile(
    r'neighbor \S+ (activate|addpath-tx-\S+|disable-addpath-rx|capability orf prefix-list .*|route-reflector-client'
    r'|next-hop-self.*|remove-private-AS.*|as-override|send-community.*|default-originate.*|soft-reconfiguration'
    r' inbound|maximum-prefix.*|route-server-client|allowas-in.*|soo .*|weight .*|attribute-unchanged.*'
    r'|(route-map|prefix-list|filter-list|distribute-list) .*|unsuppress-map .*)$'
    r'|network \S|maximum-paths |aggregate-address |redistribute |table-map '
)
"""Accepted under ``router bgp`` too, where they mean IPv4 unicast."""

IPV4_UNICAST = 'address-family ipv4 unicast'

REWRITES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r'(address-family ipv[46])$'), r'\1 unicast'),
    (re.compile(r'(neighbor \S+ maximum-prefix \d+) 75(?= |$)'), r'\1'),
    (re.compile(r'(neighbor \S+ allowas-in) 3$'), r'\1'),
    (re.compile(r'(neighbor \S+ next-hop-self) all$'), r'\1 force'),
    (re.compile(r'(neighbor \S+ ebgp-multihop)$'), r'\1 255'),
    (re.compile(r'(neighbor \S+ send-community) standard$'), r'\1'),
    (re.compile(r'(bgp bestpath as-path multipath-relax) no-as-set$'), r'\1'),
    (re.compile(r'(.* prefix-list .*) le (\d+) ge (\d+)$'), r'\1 ge \3 le \2'),
)
MASKED_PREFIX = re.compile(
    r'(bgp listen range|network|aggregate-address|ip(?:v6)? prefix-list .* (?:permit|deny)) (\S+/\d+)'
)


def is_bgp(context: Path) -> bool:
    return bool(context) and context[0].startswith('router bgp')


def printed(path: Path) -> Path:
    """The line as FRR will print it, in the context where it will print it."""
    context, line = _printed_context(path[:-1]), path[-1]
    negative = line.startswith('no ')
    line = _printed_line(line[3:] if negative else line)
    if len(context) == 1 and is_bgp(context) and ADDRESS_FAMILY_ONLY.match(line):
        context = (*context, IPV4_UNICAST)
    return (*context, f'no {line}' if negative else line)


@lru_cache(256)
def _printed_context(context: Path) -> Path:
    """Remembered, for many lines stand in one; no secret opens a context."""
    return tuple(map(_printed_line, context))


def _printed_line(line: str) -> str:
    if ' description ' in f' {line} ' or ' password ' in f' {line} ' or line.startswith('hostname '):
        return line
    line = ' '.join(_printed_address(word) for word in line.split(' '))
    masked = MASKED_PREFIX.match(line)
    if masked:
        try:
            network = ipaddress.ip_network(masked.group(2), strict=False)
        except ValueError:
            return line
        line = f'{masked.group(1)} {network}{line[masked.end() :]}'
    for pattern, replacement in REWRITES:
        line = pattern.sub(replacement, line)
    return line


def _printed_address(word: str) -> str:
    if ':' not in word or not re.fullmatch(r'[0-9a-fA-F:.]+(/\d+)?', word):
        return word
    address, slash, length = word.partition('/')
    try:
        return f'{ipaddress.IPv6Address(address)}{slash}{length}'
    except ValueError:
        return word


def slot(context: Path, line: str) -> str | None:
    """What a line sets, if that can hold one value only: two lines of one slot replace one another."""
    if is_bgp(context):
        policy = NEIGHBOR_POLICY.match(line)
        if policy:
            return f'{policy.group(1)} {policy.group(2)}'
        match = NEIGHBOR_VALUE.match(line) or NEIGHBOR_GROUP.match(line) or ROUTER_VALUE.match(line)
    elif not context:
        match = TOP_VALUE.match(line)
    elif context[0].startswith('route-map '):
        match = ROUTE_MAP_VALUE.match(line)
    elif context[0].startswith('interface '):
        match = INTERFACE_VALUE.match(line)
    else:
        match = None
    return match.group(0) if match else None


def hidden(line: str, profile: str) -> bool:
    """Whether a setting equals its default, which FRR does not print."""
    return line in HIDDEN or line == HIDDEN_TIMERS.get(profile) or bool(re.fullmatch(r'neighbor \S+ port 179', line))


def switch(line: str, profile: str) -> bool | None:
    """The default of a command that can be switched off, or None when ``no`` merely removes the line."""
    default = SWITCHES.get(line)
    if default is None and re.fullmatch(
        r'neighbor \S+ capability (extended-nexthop|fqdn|software-version|dynamic)', line
    ):
        return None
    return default if isinstance(default, bool) or default is None else default == profile
