"""What BGPFilters and prefix-lists let through of each kind of prefix."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from netbox_calico.planning.proof.filters import judge
from netbox_calico.planning.proof.kinds import Kinds, Treated, kinds_of
from netbox_calico.planning.proof.world import BLOCK, DEFAULT, SERVICE, SUBNET, Encapsulation
from tests.planning.world import observation, snapshot

EVERYTHING = {BLOCK, SERVICE, DEFAULT, SUBNET}


def kinds(family: int = 4) -> Kinds:
    subnets = {4: ('10.1.1.0/24', '10.1.2.0/24'), 6: ('fd00:1:1::/64', 'fd00:1:2::/64')}
    return kinds_of(observation(snapshot()).cluster, family, map(ip_network, subnets[family]))


def passed(*rules: dict, learned: bool = True, internal: bool = False) -> set[str]:
    verdict = judge(
        {'one': {'importV4': list(rules)}}, ('one',), 'importV4', kinds().every, learned=learned, internal=internal
    )
    assert verdict.undecided == ()
    return set(verdict.passes)


def undecided(*rules: dict) -> tuple[str, ...]:
    spec = {'one': {'importV4': list(rules)}}
    return judge(spec, ('one',), 'importV4', kinds().every, learned=True, internal=False).undecided


REJECT = {'action': 'Reject'}


def test_no_match_accepts_and_the_first_match_decides() -> None:
    assert passed() == EVERYTHING
    assert passed(REJECT) == set()
    assert passed({'action': 'Accept', 'cidr': '10.244.0.0/16', 'matchOperator': 'In'}, REJECT) == {BLOCK}


@pytest.mark.parametrize(
    ('rule', 'left'),
    [
        ({'cidr': '10.96.0.0/16', 'matchOperator': 'Equal'}, {SERVICE}),
        ({'cidr': '10.0.0.0/8', 'matchOperator': 'In'}, {BLOCK, SERVICE, SUBNET}),
        ({'cidr': '10.0.0.0/8', 'matchOperator': 'NotIn'}, {DEFAULT}),
        ({'cidr': '0.0.0.0/0', 'matchOperator': 'Equal'}, {DEFAULT}),
        ({'cidr': '10.96.0.0/16', 'matchOperator': 'NotEqual'}, {BLOCK, DEFAULT, SUBNET}),
        ({'cidr': '10.0.0.0/8', 'matchOperator': 'In', 'prefixLength': {'min': 25}}, {BLOCK}),
        ({'source': 'RemotePeers'}, EVERYTHING),
        ({'peerType': 'eBGP'}, EVERYTHING),
        ({'peerType': 'iBGP'}, set()),
        ({'cidr': 'fd00::/8', 'matchOperator': 'In'}, set()),
    ],
)
def test_a_rule_matches_kinds(rule: dict, left: set[str]) -> None:
    assert passed({'action': 'Accept', **rule}, REJECT) == left


def test_what_is_not_learned_comes_from_no_remote_peer() -> None:
    rule = {'action': 'Reject', 'source': 'RemotePeers'}
    assert passed(rule, learned=False) == EVERYTHING
    assert passed(rule) == set()


@pytest.mark.parametrize(
    'rule',
    [
        {'cidr': '10.244.7.0/24', 'matchOperator': 'In'},
        {'cidr': '10.244.7.0/26', 'matchOperator': 'Equal'},
        {'cidr': '10.1.1.0/24', 'matchOperator': 'In'},
        {'communities': {'values': ['1:2']}},
        {'interface': 'eth0'},
        {'asPathPrefix': [65001]},
        {'cidr': 'nonsense', 'matchOperator': 'In'},
    ],
)
def test_what_depends_on_the_route_is_said_to_be_undecided(rule: dict) -> None:
    assert undecided({'action': 'Reject', **rule})


def test_a_list_lets_pass_what_lies_in_it() -> None:
    assert kinds().within([ip_network('10.244.0.0/16'), ip_network('10.96.0.0/16')]) == {BLOCK, SERVICE}
    assert kinds().within([ip_network('10.244.0.0/17')]) == set()


def test_one_subnet_of_nodes_in_a_list_is_one_too_many() -> None:
    assert kinds().within([ip_network('10.1.2.0/24')]) == {SUBNET}


def test_a_default_in_a_list_stands_for_itself() -> None:
    assert kinds().within([ip_network('0.0.0.0/0')]) == {DEFAULT}
    assert kinds(6).within([ip_network('::/0')]) == {DEFAULT}


@pytest.mark.parametrize(
    ('modes', 'expected'),
    [
        ({}, Encapsulation.IPIP_CROSS_SUBNET),
        ({'ipip': 'CrossSubnet'}, Encapsulation.IPIP_CROSS_SUBNET),
        ({'ipip': 'Always'}, Encapsulation.IPIP_ALWAYS),
        ({'vxlan': 'CrossSubnet'}, Encapsulation.FELIX),
    ],
)
def test_pools_are_carried_as_they_say(modes: dict[str, str], expected: Encapsulation) -> None:
    wish = snapshot()
    wish = replace(wish, pools=tuple(replace(pool, **modes) for pool in wish.pools))
    cluster = observation(wish).cluster
    assert kinds_of(cluster, 4, ()).encapsulation(cluster) == {BLOCK: expected}


def test_a_block_is_of_the_narrowest_pool_around_it() -> None:
    wish = snapshot()
    wide = replace(wish.pools[0], name='wide', cidr=ip_network('10.0.0.0/8'), disabled=True)
    found = kinds_of(observation(replace(wish, pools=(wide, *wish.pools))).cluster, 4, ())
    by_network = {kind.networks[0]: name for name, kind in found.blocks.items()}
    assert found.of_block(ip_network('10.244.0.0/26')) == by_network[ip_network('10.244.0.0/16')]
    assert found.of_block(ip_network('10.7.0.0/26')) == by_network[ip_network('10.0.0.0/8')]
    assert found.of_block(ip_network('192.0.2.0/26')) is None


def test_pools_and_ranges_that_are_treated_alike_are_one_kind() -> None:
    wish = snapshot()
    cidrs = [ip_network(f'10.{number}.0.0/16') for number in (7, 8, 9)]
    more = [replace(wish.pools[0], name=f'pool-{cidr}', cidr=cidr) for cidr in cidrs]
    cluster = observation(replace(wish, pools=(*wish.pools, *more))).cluster
    treated = Treated({wish.pools[0].cidr: 1, cidrs[0]: 1, cidrs[1]: 2, cidrs[2]: 1}, {})
    found = kinds_of(cluster, 4, (), treated=treated)
    assert [(kind.networks, kind.alike) for kind in found.blocks.values()] == [
        ((wish.pools[0].cidr,), (cidrs[0], cidrs[2])),
        ((cidrs[1],), ()),
    ]
    assert found.titles[BLOCK] == 'blocks of 10.244.0.0/16 (and 2 pools like it)'
    assert found.of_block(ip_network('10.9.0.0/26')) == BLOCK
    assert len(found.encapsulation(cluster)) == 2
