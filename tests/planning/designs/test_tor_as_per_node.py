"""An AS a node: given once, kept, and lived in sessions with routers alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.designs import find
from netbox_calico.planning.designs.node_numbers import node_numbers
from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.plan import make_plan
from tests.planning.world import RENDERERS, World, observation, snapshot


def wished(racks: int = 2, nodes: int = 2, **cluster: object) -> Snapshot:
    return snapshot(racks, nodes, 2, (4, 6), design='tor-as-per-node', **{'asn_range': (64601, 64999), **cluster})


def stating(wish: Snapshot, numbers: dict[str, int]) -> Snapshot:
    return replace(wish, nodes=tuple(replace(node, asn=numbers.get(node.name)) for node in wish.nodes))


def derive(wish: Snapshot, **cluster: object) -> Intent:
    return find('tor-as-per-node').derive(wish, observation(wish, **cluster))


def numbers_of(wish: Snapshot, world: World | None = None) -> dict[str, int]:
    seen = world.observed if world else observation(wish)
    return {session.node: session.node_as for session in find('tor-as-per-node').derive(wish, seen).sessions}


def test_nodes_are_given_the_lowest_in_the_order_of_their_names() -> None:
    found = numbers_of(wished(1, 11))
    assert [found[f'node-1-{number}'] for number in (1, 2, 10, 11)] == [64601, 64602, 64610, 64611]


def test_what_netbox_says_stays_and_gaps_are_filled() -> None:
    wish = stating(wished(), {'node-1-2': 64601, 'node-2-1': 64603})
    assert numbers_of(wish) == {'node-1-1': 64602, 'node-1-2': 64601, 'node-2-1': 64603, 'node-2-2': 64604}


def test_a_number_that_runs_stays_when_nodes_come_and_go() -> None:
    wish = wished()
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    before = numbers_of(wish, world)
    without = replace(wish, nodes=tuple(node for node in wish.nodes if node.name != 'node-1-1'))
    nodes = tuple(node for node in world.observed.cluster.nodes if node.name != 'node-1-1')
    world._cluster(nodes=nodes)
    assert numbers_of(without, world) == {name: asn for name, asn in before.items() if name != 'node-1-1'}


def test_numbers_of_routers_and_reserved_ones_are_never_given() -> None:
    wish = wished(asn_range=(65010, 65014))
    assert set(numbers_of(stating(wish, {'node-2-1': 64700, 'node-2-2': 64701})).values()) == {
        65010, 65013, 64700, 64701,
    }  # fmt: skip
    numbers, _ = node_numbers(wished(asn_range=(65534, 65536)), observation(wish).cluster, ('a', 'b'))
    assert numbers == {'a': 65534, 'b': 65536}


def test_numbers_that_something_else_has_are_not_given_and_stay_where_they_run() -> None:
    wish = wished(1, 2)
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    taken = replace(wish, numbers_elsewhere=frozenset({64601, 64603}))
    assert numbers_of(taken) == {'node-1-1': 64602, 'node-1-2': 64604}
    assert numbers_of(taken, world) == {'node-1-1': 64601, 'node-1-2': 64602}
    [found] = make_plan(taken, world.observed, 'deploy', RENDERERS).findings
    assert (found.code, found.subject) == ('node-as-elsewhere', 'node-1-1')


@given(st.sets(st.integers(1, 30)), st.dictionaries(st.integers(1, 30), st.integers(64601, 64660), max_size=8))
def test_no_two_nodes_are_given_one(names: set[int], stated: dict[int, int]) -> None:
    wish = wished(1, 30)
    given_once = dict(zip(stated, dict.fromkeys(stated.values()), strict=False))
    wish = stating(wish, {f'node-1-{number}': asn for number, asn in given_once.items()})
    found, findings = node_numbers(wish, observation(wish).cluster, [f'node-1-{number}' for number in names])
    assert findings == ()
    assert len(set(found.values())) == len(found)
    assert all(found[f'node-1-{number}'] == asn for number, asn in given_once.items() if number in names)


@pytest.mark.parametrize(
    ('wish', 'code', 'words'),
    [
        (wished(asn_range=None), 'node-without-as', '4 nodes have no AS number'),
        (wished(asn_range=(64601, 64603)), 'as-range-exhausted', 'left for 1 node: node-2-2'),
        (stating(wished(), {'node-1-1': 64700, 'node-2-2': 64700}), 'node-as-shared', 'node-1-1, node-2-2 have one AS'),
        (stating(wished(), {'node-1-1': 65022}), 'node-as-of-router', 'node-1-1 and a router are both in AS 65022'),
        (stating(wished(), {'node-1-1': 2147483648}), 'node-as-impossible', 'above 2147483647'),
        (wished(asn_range=(4200000000, 4200000099)), 'node-as-impossible', 'node-1-1 cannot have AS 4200000000'),
    ],
)
def test_what_cannot_be(wish: Snapshot, code: str, words: str) -> None:
    messages = [finding.message for finding in derive(wish).findings if finding.code == code]
    assert messages
    assert words in messages[0]


def test_a_router_without_multipath_relax() -> None:
    wish = wished()
    seen = observation(wish)
    first, *others = seen.routers
    without = replace(first, settings={**first.settings, 'multipath_relax': 'no'})
    findings = find('tor-as-per-node').derive(wish, replace(seen, routers=(without, *others))).findings
    assert [finding.code for finding in findings] == ['multipath-relax-needed']
    assert 'tor-1-1 balance' in findings[0].message


def test_so_many_bgp_peers_are_refused() -> None:
    assert not derive(wished(5, 40)).findings
    [finding] = derive(wished(10, 51, asn_range=(100000, 200000))).findings
    assert finding.code == 'too-many-node-peers'
    assert '2040 BGPPeers' in finding.message


def test_both_ends() -> None:
    wish = wished(1, 1)
    found = derive(wish)
    specs = {wanted.name: wanted.spec for wanted in found.resources if wanted.kind == 'BGPPeer'}
    assert specs['cal-c1-tor-1-1-4-node-1-1'] == {
        'node': 'node-1-1',
        'peerIP': '10.1.1.1',
        'asNumber': 65011,
        'localASNumber': 64601,
        'filters': ['cal-c1-tor-export', 'cal-c1-tor-import'],
        'reversePeering': 'Manual',
    }
    assert {group.remote_as for section in found.sections for group in section.groups} == {None}
    assert not any(group.as_override for section in found.sections for group in section.groups)
