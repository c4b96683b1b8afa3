"""What the pipe asks of the world: Protocols of a few methods, implemented by the adapters and by nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .model.intent import PeerGroup, RouterSection
from .model.observation import ClusterObservation, NodeStatus, RouterObservation, RouterRoute
from .model.plan import Change, Item, Outcome, Step


@dataclass(frozen=True, slots=True)
class SectionChange:
    """How a router's section gets from what was observed to what is wanted; ``artefact`` is empty when they are equal.

    ``undo`` leads back. ``before`` and ``after`` are the canonical texts of the section.
    """

    before: str
    after: str
    artefact: str
    undo: str
    diff: str
    changes: tuple[Change, ...] = ()


class SectionRenderer(Protocol):
    """Speaks one network OS."""

    def change(self, observed: str, wanted: RouterSection) -> SectionChange:
        """From the observed section (canonical text) to the wanted one (no groups: nothing of ours)."""
        ...

    def drain(self, observed: str) -> SectionChange:
        """From the observed section to the same with all its groups drained; nothing of ours stays nothing."""
        ...

    def groups(self, section: str) -> tuple[PeerGroup, ...]:
        """The groups of a section in canonical text, by name.

        Raises ``InvalidInput`` for a group that somebody changed into what no section of ours says.
        """
        ...


class SectionReader(Protocol):
    """Reads one network OS. ``running`` is the device's running configuration, as it prints it."""

    def owned(self, running: str, handle: str, reference: Callable[[str], str]) -> str:
        """Our section in canonical text, every password replaced by what ``reference`` calls it."""
        ...

    def settings(self, running: str) -> Mapping[str, str]:
        """The global knobs that the designs rely on, by name, as text."""
        ...


class ClusterPort(Protocol):
    """The Kubernetes API of one cluster."""

    def observe(self) -> ClusterObservation:
        """Everything that a planner reads, listed once."""
        ...

    def apply(self, item: Item) -> Outcome:
        """Send one item; doing it twice is harmless. A refusal is an Outcome.

        Raises ``ConnectionLost`` for an API that is away, ``CredentialError`` for a login that it does not accept.
        """
        ...

    def look(self, nodes: Sequence[str], *, routes: bool = True) -> tuple[NodeStatus, ...]:
        """A fresh CalicoNodeStatus of each node, at most ten at once, deleted afterwards; its routes on request."""
        ...


class FleetPort(Protocol):
    """The routers that a run may touch, by key. Connections stay open from ``apply`` to ``confirm`` or ``revert``."""

    def observe(self, routers: Iterable[int]) -> tuple[RouterObservation, ...]:
        """Our section, the box's own settings and the sessions of each; an unreachable one carries its error."""
        ...

    def tables(self, routers: Iterable[int]) -> Mapping[int, tuple[RouterRoute, ...]]:
        """The BGP tables of both families, one call a router and family; a router that cannot be read is absent."""
        ...

    def apply(self, items: Sequence[Item]) -> tuple[Outcome, ...]:
        """Arm the commit timer, send, read back. What is not equal to ``after`` has failed and was taken back."""
        ...

    def confirm(self, targets: Sequence[str]) -> tuple[Outcome, ...]:
        """Stop the timer and save; a timer that has run out already is a failure."""
        ...

    def revert(self, targets: Sequence[str]) -> tuple[Outcome, ...]:
        """Take back what ``apply`` sent and nobody confirmed."""
        ...


class Wish(StrEnum):
    """What people want of a run that is under way; read before each step and while a gate waits."""

    RUN = 'run'
    PAUSE = 'pause'
    CANCEL = 'cancel'
    ROLL_BACK = 'rollback'


class StepStatus(StrEnum):
    """Where a step stands."""

    RUNNING = 'running'
    COMPLETE = 'complete'
    FAILED = 'failed'
    UNDONE = 'undone'


class Journal(Protocol):
    """Where a run writes down how far it is, so that the next start can go on."""

    def still_ours(self) -> None:
        """Raises ``LeaseLost`` when another may be at work; asked before anything is sent, confirmed or taken back."""
        ...

    def steps(self) -> Mapping[int, StepStatus]:
        """How far earlier attempts of this run came; steps that were never begun are absent."""
        ...

    def rolling_back(self, reason: str) -> None:
        """From now on this run leads back, whoever goes on with it."""
        ...

    def started(self, step: Step) -> None: ...

    def outcomes(self, step: Step, phase: str, outcomes: Sequence[Outcome]) -> None: ...

    def waiting(self, step: Step, names: Sequence[str]) -> None:
        """What the step's gate still waits for; also the heartbeat.

        Raises ``LeaseLost`` when another holds the lease.
        """
        ...

    def ended(self, step: Step, status: StepStatus, message: str = '') -> None: ...

    def wish(self) -> Wish: ...

    def paused(self) -> None:
        """The run rests, between two steps or in the pause behind one; said again and again while it does."""
        ...

    def resumed(self) -> None:
        """Nobody wishes the run to rest any more."""
        ...

    def milestone(self, text: str) -> None: ...
