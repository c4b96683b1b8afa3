"""The sessions of a world by sender, the implicit ones of the mesh among them, made when they are first asked for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from .exporting import update_group
from .world import EVERYTHING, HalfSession, World


class Group(NamedTuple):
    """An update group: its number, one of its half sessions, and by index all of them; they have one sender."""

    number: int
    one: HalfSession
    members: list[tuple[int, HalfSession]]


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
        self._groups: dict[int, list[Group]] = {}

    def groups(self, sender: int) -> list[Group]:
        """The half sessions of a speaker, without those of the mesh."""
        if sender not in self._groups:
            found: dict[int, Group] = {}
            for key in self.outgoing[sender]:
                half = self.half[key]
                number = self._number(half, of_mesh=False)
                found.setdefault(number, Group(number, half, [])).members.append((key, half))
            self._groups[sender] = list(found.values())
        return self._groups[sender]

    def over_mesh(self, sender: int, receivers: Iterable[int]) -> list[Group]:
        """The half sessions from a member of the mesh to other members: one group for all of an AS."""
        found: dict[int, Group] = {}
        for receiver in receivers:
            if receiver != sender:
                key, asn = self._mesh_half(sender, receiver), self._speakers[receiver].asn
                half = self.half[key]
                if asn not in found:
                    found[asn] = Group(self._number(half, of_mesh=True), half, [])
                found[asn].members.append((key, half))
        return list(found.values())

    def _number(self, half: HalfSession, *, of_mesh: bool) -> int:
        group = (of_mesh, update_group(self._speakers[half.sender], half))
        return self._numbers.setdefault(group, len(self._numbers))

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
