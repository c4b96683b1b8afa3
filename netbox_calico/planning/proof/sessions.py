"""The sessions of a world by sender, the implicit ones of the mesh among them, made when they are first asked for."""

from __future__ import annotations

from .world import HalfSession, World


class Sessions:
    """Half sessions by index. Those of the mesh have indexes beyond the world's own."""

    def __init__(self, world: World) -> None:
        self.half: dict[int, HalfSession] = dict(enumerate(world.sessions))
        self._speakers = world.speakers
        self._mesh = [index for index, speaker in enumerate(world.speakers) if speaker.mesh and speaker.present]
        self._first_of_mesh = len(world.sessions)
        self._explicit: list[list[int]] = [[] for _ in world.speakers]
        for key, half in self.half.items():
            self._explicit[half.sender].append(key)
        self._outgoing: dict[int, list[int]] = {}

    def outgoing(self, sender: int) -> list[int]:
        """The indexes of the half sessions on which ``sender`` announces."""
        found = self._outgoing.get(sender)
        if found is None:
            found = self._outgoing[sender] = self._explicit[sender] + self._mesh_of(sender)
        return found

    def of_mesh(self, key: int) -> bool:
        return key >= self._first_of_mesh

    def _mesh_of(self, sender: int) -> list[int]:
        one = self._speakers[sender]
        if not (one.mesh and one.present):
            return []
        keys = []
        for receiver in self._mesh:
            if receiver == sender:
                continue
            other = self._speakers[receiver]
            key = self._first_of_mesh + sender * len(self._speakers) + receiver
            self.half[key] = HalfSession(
                sender=sender,
                receiver=receiver,
                sender_as=one.asn,
                receiver_as=other.asn,
                sender_subnet=one.home,
                receiver_subnet=other.home,
                add_paths=True,
            )
            keys.append(key)
        return keys
