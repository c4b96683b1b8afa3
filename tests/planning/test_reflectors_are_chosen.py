"""Route reflectors are chosen: enough, apart from each other, without pods where possible, and moved only in need."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.designs.choosing import ZONE_LABEL, Candidate, candidates, choose, wanted_number
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.naming import REFLECTOR_LABEL, is_reflector_id, leaving_id, reflector_id
from tests.planning.checks.troubled import both, node, running
from tests.planning.world import observation, snapshot

places = st.tuples(st.sampled_from(['', 'a', 'b']), st.sampled_from(['#1', '#2', '#3']))
pools = st.lists(
    st.tuples(
        places, st.booleans(), st.sampled_from([False, False, False, True]), st.sampled_from(['', '', 'cluster'])
    ),
    min_size=1,
    max_size=30,
).map(lambda found: tuple(Candidate(f'node-{n}', *each) for n, each in enumerate(found)))
numbers = st.integers(1, 12)


@given(pools, numbers)
def test_as_many_as_wanted_or_all(pool: tuple[Candidate, ...], number: int) -> None:
    always = sum(found.always for found in pool)
    assert len(choose(pool, number)) == max(min(number, len(pool)), always)


@given(pools, numbers, st.randoms(use_true_random=False))
def test_the_order_of_the_nodes_does_not_matter(
    pool: tuple[Candidate, ...], number: int, chance: random.Random
) -> None:
    mixed = list(pool)
    chance.shuffle(mixed)
    assert choose(mixed, number) == choose(pool, number)


@given(pools, numbers)
def test_whoever_reflects_stays_unless_there_are_too_many(pool: tuple[Candidate, ...], number: int) -> None:
    had = {found.name for found in pool if found.role}
    chosen = set(choose(pool, number))
    assert had <= chosen or chosen <= had | {found.name for found in pool if found.always}


@given(pools, numbers, places, st.booleans())
def test_a_node_that_joins_moves_nobody(
    pool: tuple[Candidate, ...], number: int, place: tuple[str, str], pods: bool
) -> None:
    chosen = choose(pool, number)
    settled = [replace(found, role='cluster' if found.name in chosen else '') for found in pool]
    assert choose(settled, number) == chosen
    grown = choose([*settled, Candidate('node-99', place, pods, always=False)], number)
    assert set(chosen) <= set(grown)
    assert len(grown) == max(len(chosen), min(number, len(pool) + 1))
    more = choose([*settled, Candidate('node-99', place, pods, always=False)], len(chosen) + 1)
    assert set(more) > set(chosen)


@given(pools, numbers)
def test_one_that_goes_is_replaced_by_one(pool: tuple[Candidate, ...], number: int) -> None:
    chosen = choose(pool, number)
    left = [replace(f, role='cluster' if f.name in chosen else '') for f in pool if f.name != chosen[0]]
    assert set(choose(left, number)) >= set(chosen[1:])


@given(pools, numbers)
def test_among_equals_the_racks_share_evenly(pool: tuple[Candidate, ...], number: int) -> None:
    equal = [replace(found, pods=False, always=False, role='') for found in pool]
    chosen = set(choose(equal, number))
    of_zone = Counter(found.place[0] for found in equal)
    taken = Counter(found.place[0] for found in equal if found.name in chosen)
    for zone, there in of_zone.items():
        assert taken[zone] == there or taken[zone] >= max(taken.values()) - 1
        racks = Counter(f.place for f in equal if f.place[0] == zone)
        used = Counter(f.place for f in equal if f.place[0] == zone and f.name in chosen)
        assert all(used[rack] == racks[rack] or used[rack] >= max(used.values(), default=0) - 1 for rack in racks)


@given(pools, numbers)
def test_nodes_without_pods_come_first(pool: tuple[Candidate, ...], number: int) -> None:
    new = [replace(found, always=False, role='') for found in pool]
    chosen = set(choose(new, number))
    if any(found.pods for found in new if found.name in chosen):
        assert chosen >= {found.name for found in new if not found.pods}


def test_one_for_each_share_of_the_nodes_within_the_limits() -> None:
    options = Options(nodes_per_reflector=200, reflectors_min=3, reflectors_max=25)
    assert [wanted_number(nodes, options) for nodes in (1, 600, 601, 2000, 5000, 9000)] == [3, 3, 4, 10, 25, 25]
    assert wanted_number(2000, replace(options, reflectors_max=2, reflectors_min=3)) == 3


def test_who_may_reflect() -> None:
    wish = snapshot(2, 4, 0)
    trouble = both(
        node('node-1-1', drained=True),
        node('node-1-2', reflector='never'),
        node('node-1-3', reflector='always'),
        running('node-1-4', ready=False),
        running('node-2-1', schedulable=False),
        running('node-2-2', addresses=()),
        running('node-2-3', labels={ZONE_LABEL: 'b', REFLECTOR_LABEL: 'cluster'}),
    )
    wish, seen = trouble(wish, observation(wish))
    seen = replace(seen.cluster, affinities=tuple(a for a in seen.cluster.affinities if a.node == 'node-2-4'))
    assert candidates(wish, seen) == (
        Candidate('node-1-3', ('', '#101'), pods=False, always=True),
        Candidate('node-2-3', ('b', '#102'), pods=False, always=False, role='cluster'),
        Candidate('node-2-4', ('', '#102'), pods=True, always=False),
    )
    unknown = replace(wish, nodes=tuple(each for each in wish.nodes if each.name != 'node-2-4'))
    assert [found.name for found in candidates(unknown, seen)] == ['node-1-3', 'node-2-3']


@given(st.from_regex(r'[a-z][a-z0-9-]{0,19}', fullmatch=True), st.integers(0, 4095), st.integers(0, 4095))
def test_cluster_ids_are_apart_from_each_other_and_from_the_mark_of_leaving(handle: str, one: int, two: int) -> None:
    assert (reflector_id(handle, one) == reflector_id(handle, two)) == (one == two)
    assert is_reflector_id(handle, reflector_id(handle, one))
    assert not is_reflector_id(handle, leaving_id(handle))
    assert not is_reflector_id(handle, 'none')
