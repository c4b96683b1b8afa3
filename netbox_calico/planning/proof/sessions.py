"""The sessions of a world by sender, the implicit ones of the mesh among them, made when they are first asked for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from .exporting import update_group
from .world import EVERYTHING, HalfSession, World

type Way = tuple[int, HalfSession, int]
"""The index of a half session, itself, and the number of its update group, among those of its sender."""


class Sessions:
    """Half sessions by index. Those of the mesh have indexes beyond the world's own."""

    def __init__(self, world: World) -> None:
        self.half: dict[int, HalfSession] = dict(enumerate(world.sessions))
        self.mesh = tuple(index for index, speaker in enumerate(world.speakers) if speaker.mesh and speaker.present)
        self.outgoing: list[list[int]] = [[] for _ in world.speakers]
        for key, half in self.half.items():
            self.outgoing[half.sender].append(key)
        self._speakers = world.speakers
        owned = {speaker.blocks | speaker.services for speaker in world.speakers}
        self._all = EVERYTHING.union(*owned)
        self._first_of_mesh = len(world.sessions)
        self._numbers: dict[Hashable, int] = {}
        self._from: dict[int, list[Way]] = {}
        self._over_mesh: dict[int, Way] = {}

    def of(self, sender: int) -> list[Way]:
        """The half sessions of a speaker, without those of the mesh."""
        if sender not in self._from:
            self._from[sender] = [self._way(key) for key in self.outgoing[sender]]
        return self._from[sender]

    def over_mesh(self, sender: int, receivers: Iterable[int]) -> list[Way]:
        """The half sessions from a member of the mesh to other members."""
        return [self._mesh_way(sender, receiver) for receiver in receivers if receiver != sender]

    def _way(self, key: int) -> Way:
        half = self.half[key]
        group = update_group(self._speakers[half.sender], half)
        return key, half, self._numbers.setdefault(group, len(self._numbers))

    def _mesh_way(self, sender: int, receiver: int) -> Way:
        key = self._first_of_mesh + sender * len(self._speakers) + receiver
        if key not in self.half:
            one, other = self._speakers[sender], self._speakers[receiver]
            self.half[key] = HalfSession(
                sender=sender,
                receiver=receiver,
                sender_as=one.asn,
                receiver_as=other.asn,
                sender_subnet=one.home,
                receiver_subnet=other.home,
                exports=self._all,
                accepts=self._all,
                add_paths=True,
            )
            self._over_mesh[key] = self._way(key)
        return self._over_mesh[key]
