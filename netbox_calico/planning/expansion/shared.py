"""Sessions as nodes share them: what many nodes run alike is made once, and only their own addresses are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .agent import RELEASE, Agent, Release
from .claims import Claims
from .resources import Resources
from .session import Family, Session


def shared_sessions(
    resources: Resources, release: Release = RELEASE, claims: Claims | None = None
) -> Mapping[str, tuple[Session, ...]]:
    """By node the sessions that BGPPeers make, as ``expand`` has them, but for what the node's own address decides.

    ``source`` is the unspecified address where it is the node's own, and ``passive`` is not told. Nodes of the same
    BGPPeers, AS number and cluster ID have the very same sessions, and one and the same tuple of them unless one would
    be with itself.
    """
    return _Shared(resources, release, claims or Claims(resources))


class _Shared(Mapping[str, tuple[Session, ...]]):
    def __init__(self, resources: Resources, release: Release, claims: Claims) -> None:
        self._nodes = {node.name: node for node in resources.nodes}
        self._claims = claims
        self._agent = Agent(resources, self._claims.index, release)
        self._made: dict[tuple[int, int, str | None, tuple[Family, ...]], tuple[Session, ...]] = {}
        self._neighbors: dict[int, frozenset[object]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, name: str) -> tuple[Session, ...]:
        speaker = self._agent.speaker(self._nodes[name])
        claims, families = self._claims.on(name), tuple(speaker.addresses)
        # The claims of a group of nodes are one object, which lives as long as this does.
        key = (id(claims), speaker.asn, speaker.node.rr_cluster_id, families)
        if key not in self._made:
            found = [
                (session.family, contenders[0].address_text, session.port or 0, session.protocol, session)
                for walk, everywhere in ((self._claims.everywhere(), True), (claims, False))
                for contenders in walk
                if (session := self._agent.shared(speaker, contenders[0], everywhere=everywhere))
            ]
            found.sort(key=lambda one: one[:-1])
            made = self._made[key] = tuple(session for *_, session in found)
            self._neighbors[id(made)] = frozenset(session.neighbor for session in made)
        made = self._made[key]
        own = frozenset(address.value for address in speaker.addresses.values())
        if own.isdisjoint(self._neighbors[id(made)]):
            return made
        return tuple(session for session in made if session.neighbor not in own)
