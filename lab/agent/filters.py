"""BGPFilter resources as functions of BIRD's filter language, as Calico's agent writes them.

The first rule that matches decides; when none does, the function returns and the session's own rule decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from lab.addressing import Family
from lab.agent.view import Direction, FilterSpec

type Rule = Mapping[str, Any]

# Metrics of the kernel and local preferences of BGP are each other's complement to this.
PRIORITY_SUM = 2147483647
SYMBOL_LENGTH = 64
OPERATORS = {'Equal': '=', 'NotEqual': '!=', 'In': '~', 'NotIn': '!~'}


def rules(spec: FilterSpec, direction: Direction, family: Family) -> Sequence[Rule]:
    """The rules of a BGPFilter for one direction and family, in order."""
    found: Sequence[Rule] = spec.get(f'{direction}V{family}') or ()
    return found


def function_name(name: str, direction: Direction, family: Family) -> str:
    """BIRD's symbol for a filter, quoted; names that BIRD has no room for are cut and made unique by a hash."""
    prefix, suffix = 'bgp_', f'_{direction}FilterV{family}'
    room = SYMBOL_LENGTH - len(prefix) - len(suffix)
    if len(name) > room:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        name = f'{name[: room - len(digest) - 1]}-{digest}'
    return f"'{prefix}{name}{suffix}'"


def has_peer_type(found: Sequence[Rule]) -> bool:
    """Whether the function takes the argument that tells iBGP from eBGP."""
    return any(rule.get('peerType') for rule in found)


def call(name: str, spec: FilterSpec, direction: Direction, family: Family, internal: bool) -> str:
    """The statement that applies a filter to a session."""
    argument = str(internal).lower() if has_peer_type(rules(spec, direction, family)) else ''
    return f'{function_name(name, direction, family)}({argument});'


def functions(filters: Mapping[str, FilterSpec], family: Family) -> Iterator[str]:
    """The lines that define the functions of all filters with rules for `family`."""
    for name, spec in sorted(filters.items()):
        directions: tuple[Direction, ...] = ('import', 'export')
        for direction in directions:
            found = rules(spec, direction, family)
            if not found:
                continue
            argument = 'bool is_same_as' if has_peer_type(found) else ''
            yield f'function {function_name(name, direction, family)}({argument}) {{'
            yield from (f'  {_guarded(rule)}' for rule in found)
            yield '}'


def _guarded(rule: Rule) -> str:
    guard = {'iBGP': 'is_same_as', 'eBGP': '!is_same_as'}.get(rule.get('peerType') or '')
    return f'if ({guard}) then {{ {_statement(rule)} }}' if guard else _statement(rule)


def _statement(rule: Rule) -> str:
    body = ' '.join([*_operations(rule), f'{rule["action"].lower()};'])
    conditions = '&&'.join(_conditions(rule))
    return f'if ({conditions}) then {{ {body} }}' if conditions else body


def _conditions(rule: Rule) -> Iterator[str]:
    if cidr := rule.get('cidr'):
        yield f'(net {OPERATORS[rule["matchOperator"]]} {_prefix_set(cidr, rule.get("prefixLength"))})'
    if rule.get('source') == 'RemotePeers':
        yield '((defined(source))&&(source ~ [ RTS_BGP ]))'
    if interface := rule.get('interface'):
        yield f'((defined(ifname))&&(ifname ~ "{interface}"))'
    if communities := (rule.get('communities') or {}).get('values'):
        parts = communities[0].split(':')
        attribute = 'bgp_community' if len(parts) == 2 else 'bgp_large_community'
        yield f'(({", ".join(parts)}) ~ {attribute})'
    if prefix := rule.get('asPathPrefix'):
        yield f'(bgp_path ~ [= {" ".join(str(number) for number in prefix)} * =])'
    if (priority := rule.get('priority')) is not None:
        yield f'(defined(bgp_local_pref)&&(bgp_local_pref = {PRIORITY_SUM - priority}))'


def _prefix_set(cidr: str, lengths: Mapping[str, int] | None) -> str:
    if not lengths:
        return cidr
    network = ip_network(cidr, strict=False)
    shortest = max(network.prefixlen, lengths.get('min', network.prefixlen))
    longest = min(network.max_prefixlen, lengths.get('max', network.max_prefixlen))
    return f'[ {cidr}{{{shortest},{longest}}} ]'


def add_community(value: str) -> str:
    """The statement that adds a standard (`a:b`) or large (`a:b:c`) community."""
    parts = value.split(':')
    attribute = 'bgp_community' if len(parts) == 2 else 'bgp_large_community'
    return f'{attribute}.add(({", ".join(parts)}));'


def _operations(rule: Rule) -> Iterator[str]:
    for operation in rule.get('operations') or ():
        if 'addCommunity' in operation:
            yield add_community(operation['addCommunity']['value'])
        elif 'prependASPath' in operation:
            # BIRD prepends one number at a time: the last one ends up first.
            for number in reversed(operation['prependASPath']['prefix']):
                yield f'bgp_path.prepend({number});'
        elif 'setPriority' in operation:
            yield f'bgp_local_pref = {PRIORITY_SUM - operation["setPriority"]["value"]};'
