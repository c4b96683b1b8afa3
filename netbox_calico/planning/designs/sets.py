"""Which clients peer with which reflectors, where nobody peers with all of them.

Reflectors have numbers and form a ring; the set of a number is it and the next ones. So every reflector is in as many
sets as a set has members, and one that comes or goes changes no set altogether.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

NUMBERS = 4096
"""Numbers end below this, as cluster IDs are made of them."""


def numbered(reflectors: Iterable[str], had: Mapping[str, str]) -> Mapping[str, int]:
    """A number for each reflector: the one that it had, else the lowest that is free. ``had`` are labels by node."""
    numbers: dict[str, int] = {}
    later: list[str] = []
    for name in reflectors:
        label = had.get(name, '')
        number = int(label) if label.isascii() and label.isdigit() else 0
        if 0 < number < NUMBERS and number not in numbers.values():
            numbers[name] = number
        else:
            later.append(name)
    taken = set(numbers.values())
    free = (number for number in range(1, len(taken) + len(later) + 1) if number not in taken)
    return {**numbers, **dict(zip(later, free, strict=False))}


def members(ring: Sequence[int], first: int, size: int) -> tuple[int, ...]:
    """The set of a number: so many of the ring from there on, sorted."""
    start = ring.index(first)
    return tuple(sorted({ring[(start + step) % len(ring)] for step in range(min(size, len(ring)))}))


def assigned(clients: Iterable[tuple[str, str]], ring: Sequence[int], size: int, *, live: bool) -> Mapping[str, int]:
    """The first reflector of each client's set, given the clients and the labels that they bear.

    Whoever has a set keeps it, or takes the next in the ring once its first reflector is gone. The others take the
    smallest; when ``live``, they have peered with the set of the first number, and take one that shares a member.
    """
    if not ring:
        return {}
    found: dict[str, int] = {}
    new: list[str] = []
    for name, label in clients:
        if label.isascii() and label.isdigit():
            found[name] = min(ring, key=lambda number, label=label: (number < int(label), number))  # type: ignore[misc]
        else:
            new.append(name)
    loads = Counter(found.values())
    start = set(members(ring, ring[0], size))
    offered = [number for number in ring if not live or start.intersection(members(ring, number, size))]
    for name in new:
        found[name] = min(offered, key=lambda number: (loads[number], number))
        loads[found[name]] += 1
    return found
