"""Plan: everything that a deployment will do, as data. Nothing is decided while it is applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .intent import Session


class Severity(StrEnum):
    """An error stops the plan, a warning is shown, a note explains."""

    ERROR = 'error'
    WARNING = 'warning'
    NOTE = 'note'


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """The result of a check; ``message`` says what is wrong and what to do."""

    severity: Severity
    code: str
    subject: str
    message: str


class Operation(StrEnum):
    CREATE = 'create'
    UPDATE = 'update'
    DELETE = 'delete'


@dataclass(frozen=True, slots=True)
class Change:
    """One field: where, what it was, what it will be (as text)."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Item:
    """One change to one thing.

    ``target`` is ``router:<id>`` or ``kubernetes:<Kind>/<name>``; ``label`` is what people read. ``artefact`` is
    exactly what is sent: configuration lines for a router, a JSON document for Kubernetes (``{"verb":
    "apply"|"merge"|"delete", "object"|"patch": …}``). ``before`` and ``after`` are the digests of the thing's owned
    part, so that an interrupted step can tell where it stands. ``diff`` is for reading. Secrets stand in neither: a
    password is a ``${secret:NAME/KEY}`` reference until it is sent.
    """

    target: str
    label: str
    operation: Operation
    artefact: str
    diff: str = ''
    changes: tuple[Change, ...] = ()
    before: str = ''
    after: str = ''


class GateKind(StrEnum):
    """What a gate waits for. Each is evaluated by ``planning.gates`` on a fresh look."""

    NONE = 'none'
    PRECHECK = 'precheck'
    ROUTERS = 'routers'
    ROUTES = 'routes'
    DEFAULT = 'default'
    MESH = 'mesh'
    GONE = 'gone'
    REFLECTED = 'reflected'


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition to wait for after a step; ``timeout``, ``hold`` and ``pause`` in seconds.

    ``racks`` limits the look at nodes to these rack labels (empty: all). ``hold`` is how long the condition must stand
    unbroken; ``pause`` is waited afterwards.
    ``left`` names the racks that no longer have the mesh to fall back on: their routes must be used, not only known.
    ``routers`` limits the look at routers to these (empty: all of the plan; of reflected routes: none reflects them).
    ``told`` are routers that reflectors have to tell the blocks of the racks that they serve.
    ``nodes`` are looked at in any case, also where a large cluster is only sampled. ``reflectors`` are the nodes whose
    reflected routes count (empty: all that reflect), ``paths`` is how many paths a node has to a block at the most.
    Nothing may go by the routers that are ``idle``, whether they have sessions or not.
    """

    kind: GateKind
    title: str
    timeout: int = 120
    hold: int = 0
    pause: int = 0
    racks: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    routers: tuple[int, ...] = ()
    nodes: tuple[str, ...] = ()
    reflectors: tuple[str, ...] = ()
    told: tuple[int, ...] = ()
    paths: int = 1
    idle: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Items that are applied together, the gate behind them, and how to take it back.

    ``undo`` holds the items that restore what was there, ``undo_gate`` what has to hold before the step before it is
    undone.
    """

    number: int
    wave: int
    title: str
    items: tuple[Item, ...]
    gate: Gate
    undo: tuple[Item, ...] = ()
    undo_gate: Gate = field(default_factory=lambda: Gate(GateKind.NONE, ''))


@dataclass(frozen=True, slots=True)
class Plan:
    """``kind`` is deploy or back; digests as hex SHA-256 of what shapes the plan, see ``planning.digest``.

    ``sessions`` are those between nodes and routers that the gates wait for: in force after a deployment, before a way
    back. ``former`` are those of another kind that the nodes live by until the plan gives them up. ``rack_label`` is
    the key of the rack label on the Kubernetes nodes, ``racks`` its values in the order in which racks are moved, the
    canary first.
    """

    kind: str
    design: str
    cluster: str
    handle: str
    snapshot_digest: str
    observation_digest: str
    steps: tuple[Step, ...]
    sessions: tuple[Session, ...] = ()
    former: tuple[Session, ...] = ()
    findings: tuple[Finding, ...] = ()
    rack_label: str = ''
    racks: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop this plan."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)


class Result(StrEnum):
    """Completes the sentence «the target was …»."""

    UNCHANGED = 'unchanged'
    CREATED = 'created'
    UPDATED = 'updated'
    DELETED = 'deleted'
    FAILED = 'failed'


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item; ``message`` is scrubbed of secrets."""

    target: str
    result: Result
    message: str = ''
