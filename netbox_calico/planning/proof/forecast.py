"""Layouts whose paths explode, known by arithmetic before anything is computed.

``add paths on`` sends every path. Where each of R speakers passes on to all others what the loop check does not stop,
every speaker holds one path for each way through the others: the integer part of e·(R-2)! to one prefix. Mesh members
that are equals of eBGP do so, and reflectors that are clients of each other with a cluster ID each. Milder: a member
of an iBGP mesh passes on what its routers told it, so that every node holds every other node's copies too.
"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.explosion import paths_between

from .exporting import cluster
from .outcome import Explosion
from .world import DEFAULT, SUBNET, HalfSession, Software, World

MESH_OF_AS_NUMBERS = 'mesh of AS numbers'
MUTUAL_CLIENTS = 'mutual clients'
MESH_COPIES = 'mesh copies'
HOPELESS = frozenset({MESH_OF_AS_NUMBERS, MUTUAL_CLIENTS})
"""The causes that grow with a factorial: nothing else is to be said of such a world."""

PATHS_HELD_AT_MOST = 1_000_000
"""How many paths a speaker may hold in all: BIRD keeps one in about 150 bytes."""


def forecast(world: World, held_at_most: int = PATHS_HELD_AT_MOST) -> Iterator[Explosion]:
    """What explodes in ``world``: each cause once, with the paths to one prefix and the number of prefixes."""
    prefixes = sum(len(speaker.blocks) for speaker in world.speakers)
    for speaker, cause, paths in growths(world):
        if paths * prefixes > held_at_most:
            yield Explosion(speaker, cause, paths, prefixes)


def growths(world: World) -> Iterator[tuple[int, str, int]]:
    """What grows faster than the number of speakers: who holds most, the cause, and its paths to one prefix."""
    yield from _mesh(world)
    yield from _reflectors(world)


def _mesh(world: World) -> Iterator[tuple[int, str, int]]:
    members = [index for index, speaker in enumerate(world.speakers) if speaker.mesh and speaker.present]
    numbers = {world.speakers[index].asn for index in members}
    if len(numbers) > 2:
        yield members[0], MESH_OF_AS_NUMBERS, paths_between(len(numbers))
    copies, not_returned = dict.fromkeys(members, 0), dict.fromkeys(members, 0)
    for half in world.sessions:
        if half.receiver in copies and _brings_blocks(world, half):
            copies[half.receiver] += 1
            not_returned[half.receiver] += not _returns(half)
    if any(copies.values()):
        # From the owner itself, from its own routers, and what its routers told each other member; the owner too, where
        # they return to it what is its own.
        most = max(members, key=lambda index: copies[index])
        yield most, MESH_COPIES, 1 + sum(copies.values()) - min(not_returned.values())


def _brings_blocks(world: World, half: HalfSession) -> bool:
    """Blocks that other members take: none with the number of the mesh in the path."""
    if world.speakers[half.sender].software is Software.BIRD or half.sender_as == half.receiver_as or half.no_advertise:
        return False
    bare = half.as_override or half.receiver_as != world.speakers[half.receiver].asn
    return bare and bool((half.exports & half.accepts) - {DEFAULT, SUBNET})


def _returns(half: HalfSession) -> bool:
    return half.sends_back and (half.as_override or half.own_as_allowed > 0)


def _reflectors(world: World) -> Iterator[tuple[int, str, int]]:
    """Groups in which each is a client of each other, with cluster IDs that differ, found from the first of each."""
    peers: dict[int, set[int]] = {}
    ids: dict[int, set[int]] = {}
    for half in world.sessions:
        if _among_clients(world, half):
            peers.setdefault(half.sender, set()).add(half.receiver)
            ids.setdefault(half.sender, set()).add(cluster(world.speakers[half.sender], half.sender_cluster))
    seen: set[int] = set()
    for first in sorted(peers):
        group = [first]
        for other in sorted(peers[first]):
            if all(other in peers[one] and one in peers.get(other, ()) for one in group):
                group.append(other)
        if first in seen or len(group) < 3:
            continue
        seen.update(group)
        yield first, MUTUAL_CLIENTS, paths_between(len({next(iter(ids[one])) for one in group}))


def _among_clients(world: World, half: HalfSession) -> bool:
    """Reflector to reflector, each a client of the other, every path sent."""
    return half.to_client and half.from_client and half.add_paths and half.sender_as == half.receiver_as
