"""Paths by what reflectors do: announced from speaker to speaker until nothing is new, and counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations, product

import pytest

from netbox_calico.planning.explosion import paths_between
from netbox_calico.planning.sizing import Role, Scale, Sized, side_by_side

type Path = tuple[int, ...]


def passed_on(
    links: Sequence[tuple[int, int]], ids: Mapping[int, int], *, own_only: bool = False
) -> dict[int, set[Path]]:
    """All paths by speaker: a path is who announced it to whom, its origin first. ``ids`` are those of the reflectors.

    As BIRD does: what a client sent goes to all, what others sent to clients only; a path that bears a cluster ID
    already is not sent to a client, nor taken from one; reflectors of different IDs are clients of each other.
    ``own_only`` is our filter among reflectors of one ID.
    """
    neighbors: dict[int, list[int]] = defaultdict(list)
    for one, other in links:
        neighbors[one].append(other)
        neighbors[other].append(one)
    speakers = sorted(neighbors)
    found: dict[int, set[Path]] = {speaker: set() for speaker in speakers}

    def client(of: int, other: int) -> bool:
        return other not in ids or ids[of] != ids[other]

    work = [(speaker, (speaker,)) for speaker in speakers]
    while work:
        at, path = work.pop()
        received = len(path) > 1
        if received and at not in ids:
            continue
        listed = {ids[hop] for hop in path[1:-1] if hop in ids}
        for to in neighbors[at]:
            if to in path:
                continue
            if received and not client(at, to) and (own_only or not client(at, path[-2])):
                continue
            if received and client(at, to) and ids[at] in listed:
                continue
            if at in ids and to in ids and client(to, at) and ids[to] in listed | ({ids[at]} if received else set()):
                continue
            longer = (*path, to)
            found[to].add(longer)
            work.append((to, longer))
    return found


def of_sets(sets: Mapping[int, tuple[int, ...]], reflectors: int) -> list[tuple[int, int]]:
    """Every client with its reflectors, and these with each other."""
    return [(client, one) for client, of in sets.items() for one in of] + list(combinations(range(reflectors), 2))


def dealt(scale: Scale, k: int) -> dict[int, tuple[int, ...]]:
    r = scale.reflectors
    return {
        r + client: tuple((client * k + turn) % r for turn in range(k))
        for client in range(scale.nodes - scale.reflectors)
    }


def design(key: str, scale: Scale) -> Sized:
    return next(found for found in side_by_side(scale) if found.key == key)


@pytest.mark.parametrize(('nodes', 'r', 'k'), [(6, 2, 2), (8, 3, 3), (9, 3, 2), (10, 5, 3), (11, 4, 1), (4, 4, 2)])
@pytest.mark.parametrize('key', ['reflectors', 'reflectors-quorum'])
def test_reflectors_of_one_cluster_id(key: str, nodes: int, r: int, k: int) -> None:
    scale = Scale.of(nodes, reflectors=r, redundancy=k)
    sets = dealt(scale, r if key == 'reflectors' else k)
    paths = passed_on(of_sets(sets, r), dict.fromkeys(range(r), 1), own_only=key == 'reflectors')
    for role, members in ((Role.REFLECTOR, range(r)), (Role.NODE, sets)):
        sized = design(key, scale).of(role)
        if sized and sized.paths:
            assert sorted(len(paths[member]) for member in members) == [
                value for value, count in sized.paths.parts for _ in range(count)
            ]


@pytest.mark.parametrize(
    ('nodes', 'racks', 'k', 's'),
    [(10, 2, 2, 2), (13, 3, 2, 2), (11, 2, 3, 3), (9, 4, 1, 3), (8, 1, 2, 2), (7, 3, 1, 1)],
)
def test_a_hierarchy(nodes: int, racks: int, k: int, s: int) -> None:
    spines, of_rack = range(s), {rack: list(range(s + rack, nodes, racks)) for rack in range(racks)}
    links = list(combinations(spines, 2))
    ids = dict.fromkeys(spines, 0)
    for rack, members in of_rack.items():
        ids |= dict.fromkeys(members[:k], rack + 1)
        links += product(members[:k], [*spines, *members[k:]])
    paths = passed_on(links, ids, own_only=True)
    sized = design('reflectors-hierarchy', Scale.of(nodes, racks, redundancy=k, spines=s))
    members = of_rack.values()
    for role, those in (
        (Role.SPINE, spines),
        (Role.REFLECTOR, [one for found in members for one in found[:k]]),
        (Role.NODE, [one for found in members for one in found[k:]]),
    ):
        speakers = sized.of(role)
        assert speakers is not None
        assert speakers.paths is not None
        assert sorted(len(paths[one]) for one in those) == [
            value for value, count in speakers.paths.parts for _ in range(count)
        ]


@pytest.mark.parametrize(('r', 'k'), [(3, 2), (3, 1), (4, 2), (4, 3), (5, 3), (1, 1)])
def test_a_quorum_that_is_called_complete_reaches_everybody_and_another_may_not(r: int, k: int) -> None:
    sets = {r + number: chosen for number, chosen in enumerate(combinations(range(r), k))}
    paths = passed_on(of_sets(sets, r), dict.fromkeys(range(r), 1))
    everybody = {*range(r), *sets}
    complete = all({path[0] for path in found} == everybody - {speaker} for speaker, found in paths.items())
    assert complete is not design('reflectors-quorum', Scale.of(100, reflectors=r, redundancy=k)).refused


@pytest.mark.parametrize('r', [2, 3, 4, 5, 6])
def test_reflectors_with_an_id_each_have_as_many_paths_as_told(r: int) -> None:
    paths = passed_on(of_sets({r: (0,)}, r), {number: number for number in range(r)})
    for other in range(1, r):
        assert len([path for path in paths[other] if path[0] == r]) == paths_between(r)


def test_paths_grow_with_a_factorial() -> None:
    assert [paths_between(r) for r in (1, 2, 3, 4, 6, 11)] == [1, 1, 2, 5, 65, 986_410]
