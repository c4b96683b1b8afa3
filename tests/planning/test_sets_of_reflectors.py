"""Where every client peers with some reflectors: balanced, and hardly moved by reflectors that come and go."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.designs.sets import assigned, members, numbered

rings = st.lists(st.integers(1, 40), min_size=1, max_size=12, unique=True).map(sorted)
sizes = st.integers(1, 5)
new_clients = st.integers(0, 60).map(lambda count: [(f'node-{number}', '') for number in range(count)])


@given(rings, sizes)
def test_every_reflector_is_in_as_many_sets_as_a_set_has_members(ring: list[int], size: int) -> None:
    sets = [members(ring, first, size) for first in ring]
    assert {len(one) for one in sets} == {min(size, len(ring))}
    assert all(first in one for first, one in zip(ring, sets, strict=True))
    assert set(Counter(number for one in sets for number in one).values()) == {min(size, len(ring))}


@given(rings, sizes, st.integers(0, 11))
def test_one_that_goes_leaves_every_client_all_others_of_its_set(ring: list[int], size: int, position: int) -> None:
    gone = ring[position % len(ring)]
    left = [number for number in ring if number != gone]
    for first in ring if left else ():
        [now] = assigned([('node', str(first))], left, size, live=True).values()
        had = set(members(ring, first, size)) - {gone}
        assert had <= set(members(left, now, size))


@given(rings, sizes, st.integers(1, 41))
def test_one_that_comes_takes_one_place_of_a_set_at_the_most(ring: list[int], size: int, number: int) -> None:
    grown = sorted({*ring, number})
    for first in ring:
        had, now = set(members(ring, first, size)), set(members(grown, first, size))
        assert len(had - now) <= 1
        assert now - had <= {number}


@given(rings, sizes, new_clients)
def test_new_clients_are_shared_evenly(ring: list[int], size: int, clients: list[tuple[str, str]]) -> None:
    loads = Counter(assigned(clients, ring, size, live=False).values())
    assert max(loads.values(), default=0) - min((loads[number] for number in ring), default=0) <= 1


@given(rings, sizes, new_clients)
def test_whoever_has_a_set_keeps_it(ring: list[int], size: int, clients: list[tuple[str, str]]) -> None:
    first = assigned(clients, ring, size, live=False)
    again = assigned([(name, str(number)) for name, number in first.items()], ring, size, live=True)
    assert again == first


@given(rings, sizes, new_clients)
def test_whoever_lives_by_the_first_set_keeps_one_of_it(
    ring: list[int], size: int, clients: list[tuple[str, str]]
) -> None:
    start = set(members(ring, ring[0], size))
    for number in assigned(clients, ring, size, live=True).values():
        assert start.intersection(members(ring, number, size))


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(['', '1', '2', '3', '7', 'x', '0', '²'])), unique=True))
def test_a_reflector_keeps_its_number_and_none_is_given_twice(those: list[tuple[int, str]]) -> None:
    had = {f'node-{number}': label for number, label in those}
    numbers = numbered(had, had)
    assert numbers.keys() == had.keys()
    assert len(set(numbers.values())) == len(numbers)
    assert all(number >= 1 for number in numbers.values())
    for label in ('1', '2', '3', '7'):
        assert int(label) in numbers.values() or label not in had.values()
    assert numbered(had, {name: str(number) for name, number in numbers.items()}) == numbers
