"""Why packets are lost, and what to do about it: the first reason that fits, the most special ones first."""

from __future__ import annotations

from collections.abc import Sequence

from netbox_calico.planning.counted import listed

from .outcome import Flag, Verdict
from .world import Encapsulation, Role, Speaker, World


def called(speaker: Speaker) -> str:
    """A speaker as people know it: what NetBox has no router for is the fabric, by its AS."""
    return f'the fabric ({speaker.name})' if speaker.name.startswith('AS ') else speaker.name


def remedy(flag: Flag, verdict: Verdict, worlds: Sequence[World], kind: str, *, homeward: bool) -> str:
    """Of one thing that happens on the way between two places, over the states in which it does."""
    if any(_default_beside_mesh(world) for world in worlds):
        return (
            'While the mesh is on, BIRD resolves no next hop through a route from a router: let the import filter of '
            'the BGPPeers accept pools and service ranges alone, and a default only once the mesh is off.'
        )
    if flag is Flag.BLACKHOLE and (tunnels := _tunnels(verdict, worlds)):
        return tunnels
    if any(_reflects_without_fabric(world) for world in worlds):
        return (
            'A route reflector outside has no session with the fabric, so it knows no way to the nodes and passes none '
            'of their routes on: bring that session up.'
        )
    if flag in (Flag.BLACKHOLE, Flag.BY_DEFAULT) and (known := cut_off(verdict, worlds) or _stopped(verdict, worlds)):
        return known.replace(_KIND, kind)
    if flag is Flag.BY_DEFAULT:
        return (
            'A gate that names these routes waits in vain, and where the default leads may not have them: see why the '
            'routers do not send them, or the nodes do not take them (an AS number of their own in the path, a filter).'
        )
    if flag in (Flag.LOOP, Flag.HAIRPIN) and any(_nodes_pass_on(world) for world in worlds):
        if homeward:
            return (
                'Nodes pass on to routers what they learned from others: deploy the design once more, which gives '
                'their BGPPeers the export filter again that rejects RemotePeers, then go back.'
            )
        return (
            'Nodes pass on to routers what they learned from others: put an export filter that rejects RemotePeers on '
            'their BGPPeers.'
        )
    if len(worlds) > 1:
        return (flag is Flag.BLACKHOLE and _of_its_sessions(verdict, worlds)) or _out_of_order(flag)
    return 'See which router has these routes and sends them on: AS numbers, as-override, reflection and lists.'


_KIND = '\0'
"""Stands for the name of what is on the way."""


def cut_off(verdict: Verdict, worlds: Sequence[World]) -> str:
    """Routers beside either end that speak with no other router, where the rest do. Empty where there are none."""
    world = worlds[-1]
    racks = {world.speakers[index].rack for index in (verdict.source, verdict.origin) if index is not None} - {''}
    above = {
        half.receiver
        for half in world.sessions
        if world.speakers[half.sender].role is not Role.NODE and world.speakers[half.receiver].role is not Role.NODE
    }
    tors = [(index, speaker) for index, speaker in enumerate(world.speakers) if speaker.role is Role.TOR]
    here = [(index, speaker) for index, speaker in tors if speaker.rack in racks]
    names = [speaker.name for index, speaker in here if index not in above]
    if not names or len(tors) == 1:
        return ''
    beside = {speaker.rack for index, speaker in here if index in above}
    spared = all(speaker.rack in beside for index, speaker in here if index not in above)
    return (
        f'No BGP session of {listed(names)} with the fabric is up, and the routes of a rack reach others by that '
        f'alone: bring it up{", or drain the router," if spared else ""} and plan again.'
    )


def _tunnels(verdict: Verdict, worlds: Sequence[World]) -> str:
    modes = {world.encapsulation.get(verdict.kind) for world in worlds}
    if Encapsulation.IPIP_ALWAYS in modes:
        return (
            'A pool with ipipMode Always sends them through a tunnel to the router, which drops them: set it to '
            'CrossSubnet in a change of its own, and let it settle.'
        )
    if Encapsulation.NONE in modes:
        return (
            'A pool with ipipMode Never reaches other subnets by routers alone: set it to CrossSubnet before anything '
            'else, and to Never only where routers carry all pods.'
        )
    return ''


