"""The expansion itself: claims and mesh brought together, node by node, and the overlaps among the claims."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from .agent import RELEASE, Agent, Release
from .claims import Claims, Contenders
from .findings import findings
from .resources import Resources
from .session import FAMILIES, Expansion, Overlap, Session


def expand(
    resources: Resources,
    only: Collection[str] | None = None,
    release: Release = RELEASE,
    claims: Claims | None = None,
) -> Expansion:
    """The sessions that Calico's own agent will run on each node, and the overlaps there.

    ``only`` names the nodes that are asked for, ``release`` is Calico's (major, minor), 3.30 or later; ``claims`` are
    those of the resources, where they are needed for more.
    Sessions with pods (``localWorkloadSelector``) depend on the pods that run, and are not among them.
    """
    sessions = _Sessions(resources, only, release, claims or Claims(resources))
    overlaps = tuple(overlap for name in sessions for overlap in sessions.overlaps(name))
    return Expansion(sessions, overlaps, findings(resources, release))


class _Sessions(Mapping[str, tuple[Session, ...]]):
    """Sessions by node, computed when they are looked up."""

    def __init__(self, resources: Resources, only: Collection[str] | None, release: Release, claims: Claims) -> None:
        self._nodes = {node.name: node for node in resources.nodes if only is None or node.name in only}
        self._claims = claims
        self._agent = Agent(resources, self._claims.index, release)

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, name: str) -> tuple[Session, ...]:
        speaker = self._agent.speaker(self._nodes[name])
        found = [
            (contenders[0].address_text, session)
            for contenders, everywhere in self._claimed(name)
            if (session := self._agent.session(speaker, contenders[0], everywhere=everywhere))
        ]
        for family in FAMILIES:
            found.extend(self._agent.mesh_sessions(speaker, family))
        return tuple(session for _, session in sorted(found, key=_order))

    def overlaps(self, name: str) -> Iterator[Overlap]:
        """The claims on a node that chance settles with different results, and the mesh's with a shared address."""
        speaker = self._agent.speaker(self._nodes[name])
        for contenders, everywhere in self._claimed(name):
            if len(contenders) > 1 or contenders[0].other_ports:
                variants = (variant for claim in contenders for variant in claim.variants)
                rendered = (self._agent.session(speaker, claim, everywhere=everywhere) for claim in variants)
                if self._differ(session for session in rendered if session):
                    names = tuple(sorted({claim.bgp_peer.name for claim in contenders}))
                    yield Overlap(name, contenders[0].neighbor, contenders[0].port, names)
        for family in FAMILIES:
            doubles = sorted(self._agent.mesh_sessions(speaker, family, doubles=True), key=_order)
            for _, group in groupby(doubles, key=itemgetter(0)):
                sessions = [session for _, session in group]
                if self._differ(sessions):
                    yield Overlap(name, sessions[0].neighbor, sessions[0].port, ())

    def _claimed(self, name: str) -> Iterator[tuple[Contenders, bool]]:
        yield from ((contenders, True) for contenders in self._claims.everywhere())
        yield from ((contenders, False) for contenders in self._claims.on(name))

    def _differ(self, sessions: Iterable[Session]) -> bool:
        return len({self._agent.outcome(session) for session in sessions}) > 1


def _order(found: tuple[str, Session]) -> tuple[int, str, int, str]:
    neighbor, session = found
    return session.family, neighbor, session.port or 0, session.protocol
