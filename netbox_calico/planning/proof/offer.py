"""What a speaker announces to an update group: made once, and for each member without what it sent itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .exporting import Announcement, announce, spares
from .world import HalfSession, Path, Speaker


class Offer(NamedTuple):
    """Announcements, the half sessions that they came by (``None``: its own), and who sent them."""

    announced: tuple[Announcement, ...]
    came_by: tuple[HalfSession | None, ...]
    senders: frozenset[int]

    def to(self, sender: Speaker, half: HalfSession) -> tuple[Announcement, ...]:
        """What of it goes to the receiver of ``half``."""
        if half.receiver not in self.senders:
            return self.announced
        return tuple(
            [
                announced
                for announced, came_by in zip(self.announced, self.came_by, strict=True)
                if came_by is None or not spares(sender, half, came_by)
            ]
        )


def offer(
    sender: Speaker, half: HalfSession, paths: Iterable[Path], halves: Mapping[int, HalfSession], kind: str
) -> Offer:
    """The offer of ``paths`` to the update group of ``half``."""
    made = [
        (announced, came_by)
        for path in paths
        for came_by in (halves[path.session] if path.session >= 0 else None,)
        if (announced := announce(sender, half, path, came_by, kind)) is not None
    ]
    return Offer(
        tuple([announced for announced, _ in made]),
        tuple([came_by for _, came_by in made]),
        frozenset([came_by.sender for _, came_by in made if came_by is not None]),
    )
