"""What a speaker takes of an announcement: loops are dropped, the local preference is set, the next hop is resolved."""

from __future__ import annotations

from .exporting import USUAL_PREFERENCE, Announcement, cluster
from .world import HalfSession, Path, Software, Speaker


def admits(receiver: Speaker, half: HalfSession, announced: Announcement) -> bool:
    """Whether none of the loop checks drops it: own AS, originator, cluster list."""
    as_path = announced.as_path
    if as_path.count(half.receiver_as) > half.own_as_allowed:
        return False
    bird = receiver.software is Software.BIRD
    if not bird and as_path.count(receiver.asn) > half.own_as_allowed:
        return False
    if half.sender_as != half.receiver_as:
        return True
    if announced.originator == receiver.router_id:
        return False
    checked = half.from_client if bird else True
    return not (checked and cluster(receiver, half.receiver_cluster) in announced.clusters)


def learned(sender: Speaker, half: HalfSession, announced: Announcement, session: int, metric: int | None) -> Path:
    """The path as the receiver holds it."""
    internal = half.sender_as == half.receiver_as
    preference = half.local_preference
    if preference is None:
        preference = announced.local_preference if internal else USUAL_PREFERENCE
    return Path(
        preference,
        announced.as_path,
        announced.next_hop,
        announced.originator,
        announced.clusters,
        session,
        metric,
        internal,
        sender.router_id,
        announced.incomplete or half.incomplete,
    )
