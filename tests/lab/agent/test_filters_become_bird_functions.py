"""BGPFilter rules in BIRD's language: each condition, each operation, the order, and names that BIRD can hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.agent.filters import SYMBOL_LENGTH, call, function_name, functions


def lines(*rules: dict[str, Any]) -> list[str]:
    """The body of the function of one import filter for IPv4."""
    _, *body, _ = functions({'some': {'importV4': list(rules)}}, 4)
    return [line.strip() for line in body]


@pytest.mark.parametrize(
    ('rule', 'statement'),
    [
        ({'action': 'Reject'}, 'reject;'),
        (
            {'action': 'Accept', 'cidr': '10.0.0.0/8', 'matchOperator': 'NotIn'},
            'if ((net !~ 10.0.0.0/8)) then { accept; }',
        ),
        (
            {'action': 'Accept', 'cidr': '10.0.0.0/8', 'matchOperator': 'In', 'prefixLength': {'min': 4, 'max': 24}},
            'if ((net ~ [ 10.0.0.0/8{8,24} ])) then { accept; }',
        ),
        (
            {'action': 'Accept', 'cidr': '10.0.0.0/8', 'matchOperator': 'Equal', 'prefixLength': {}},
            'if ((net = 10.0.0.0/8)) then { accept; }',
        ),
        (
            {'action': 'Reject', 'source': 'RemotePeers'},
            'if (((defined(source))&&(source ~ [ RTS_BGP ]))) then { reject; }',
        ),
        (
            {'action': 'Reject', 'interface': 'vxlan*'},
            'if (((defined(ifname))&&(ifname ~ "vxlan*"))) then { reject; }',
        ),
        (
            {'action': 'Accept', 'communities': {'values': ['65000:1:2']}},
            'if (((65000, 1, 2) ~ bgp_large_community)) then { accept; }',
        ),
        (
            {'action': 'Accept', 'asPathPrefix': [65001, 65000]},
            'if ((bgp_path ~ [= 65001 65000 * =])) then { accept; }',
        ),
        (
            {'action': 'Accept', 'priority': 512},
            'if ((defined(bgp_local_pref)&&(bgp_local_pref = 2147483135))) then { accept; }',
        ),
        (
            {'action': 'Accept', 'peerType': 'iBGP', 'cidr': '10.0.0.0/8', 'matchOperator': 'In'},
            'if (is_same_as) then { if ((net ~ 10.0.0.0/8)) then { accept; } }',
        ),
        (
            {
                'action': 'Accept',
                'operations': [
                    {'addCommunity': {'value': '65000:7'}},
                    {'prependASPath': {'prefix': [1, 2]}},
                    {'setPriority': {'value': 100}},
                ],
            },
            'bgp_community.add((65000, 7)); bgp_path.prepend(2); bgp_path.prepend(1);'
            ' bgp_local_pref = 2147483547; accept;',
        ),
    ],
)
def test_a_rule_is_one_statement(rule: dict[str, Any], statement: str) -> None:
    assert lines(rule) == [statement]


def test_rules_stand_in_their_order() -> None:
    accept = {'action': 'Accept', 'cidr': '10.0.0.0/8', 'matchOperator': 'In'}

    assert lines(accept, {'action': 'Reject'}) == ['if ((net ~ 10.0.0.0/8)) then { accept; }', 'reject;']


def test_a_filter_has_functions_for_the_directions_and_the_family_that_it_has_rules_for() -> None:
    spec = {'exportV6': [{'action': 'Accept'}], 'importV4': []}

    assert list(functions({'some': spec}, 4)) == []
    assert list(functions({'some': spec}, 6)) == ["function 'bgp_some_exportFilterV6'() {", '  accept;', '}']


def test_a_filter_that_tells_ibgp_from_ebgp_is_told_what_the_session_is() -> None:
    spec = {'exportV4': [{'action': 'Accept', 'peerType': 'eBGP'}]}

    assert call('some', spec, 'export', 4, internal=False) == "'bgp_some_exportFilterV4'(false);"


@given(st.text('abcdefghijklmnopqrstuvwxyz0123456789-.', min_size=1, max_size=253))
def test_a_name_fits_into_a_symbol_of_bird(name: str) -> None:
    symbol = function_name(name, 'import', 4).strip("'")

    assert len(symbol) <= SYMBOL_LENGTH
    assert symbol.endswith('_importFilterV4')


def test_long_names_that_begin_alike_stay_apart() -> None:
    assert function_name('x' * 60 + 'a', 'import', 4) != function_name('x' * 60 + 'b', 'import', 4)
