"""What a speaker announces of a path that it holds: filters, reflection, AS path and next hop, by its software."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from .world import DEFAULT, SUBNET, Address, HalfSession, NextHop, Path, Software, Speaker

UNDERLAY = frozenset({DEFAULT, SUBNET})
USUAL_PREFERENCE = 100


class Announcement(NamedTuple):
    """A path on the wire."""

    local_preference: int
    as_path: tuple[int, ...]
    next_hop: Address
    originator: int | None
    clusters: tuple[int, ...]
    incomplete: bool = False


def announce(
    sender: Speaker, half: HalfSession, path: Path, came_by: HalfSession | None, kind: str
) -> Announcement | None:
    """``path``, which came by ``came_by`` (``None``: its own), as ``sender`` announces it; ``None`` if it does not.

    Whether it would go back where it came from is for `spares` to say.
    """
    if kind not in half.exports:
        return None
    originator, clusters = path.originator, path.clusters
    if came_by is not None:
        if came_by.no_advertise or (came_by.no_export and half.sender_as != half.receiver_as):
            return None
        if not _passes_on(sender, half, path, kind):
            return None
        if _reflects(sender, half, path, came_by):
            if not (half.to_client or came_by.from_client):
                return None
            originator = path.peer if originator is None else originator
            clusters = _reflected(sender, half, came_by) + clusters
    if half.sender_as == half.receiver_as:
        own = came_by is None and sender.software is Software.BIRD
        preference = sender.local_preference if own else path.local_preference
        return Announcement(
            preference, path.as_path, _inside(half, path, came_by), originator, clusters, path.incomplete
        )
    as_path = path.as_path
    if half.as_override:
        # FRR puts the AS of the router there, also where it shows the peer another.
        as_path = tuple(sender.asn if asn == half.receiver_as else asn for asn in as_path)
    if sender.checks_peer_as and half.receiver_as in as_path:
        return None
    as_path = (half.sender_as,) * (1 + half.prepends) + as_path
    return Announcement(USUAL_PREFERENCE, as_path, _outside(sender, half, path, came_by), None, (), path.incomplete)


def spares(sender: Speaker, half: HalfSession, came_by: HalfSession) -> bool:
    """Whether ``half`` leads back to where a path came from, and ``sender`` does not send it there."""
    back = (
        came_by.sender == half.receiver
        and came_by.sender_subnet == half.receiver_subnet
        and came_by.receiver_subnet == half.sender_subnet
    )
    return back and not (half.sends_back and sender.software is not Software.BIRD)


def update_group(sender: Speaker, half: HalfSession) -> Hashable:
    """All of a half session that decides what is announced: where it is equal, the same is."""
    third_party = sender.software is Software.FRR and half.sender_as != half.receiver_as
    return (
        half.sender_as,
        half.receiver_as,
        half.sender_subnet,
        half.receiver_subnet if third_party else None,
        half.exports,
        half.rejects_learned,
        half.add_paths,
        half.as_override,
        half.prepends,
        half.next_hop,
        half.to_client,
        half.sender_cluster,
        half.default_originate,
    )


def _passes_on(sender: Speaker, half: HalfSession, path: Path, kind: str) -> bool:
    if half.rejects_learned:
        return False
    if sender.software is not Software.BIRD:
        return True
    # Calico's export filter knows pools and services alone, and BIRD checks the cluster list towards clients only.
    return not (kind in UNDERLAY or (half.to_client and cluster(sender, half.sender_cluster) in path.clusters))


def _reflects(sender: Speaker, half: HalfSession, path: Path, came_by: HalfSession) -> bool:
    """BIRD reflects between sessions of one local AS; between two of them (``localASNumber``) routes just cross."""
    if half.sender_as != half.receiver_as or not path.internal:
        return False
    return sender.software is not Software.BIRD or came_by.receiver_as == half.sender_as


def _reflected(sender: Speaker, half: HalfSession, came_by: HalfSession) -> tuple[int, ...]:
    towards = cluster(sender, half.sender_cluster)
    if sender.software is not Software.BIRD:
        return (towards,)
    came_from = cluster(sender, came_by.receiver_cluster)
    added: tuple[int, ...] = (towards,) if half.to_client else ()
    if came_by.from_client and (not half.to_client or came_from != towards):
        added = (came_from, *added)
    return added


def cluster(speaker: Speaker, configured: int | None) -> int:
    return speaker.router_id if configured is None else configured


def _own(half: HalfSession) -> Address:
    return (half.sender, half.sender_subnet)


def _inside(half: HalfSession, path: Path, came_by: HalfSession | None) -> Address:
    changed = half.next_hop is NextHop.SELF or (half.next_hop is NextHop.EXTERNAL and not path.internal)
    if came_by is None or path.next_hop is None or changed:
        return _own(half)
    return path.next_hop


def _outside(sender: Speaker, half: HalfSession, path: Path, came_by: HalfSession | None) -> Address:
    if came_by is None or path.next_hop is None or half.next_hop is NextHop.SELF:
        return _own(half)
    if half.next_hop is NextHop.KEEP:
        return path.next_hop
    # FRR names a third party that stands on the receiver's subnet; Calico's BIRD sessions are multihop: always itself.
    on_subnet = sender.software is Software.FRR and path.next_hop[1] == half.receiver_subnet
    third_party = on_subnet and path.next_hop[0] != half.sender and half.next_hop is NextHop.USUAL
    return path.next_hop if third_party else _own(half)
