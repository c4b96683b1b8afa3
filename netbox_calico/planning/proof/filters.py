"""What the BGPFilters of a session do to each kind of prefix, as far as that can be told without the routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.ranges import entries

from .kinds import Kind

type Rule = Mapping[str, Any]
type Filters = Mapping[str, Mapping[str, Any]]

_BY_ROUTE = ('interface', 'communities', 'asPathPrefix', 'priority')
"""What a rule may ask of a route that no kind has an answer to."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``passes`` are the kinds that are let through; ``undecided`` are the rules that could not be told, as text."""

    passes: frozenset[str]
    undecided: tuple[str, ...] = ()


def judge(
    filters: Filters, names: Iterable[str], field: str, kinds: Iterable[Kind], *, learned: bool, internal: bool
) -> Verdict:
    """What passes these filters one after the other; ``field`` is ``importV4`` and the like. No match accepts.

    ``learned`` says that the route came from a BGP peer, ``internal`` that the peer has the node's own AS. A rule that
    cannot be told is taken not to match.
    """
    rules = [(name, rule) for name in names for rule in entries(filters.get(name, {}), field)]
    undecided: list[str] = []
    passes: set[str] = set()
    for kind in kinds:
        for name, rule in rules:
            matches = _matches(rule, kind, learned, internal)
            if matches is None:
                undecided.append(f'{name} ({field}, {rule.get("cidr") or _asks(rule)})')
            elif matches:
                if rule.get('action') == 'Accept':
                    passes.add(kind.name)
                break
        else:
            passes.add(kind.name)
    return Verdict(frozenset(passes), tuple(dict.fromkeys(undecided)))


def _asks(rule: Rule) -> str:
    return ', '.join(asked for asked in _BY_ROUTE if rule.get(asked))


def _matches(rule: Rule, kind: Kind, learned: bool, internal: bool) -> bool | None:
    """Whether a rule matches all prefixes of a kind, none of them, or (None) one cannot tell."""
    answers = list(_answers(rule, kind, learned, internal))
    if False in answers:
        return False
    return None if None in answers else True


def _answers(rule: Rule, kind: Kind, learned: bool, internal: bool) -> Iterator[bool | None]:
    if rule.get('source') == 'RemotePeers':
        yield learned
    if rule.get('peerType'):
        yield (rule['peerType'] == 'iBGP') is internal
    if rule.get('cidr'):
        yield _within(rule, kind)
    if any(rule.get(asked) is not None for asked in _BY_ROUTE):
        yield None


def _within(rule: Rule, kind: Kind) -> bool | None:
    try:
        cidr = ip_network(str(rule['cidr']), strict=False)
    except ValueError:
        return None
    operator = str(rule.get('matchOperator', 'In'))
    lengths = rule.get('prefixLength')
    least, most = (_bound(lengths, name, usual) for name, usual in (('min', 0), ('max', 128)))
    long_enough = least <= kind.length <= most
    found = {_one(cidr, network, kind, operator.endswith('Equal')) and long_enough for network in kind.networks}
    if len(found) != 1 or None in found:
        return None if found else False
    inside = bool(found.pop())
    return not inside if operator.startswith('Not') else inside


def _bound(lengths: object, name: str, usual: int) -> int:
    found = lengths.get(name) if isinstance(lengths, Mapping) else None
    return found if isinstance(found, int) else usual


def _one(cidr: Network, network: Network, kind: Kind, equal: bool) -> bool | None:
    if cidr.version != network.version or not cidr.overlaps(network):
        return False
    if equal:
        one_of_them = cidr.prefixlen == kind.length and network.prefixlen <= cidr.prefixlen
        return False if not one_of_them else True if kind.whole else None
    if cidr.prefixlen <= network.prefixlen:
        return True
    return False if kind.whole else None
