"""The lines that lead from one section to another, in an order that never leaves a moment of deny or an open session.

Forward: list entries, maps, groups with their address families, then neighbours, so that no session comes up
unfiltered. Backward: neighbours, groups, maps, lists, so that nothing in use is ever undefined (FRR denies through what
is undefined). What FRR replaces when it is stated again is never taken away first: ``no neighbor G remote-as`` would
delete all members, and a map without its match would permit everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .lines import IPV4, IPV6, is_list, key, map_entry, negated, order, subject
from .tree import Path


def merge(before: frozenset[Path], after: frozenset[Path]) -> Iterator[Path]:
    """The paths to send, in order, for a router that carries ``before`` to carry ``after``."""
    yield from _ordered(path for path in after - before if is_list(path))
    yield from _maps_forward(before, after)
    instances = {path[0] for path in before | after if path[0].startswith('router bgp')}
    for instance in sorted(instances):
        yield from _bgp(instance, _within(before, instance), _within(after, instance))
    yield from _maps_backward(before, after)
    yield from _lists_backward(before, after)


def _ordered(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=order)


def _within(paths: frozenset[Path], instance: str) -> frozenset[Path]:
    return frozenset(path for path in paths if path[0] == instance)


def _taken_back(before: Iterable[Path], after: Iterable[Path]) -> Iterator[Path]:
    """Negations of what is in ``before`` only, where nothing in ``after`` takes its place."""
    kept = {key(path) for path in after}
    for path in reversed(_ordered(before)):
        if key(path) not in kept and not _is_remote_as(path):
            yield negated(path)


def _is_remote_as(path: Path) -> bool:
    return path[-1].startswith('neighbor ') and path[-1].split()[2] == 'remote-as'


def _maps_forward(before: frozenset[Path], after: frozenset[Path]) -> Iterator[Path]:
    old = {(entry[0], entry[2]): path for path in before if len(path) == 1 and (entry := map_entry(path))}
    for opening in _ordered(path for path in after if len(path) == 1 and map_entry(path)):
        entry = map_entry(opening)
        assert entry is not None
        stood = old.get((entry[0], entry[2]))
        bodies_before = {path for path in before if len(path) > 1 and path[0] == opening[0]}
        bodies_after = {path for path in after if len(path) > 1 and path[0] == opening[0]}
        if stood is not None and stood != opening:
            yield negated(stood)
        if stood != opening:
            yield opening
        yield from _taken_back(bodies_before, bodies_after)
        yield from _ordered(bodies_after - bodies_before)


def _maps_backward(before: frozenset[Path], after: frozenset[Path]) -> Iterator[Path]:
    kept_maps = {entry[0] for path in after if (entry := map_entry(path))}
    kept_entries = {(entry[0], entry[2]) for path in after if (entry := map_entry(path))}
    openings = _ordered(path for path in before if len(path) == 1 and map_entry(path))
    gone: dict[str, None] = {}
    for opening in openings:
        entry = map_entry(opening)
        assert entry is not None
        if entry[0] not in kept_maps:
            gone[entry[0]] = None
        elif (entry[0], entry[2]) not in kept_entries:
            yield negated(opening)
    for name in gone:
        yield (f'no route-map {name}',)


def _lists_backward(before: frozenset[Path], after: frozenset[Path]) -> Iterator[Path]:
    kept = {_list_name(path) for path in after if is_list(path)}
    for path in _ordered(path for path in before - after if is_list(path) and _list_name(path) in kept):
        yield negated(path)
    for name in sorted({_list_name(path) for path in before if is_list(path)} - kept):
        yield (f'no {name}',)


def _list_name(path: Path) -> str:
    return ' '.join(path[0].split()[:3])


def _bgp(instance: str, before: frozenset[Path], after: frozenset[Path]) -> Iterator[Path]:
    groups_before, groups_after = _groups(before), _groups(after)
    members_before, members_after = _members(before), _members(after)
    kept = groups_before & groups_after
    yield from _taken_back(_about(before - after, kept), _about(after, kept))
    yield from _ordered(_about(after - before, groups_after) | _inactive(instance, groups_after - groups_before, after))
    yield from (negated(path) for path in _ordered(before - after) if _is_range(path))
    for address in _addresses(members_before):
        if members_after.get(address) != members_before[address]:
            yield (instance, f'no neighbor {address}')
    staying = {address for address, group in members_after.items() if members_before.get(address) == group}
    yield from _taken_back(_about(before - after, staying), _about(after, staying))
    new = _about(after - before, staying) | _about(after, members_after.keys() - staying)
    yield from _ordered(new | {path for path in after - before if _is_range(path)})
    for group in sorted(groups_before - groups_after):
        yield (instance, f'no neighbor {group} peer-group')


def _groups(paths: Iterable[Path]) -> set[str]:
    return {subject(path[-1]) for path in paths if path[-1].endswith(' peer-group')}


def _members(paths: Iterable[Path]) -> dict[str, str]:
    """Addresses of the neighbours and the group of each."""
    return {
        subject(path[-1]): path[-1].split()[-1]
        for path in paths
        if len(path) == 2 and ' peer-group ' in path[-1] and not _is_range(path)
    }


def _addresses(members: Iterable[str]) -> list[str]:
    return [subject(path[-1]) for path in _ordered(('router bgp', f'neighbor {address}') for address in members)]


def _about(paths: Iterable[Path], subjects: Iterable[str]) -> set[Path]:
    wanted = set(subjects)
    return {path for path in paths if subject(path[-1]) in wanted}


def _is_range(path: Path) -> bool:
    return path[-1].startswith('bgp listen range ')


def _inactive(instance: str, groups: Iterable[str], after: frozenset[Path]) -> set[Path]:
    """A box may activate all that is new in a family: a group says where it is not active before it has members."""
    return {
        (instance, family, f'no neighbor {group} activate')
        for group in groups
        for family in (IPV4, IPV6)
        if (instance, family, f'neighbor {group} activate') not in after
    }
