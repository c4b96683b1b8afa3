"""The sessions of a world by sender, the implicit ones of the mesh among them, made when they are first asked for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from .exporting import update_group
from .world import EVERYTHING, HalfSession, World


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
        self._groups: dict[int, int] = {}
        self._numbers: dict[Hashable, int] = {}

    def group(self, key: int) -> int:
        """The number of a half session's update group, among those of its sender."""
        found = self._groups.get(key)
        if found is None:
            half = self.half[key]
            group = update_group(self._speakers[half.sender], half)
            found = self._groups[key] = self._numbers.setdefault(group, len(self._numbers))
        return found

    def over_mesh(self, sender: int, receivers: Iterable[int]) -> list[int]:
        """The half sessions from a member of the mesh to other members."""
        return [self._mesh_half(sender, receiver) for receiver in receivers if receiver != sender]

    def _mesh_half(self, sender: int, receiver: int) -> int:
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
        return key
