"""Addresses that a node has out of another's block, and routers that give them back to it.

Where a node takes routes back that it announced itself, BGP's is preferred to the kernel's, so the node withdraws the
address, the router loses it, and it begins again. A router that receives additional paths keeps the node's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .world import HalfSession, Software, World


def returned(world: World) -> Iterator[HalfSession]:
    """The half sessions by which routers give nodes their own routes back and hear only the best of theirs."""
    heard: Mapping[tuple[int, int], HalfSession] = {(half.sender, half.receiver): half for half in world.sessions}
    for half in world.sessions:
        own = heard.get((half.receiver, half.sender))
        if (
            own is not None
            and world.speakers[half.sender].software is Software.FRR
            and world.speakers[half.receiver].software is Software.BIRD
            and half.sender_as != half.receiver_as
            and half.sends_back
            and (half.as_override or half.own_as_allowed)
            and half.exports & half.accepts & own.exports & own.accepts
            and not own.add_paths
        ):
            yield half
