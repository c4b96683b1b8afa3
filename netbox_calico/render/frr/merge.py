"""The lines that lead from one section to another, in an order that never leaves a moment of deny or an open session.

Forward: list entries, maps, groups with their address families, then neighbours, so that no session comes up
unfiltered. Backward: neighbours, groups, maps, lists, so that nothing in use is ever undefined (FRR denies through what
is undefined). What FRR replaces when it is stated again is never taken away first: ``no neighbor G remote-as`` would
delete all members, and a map without its match would permit everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from .lines import IPV4, IPV6, key, map_entry, negated, subject
from .parts import Parts, in_order
from .tree import Path


def forth(before: Parts, after: Parts) -> Iterator[Path]:
    """The first of the paths to send, in order, for a router that carries ``before`` to carry ``after``."""
    yield from (path for path in after.lists if path not in before.paths)
    yield from _maps_forward(before, after)
    for instance in sorted(before.instances.keys() | after.instances.keys()):
        yield from _bgp(instance, before, after)


def back(before: Parts, after: Parts) -> Iterator[Path]:
    """The last of them: filters that nothing uses any more."""
    yield from _maps_backward(before, after)
    yield from _lists_backward(before, after)


def _taken_back(before: Sequence[Path], after: Iterable[Path]) -> Iterator[Path]:
    """Negations of what is in ``before`` only, where nothing in ``after`` takes its place."""
    kept = {key(path) for path in after} if before else set()
    for path in reversed(before):
        if key(path) not in kept and not _is_remote_as(path):
            yield negated(path)


def _is_remote_as(path: Path) -> bool:
    return path[-1].startswith('neighbor ') and path[-1].split()[2] == 'remote-as'


def _maps_forward(before: Parts, after: Parts) -> Iterator[Path]:
    old = {(entry[0], entry[2]): path for path in before.openings if (entry := map_entry(path))}
    for opening in after.openings:
        entry = map_entry(opening)
        assert entry is not None
        stood = old.get((entry[0], entry[2]))
        if stood is not None and stood != opening:
            yield negated(stood)
        if stood != opening:
            yield opening
        bodies = after.bodies(opening)
        yield from _taken_back(before.bodies(opening), bodies)
        yield from (path for path in bodies if path not in before.paths)


def _maps_backward(before: Parts, after: Parts) -> Iterator[Path]:
    entries = [entry for paths in after.maps.values() if (entry := map_entry(paths[0]))]
    kept_maps = {name for name, _, _ in entries}
    kept_entries = {(name, number) for name, _, number in entries}
    gone: dict[str, None] = {}
    for opening in before.openings:
        entry = map_entry(opening)
        assert entry is not None
        if entry[0] not in kept_maps:
            gone[entry[0]] = None
        elif (entry[0], entry[2]) not in kept_entries:
            yield negated(opening)
    for name in gone:
        yield (f'no route-map {name}',)


def _lists_backward(before: Parts, after: Parts) -> Iterator[Path]:
    kept = {_list_name(path) for path in after.lists}
    for path in before.lists:
        if path not in after.paths and _list_name(path) in kept:
            yield negated(path)
    for name in sorted({_list_name(path) for path in before.lists} - kept):
        yield (f'no {name}',)


def _list_name(path: Path) -> str:
    return ' '.join(path[0].split()[:3])


def _bgp(instance: str, before: Parts, after: Parts) -> Iterator[Path]:
    was, will = before.instances.get(instance, ()), after.instances.get(instance, ())
    going = [path for path in was if path not in after.paths]
    coming = [path for path in will if path not in before.paths]
    groups_before, groups_after = _groups(was), _groups(will)
    members_before, members_after = _members(was), _members(will)
    kept = groups_before & groups_after
    yield from _taken_back(_about(going, kept), _about(will, kept))
    yield from in_order({*_about(coming, groups_after), *_inactive(instance, groups_after - groups_before, after)})
    yield from (negated(path) for path in going if _is_range(path))
    for address, group in members_before.items():
        if members_after.get(address) != group:
            yield (instance, f'no neighbor {address}')
    staying = {address for address, group in members_after.items() if members_before.get(address) == group}
    joining = members_after.keys() - staying
    yield from _taken_back(_about(going, staying), _about(will, staying))
    for path in will:
        of = subject(path[-1])
        if of in joining or (path not in before.paths and (of in staying or _is_range(path))):
            yield path
    for group in sorted(groups_before - groups_after):
        yield (instance, f'no neighbor {group} peer-group')


def _groups(paths: Iterable[Path]) -> set[str]:
    return {subject(path[-1]) for path in paths if path[-1].endswith(' peer-group')}


def _members(paths: Iterable[Path]) -> Mapping[str, str]:
    """Addresses of the neighbours, as they are in order, and the group of each."""
    return {
        subject(path[-1]): path[-1].rpartition(' ')[-1]
        for path in paths
        if len(path) == 2 and ' peer-group ' in path[-1] and not _is_range(path)
    }


def _about(paths: Iterable[Path], subjects: Collection[str]) -> list[Path]:
    return [path for path in paths if subject(path[-1]) in subjects] if subjects else []


def _is_range(path: Path) -> bool:
    return path[-1].startswith('bgp listen range ')


def _inactive(instance: str, groups: Iterable[str], after: Parts) -> Iterator[Path]:
    """A box may activate all that is new in a family: a group says where it is not active before it has members."""
    for group in groups:
        for family in (IPV4, IPV6):
            if (instance, family, f'neighbor {group} activate') not in after.paths:
                yield (instance, family, f'no neighbor {group} activate')