def _stopped(verdict: Verdict, worlds: Sequence[World]) -> str:
    """Filters or lists that let nothing of this kind from its owners to any router, once all has changed."""
    world = worlds[-1]
    owners = {
        index
        for index, speaker in enumerate(world.speakers)
        if index == verdict.origin or (verdict.origin is None and verdict.kind in speaker.services)
    }
    halves = [
        half for half in world.sessions if half.sender in owners and world.speakers[half.receiver].role is not Role.NODE
    ]
    if not halves or any(verdict.kind in half.exports & half.accepts for half in halves):
        return ''
    if any(verdict.kind in half.exports for half in halves):
        names = sorted({world.speakers[half.receiver].name for half in halves})
        return (
            f'The prefix-lists of {listed(names, 4)} let no {_KIND} in: see that NetBox has the pool or the service '
            'range, exported, and plan again.'
        )
    return f'The export filters of the BGPPeers to routers let no {_KIND} out: correct them.'


def _of_its_sessions(verdict: Verdict, worlds: Sequence[World]) -> str:
    """Sessions of a node at either end that never come up, or that start anew with all its routers at once."""
    speakers = worlds[0].speakers
    for index in (verdict.origin, verdict.source):
        if index is None or speakers[index].role is not Role.NODE:
            continue
        name = speakers[index].name
        if not any(index in (half.sender, half.receiver) for world in worlds for half in world.sessions):
            return (
                f'No BGP session of {name} but the mesh is up before or after: bring up the new ones, behind a gate, '
                'before the mesh goes.'
            )
        routers = [_routers_of(index, world) for world in worlds]
        anew = routers[0] & frozenset().union(*routers[1:]) - frozenset.intersection(*routers)
        if anew and not frozenset.intersection(*routers):
            names = [speakers[router].name for router in sorted(anew)]
            if len(names) > 1:
                return f'The sessions of {name} with {listed(names)} start anew all at once: one router at a time.'
            return (
                f'{names[0]} is the only router of {name}, and their session starts anew: give the rack a second '
                'router, or go back to the mesh first and come to this design from there.'
            )
    return ''


def _out_of_order(flag: Flag) -> str:
    if flag is Flag.BLACKHOLE:
        return (
            'What carries them goes before the new routes have come: put the new sessions first, and a gate on their '
            'routes between the two.'
        )
    return (
        'Some have changed by then and others have not, and these send them to each other: put a gate on the routes '
        'between the steps.'
    )


def _routers_of(node: int, world: World) -> frozenset[int]:
    return frozenset(
        half.receiver
        for half in world.sessions
        if half.sender == node and world.speakers[half.receiver].role is not Role.NODE
    )


def _default_beside_mesh(world: World) -> bool:
    meshed = any(speaker.mesh for speaker in world.speakers)
    return meshed and any(
        {'default', 'subnet'} & half.exports & half.accepts
        for half in world.sessions
        if world.speakers[half.receiver].role is Role.NODE and world.speakers[half.receiver].mesh
    )


def _reflects_without_fabric(world: World) -> bool:
    lost = {
        index
        for index, speaker in enumerate(world.speakers)
        if speaker.role is Role.REFLECTOR and not speaker.host_routes
    }
    hear_nodes = {half.receiver for half in world.sessions if world.speakers[half.sender].role is Role.NODE}
    hear_fabric = {half.receiver for half in world.sessions if world.speakers[half.sender].role is not Role.NODE}
    return bool(lost & hear_nodes - hear_fabric)


def _nodes_pass_on(world: World) -> bool:
    return any(
        not half.rejects_learned
        and world.speakers[half.sender].role is Role.NODE
        and world.speakers[half.receiver].role is not Role.NODE
        for half in world.sessions
    )
