"""Paths by what reflectors do: announced from speaker to speaker until nothing is new, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pytest

from netbox_calico.planning.sizing import Role, Scale, Sized, side_by_side
from netbox_calico.planning.sizing.explosion import paths_between

type Path = tuple[int, ...]


def passed_on(
    sets: Mapping[int, tuple[int, ...]], ids: Mapping[int, int], *, own_only: bool = False
) -> dict[int, set[Path]]:
    """All paths by speaker: a path is who announced it to whom, its origin first. ``sets`` are clients' reflectors.

    As BIRD does: what a client sent goes to all, what others sent to clients only; a path that bears a cluster ID
    already is not sent to a client, nor taken from one; reflectors of different IDs are clients of each other.
    ``own_only`` is our filter among reflectors of one ID.
    """
    speakers = [*ids, *sets]
    found: dict[int, set[Path]] = {speaker: {(speaker,)} for speaker in speakers}
    links = [(c, r) for c, of in sets.items() for r in of] + list(combinations(ids, 2))
    neighbors: dict[int, list[int]] = {speaker: [] for speaker in speakers}
    for one, other in links:
        neighbors[one].append(other)
        neighbors[other].append(one)

    def client(of: int, other: int) -> bool:
        return other in sets or ids[of] != ids[other]

    work = [(speaker, (speaker,)) for speaker in speakers]
    while work:
        at, path = work.pop()
        received = len(path) > 1
        if received and at in sets:
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
    return {speaker: {path for path in paths if path[0] != speaker} for speaker, paths in found.items()}


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
    paths = passed_on(sets, dict.fromkeys(range(r), 1), own_only=key == 'reflectors')
    for role, members in ((Role.REFLECTOR, range(r)), (Role.NODE, sets)):
        sized = design(key, scale).of(role)
        if sized and sized.paths:
            assert sorted(len(paths[member]) for member in members) == [
                value for value, count in sized.paths.parts for _ in range(count)
            ]


@pytest.mark.parametrize(('r', 'k'), [(3, 2), (3, 1), (4, 2), (4, 3), (5, 3), (1, 1)])
def test_a_quorum_that_is_called_complete_reaches_everybody_and_another_may_not(r: int, k: int) -> None:
    sets = {r + number: chosen for number, chosen in enumerate(combinations(range(r), k))}
    paths = passed_on(sets, dict.fromkeys(range(r), 1))
    everybody = {*range(r), *sets}
    complete = all({path[0] for path in found} == everybody - {speaker} for speaker, found in paths.items())
    assert complete is not design('reflectors-quorum', Scale.of(100, reflectors=r, redundancy=k)).refused


@pytest.mark.parametrize('r', [2, 3, 4, 5, 6])
def test_reflectors_with_an_id_each_have_as_many_paths_as_told(r: int) -> None:
    paths = passed_on({r: (0,)}, {number: number for number in range(r)})
    for other in range(1, r):
        assert len([path for path in paths[other] if path[0] == r]) == paths_between(r)
