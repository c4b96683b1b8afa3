"""What becomes of packets: the forwarding graph of a prefix, walked from its end backwards."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence

from .forwarding import Forwarding
from .outcome import Flag
from .world import Role, World

_DELIVERED, _BLACKHOLE, _LOOP, _HAIRPIN, _BY_DEFAULT = (
    int(flag) for flag in (Flag.DELIVERED, Flag.BLACKHOLE, Flag.LOOP, Flag.HAIRPIN, Flag.BY_DEFAULT)
)
_INHERITED = ~_BY_DEFAULT


def walk(worlds: Sequence[World], origins: Collection[int], states: Sequence[Forwarding]) -> list[int]:
    """The flags of every speaker, as integers, over the union of ``states``, which are those of ``worlds``.

    With several states a packet may meet one speaker before a change and the next one after it: no dead end and no
    cycle in the union means that no order of updates among these states loses a packet. What remains after the walk
    from the ends is on a cycle or leads to one.
    """
    speakers = worlds[0].speakers
    count = len(speakers)
    hops = [_union(index, states) for index in range(count)]
    flags = [_own(index, hops[index], origins, states, worlds) for index in range(count)]
    before: list[list[int]] = [[] for _ in range(count)]
    left = [len(ways) for ways in hops]
    for index, ways in enumerate(hops):
        for hop in ways:
            before[hop].append(index)
            if hop not in origins and speakers[hop].role is Role.NODE:
                flags[index] |= _HAIRPIN
    ready = deque(index for index in range(count) if not left[index])
    while ready:
        index = ready.popleft()
        for earlier in before[index]:
            flags[earlier] |= flags[index] & _INHERITED
            left[earlier] -= 1
            if not left[earlier]:
                ready.append(earlier)
    _around(flags, before, [index for index in range(count) if left[index]])
    return flags


def _union(index: int, states: Sequence[Forwarding]) -> tuple[int, ...]:
    if len(states) == 1:
        return states[0].hops[index]
    ways = {state.hops[index] for state in states}
    return ways.pop() if len(ways) == 1 else tuple(sorted(set().union(*ways)))


def _own(
    index: int,
    hops: tuple[int, ...],
    origins: Collection[int],
    states: Sequence[Forwarding],
    worlds: Sequence[World],
) -> int:
    flags = _BY_DEFAULT if any(state.by_default[index] for state in states) else 0
    if index in origins:
        return flags | _DELIVERED
    # A state in which a speaker is absent adds nothing to what it does in the others.
    lost = any(
        not state.hops[index] and world.speakers[index].present for state, world in zip(states, worlds, strict=True)
    )
    return flags | _BLACKHOLE if lost or not hops else flags


def _around(flags: list[int], before: list[list[int]], looping: list[int]) -> None:
    """Flags of those on a cycle or leading to one, until nothing changes: at most five times each."""
    for index in looping:
        flags[index] |= _LOOP
    waiting = deque(looping)
    while waiting:
        index = waiting.popleft()
        for earlier in before[index]:
            added = flags[earlier] | (flags[index] & _INHERITED)
            if added != flags[earlier]:
                flags[earlier] = added
                waiting.append(earlier)
