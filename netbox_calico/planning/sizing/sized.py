"""What sizing says of a design: its speakers with their sessions and routes, and what it costs Calico's own agent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netbox_calico.planning.model.options import Scheme
from netbox_calico.planning.model.plan import Finding, Severity

from .measured import Measured
from .spread import Spread


class Role(StrEnum):
    """What a speaker is; a node that reflects is a reflector (in a hierarchy of its rack, or of the spine)."""

    NODE = 'node'
    REFLECTOR = 'reflector'
    SPINE = 'spine'
    EXTERNAL = 'external'
    TOR = 'tor'


@dataclass(frozen=True, slots=True)
class Speakers:
    """All speakers of a role. The figures are one speaker's, over all families together.

    ``sessions`` are those of the design: a TOR's own to the fabric are not among them. ``routes`` are the pod blocks of
    others that it has to hold (or the default routes), ``paths`` the ways to them that these sessions bring; none where
    only the proof can tell. ``clients`` are the nodes that a reflector reflects to.
    """

    role: Role
    sessions: Spread
    routes: int
    paths: Spread | None = None
    clients: Spread | None = None

    @property
    def count(self) -> int:
        return self.sessions.count


@dataclass(frozen=True, slots=True)
class Sized:
    """A design at a scale. Without speakers it cannot be made of that; ``findings`` say why.

    ``sessions`` are all of them, each counted once. ``evaluations`` are those of selectors, which Calico's agent makes
    on every node at each label change of any node. ``as_numbers`` are the nodes' own. ``reflector_sets`` is in how many
    ways a client can be given its reflectors.
    """

    key: str
    label: str
    scheme: Scheme | None = None
    speakers: tuple[Speakers, ...] = ()
    sessions: int = 0
    bgp_peers: int = 0
    evaluations: int = 0
    as_numbers: int = 0
    reflector_sets: int | None = None
    measured: Measured | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the design cannot, or must not, be built at this scale."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def of(self, role: Role) -> Speakers | None:
        """The speakers of a role, if the design has any."""
        return next((speakers for speakers in self.speakers if speakers.role is role), None)
