"""Leaves: clients of reflectors, whose racks do not matter, and reflectors that may change places.

A leaf has sessions with reflectors alone, all iBGP, and passes nothing on. So a prefix of one is a matter of the
reflectors, of itself and of who looks at it: the pair's picture is which reflectors the one has, which the other, and
which both, and who shares a rack. Reflectors that are alike in all but their clients may change places in it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

from .describing import Describing
from .world import Role, World


def leaves_of(worlds: Sequence[World], describing: Describing, reflectors: Collection[int]) -> frozenset[int]:
    """The leaves of all states at once; none where nobody reflects across racks."""
    if not reflectors:
        return frozenset()
    meshes = [{speaker.asn for speaker in world.speakers if speaker.mesh} for world in worlds]
    return frozenset(
        index
        for index, speaker in enumerate(describing.speakers)
        if speaker.role is Role.NODE
        and index not in reflectors
        and all(_stands_alone(world, index, describing) for world in worlds)
        and _only_listens(worlds, meshes, describing, index, reflectors)
    )


def may_change_places(
    worlds: Sequence[World],
    describing: Describing,
    reflectors: Sequence[int],
    leaves: Collection[int],
    alike: Mapping[int, Hashable],
) -> bool:
    """Whether every order of reflectors that are ``alike`` is as good: what is between two depends on their kinds."""
    among = frozenset(reflectors)
    if not all(_stands_alone(world, index, describing) for world in worlds for index in reflectors):
        return False
    between: dict[tuple[int, int], list[int]] = {}
    for index in reflectors:
        tokens = describing.scopes.tokens('')
        for state, sends, other, half in describing.ends[index]:
            if other in among:
                session = describing.session(state, sends, half, index, other, tokens)
                between.setdefault((index, other), []).append(describing.number(session))
            elif other not in leaves:
                return False
    kinds: dict[tuple[Hashable, Hashable], list[int]] = {}
    for one in reflectors:
        for other in reflectors:
            if one != other:
                sessions = sorted(between.get((one, other), []))
                if kinds.setdefault((alike[one], alike[other]), sessions) != sessions:
                    return False
    return True


def labels(describing: Describing, leaf: int, reflectors: Mapping[str, Sequence[int]]) -> dict[int, int]:
    """What each of the ``reflectors``, which are by rack, is to a leaf, by number: its sessions and whether it stands
    in the same rack, if anything."""
    rack = describing.speakers[leaf].rack
    tokens = describing.scopes.tokens(rack)
    sessions: dict[int, list[int]] = {reflector: [] for reflector in reflectors.get(rack, ())}
    for state, sends, other, half in describing.ends[leaf]:
        found = describing.session(state, sends, half, leaf, other, tokens)
        sessions.setdefault(other, []).append(describing.number(found))
    return {
        reflector: describing.number(('label', tuple(sorted(its)), describing.speakers[reflector].rack == rack))
        for reflector, its in sorted(sessions.items())
    }


def _stands_alone(world: World, index: int, describing: Describing) -> bool:
    """On one subnet, which is its rack's and nobody else's, with gateways of its rack."""
    speaker = world.speakers[index]
    return (
        speaker.subnets == {speaker.home}
        and describing.scopes.is_of('subnet', speaker.home, speaker.rack)
        and all(world.speakers[gateway].rack == speaker.rack for gateway in speaker.kernel_default)
    )


def _only_listens(
    worlds: Sequence[World],
    meshes: Sequence[Collection[int]],
    describing: Describing,
    index: int,
    reflectors: Collection[int],
) -> bool:
    numbers: set[int] = set()
    for state, world in enumerate(worlds):
        if world.speakers[index].mesh:
            numbers.update(meshes[state])
    for _, sends, other, half in describing.ends[index]:
        numbers.update((half.sender_as, half.receiver_as))
        reflects = half.to_client if sends else half.from_client
        homes = (describing.speakers[half.sender].home, describing.speakers[half.receiver].home)
        if reflects or other not in reflectors or homes != (half.sender_subnet, half.receiver_subnet):
            return False
    return len(numbers) <= 1
