"""Names without their accidents: an AS number, a cluster ID or a subnet that one place alone uses becomes a token.

Two racks are alike when the same description fits both. What only one of them uses (its AS number) must not tell them
apart; what others use as well stays what it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from .exporting import cluster
from .world import Software, Speaker, World

type Use = tuple[str, Hashable, int]
"""What sort of name, the name, and the index of a speaker that uses it as its own."""


class Scopes:
    """Who uses which name, over all states of ``worlds``."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self._speakers = worlds[0].speakers
        self._users: dict[tuple[str, Hashable], set[int]] = {}
        for sort, name, index in (use for world in worlds for use in _uses(world)):
            self._users.setdefault((sort, name), set()).add(index)
        self._place: dict[tuple[str, Hashable], str] = {}
        for key, users in self._users.items():
            racks = {self._speakers[user].rack for user in users}
            self._place[key] = racks.pop() if len(racks) == 1 else ''

    def is_of(self, sort: str, name: Hashable, rack: str) -> bool:
        """Whether only speakers of ``rack`` use ``name``."""
        return bool(rack) and self._place.get((sort, name)) == rack

    def tokens(self, rack: str) -> Tokens:
        return Tokens(rack, self._users, self._place)


class Tokens:
    """The names that a rack's speakers use, as one description of the rack has them."""

    def __init__(
        self, rack: str, users: dict[tuple[str, Hashable], set[int]], place: dict[tuple[str, Hashable], str]
    ) -> None:
        self._rack = rack
        self._users = users
        self._place = place
        self._numbers: dict[tuple[str, Hashable], int] = {}

    def token(self, sort: str, name: Hashable, me: int, peer: int | None = None) -> Hashable:
        """``name`` as the description of the speaker ``me`` has it, or of its session with ``peer``."""
        key = (sort, name)
        users = self._users.get(key, set())
        if len(users) == 1:
            if me in users:
                return 'mine'
            if peer in users:
                return 'its'
        if self._rack and self._place.get(key) == self._rack:
            return ('rack', self._numbers.setdefault(key, len(self._numbers)))
        if sort == 'subnet' and len(users) == 2 and me in users:
            return ('link', next(iter(users - {me})))
        return ('everywhere', name)


def _uses(world: World) -> Iterator[Use]:
    for index, speaker in enumerate(world.speakers):
        yield from _uses_of(index, speaker)
    for half in world.sessions:
        sender, receiver = world.speakers[half.sender], world.speakers[half.receiver]
        yield 'as', half.sender_as, half.sender
        yield 'as', half.receiver_as, half.receiver
        if half.to_client or _checks_clusters(sender, half.sender_cluster):
            yield 'cluster', cluster(sender, half.sender_cluster), half.sender
        if half.from_client or _checks_clusters(receiver, half.receiver_cluster):
            yield 'cluster', cluster(receiver, half.receiver_cluster), half.receiver


def _checks_clusters(speaker: Speaker, configured: int | None) -> bool:
    """BIRD looks at cluster lists where it reflects, FRR everywhere: there its router ID is the ID of a cluster too."""
    return configured is not None or speaker.software is Software.FRR


def _uses_of(index: int, speaker: Speaker) -> Iterator[Use]:
    for subnet in speaker.subnets:
        yield 'subnet', subnet, index
    if speaker.mesh or speaker.software is Software.FRR:
        yield 'as', speaker.asn, index
