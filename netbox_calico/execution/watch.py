"""Looks at the world for a gate and remembers since when the gate has been met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from netbox_calico.planning.counted import listed
from netbox_calico.planning.gates import GateState, Look, evaluate, needs
from netbox_calico.planning.model.observation import RouterObservation
from netbox_calico.planning.model.plan import Gate, Item, Plan
from netbox_calico.planning.ports import ClusterPort, FleetPort

_NAMES_SHOWN = 5


@dataclass(slots=True)
class GateWatch:
    """Whether a gate is met, has been met for its hold time, or has run out of time."""

    gate: Gate
    now: Callable[[], float]
    waiting: Sequence[str] = ()
    _begun: float = field(init=False)
    _met_since: float | None = None

    def __post_init__(self) -> None:
        self._begun = self.now()

    def see(self, state: GateState) -> None:
        """Take a fresh look into account."""
        self.waiting = state.waiting
        if not state.met:
            self._met_since = None
        elif self._met_since is None:
            self._met_since = self.now()

    @property
    def passed(self) -> bool:
        """Met, without a break, for as long as the gate wants."""
        return self._met_since is not None and self.now() - self._met_since >= self.gate.hold

    @property
    def timed_out(self) -> bool:
        """Not met now, and its time is over; holding takes place after the time limit as well."""
        return self._met_since is None and self.now() - self._begun >= self.gate.timeout

    @property
    def summary(self) -> str:
        """The first few names and how many more."""
        if self._met_since is not None:
            return 'the settle time'
        return listed(self.waiting, _NAMES_SHOWN, between='; ')


class Eyes(Protocol):
    """Whoever can tell how a gate stands now."""

    def evaluate(self, gate: Gate) -> GateState:
        """The state of the gate, from a fresh look; ``ConnectionLost`` when there is nothing to look at."""
        ...

    def remember(self, items: Sequence[Item]) -> None:
        """Look at the routers of these items: «as before» means as they are now."""
        ...


@dataclass(slots=True)
class PlanEyes:
    """Fetches just what a gate needs, afresh at each look; ``seen`` is told of every look.

    ``baseline`` is how routers were just before they were changed: neighbours that are not ours must not get worse by
    it. It is taken a step, since what the steps before it moved changes what those neighbours send.
    """

    plan: Plan
    cluster: ClusterPort
    fleet: FleetPort
    seen: Callable[[Look], None] = lambda look: None
    baseline: tuple[RouterObservation, ...] = ()

    def remember(self, items: Sequence[Item]) -> None:
        """Take the baseline for the routers of a step."""
        self.baseline = self.fleet.observe(int(item.target.partition(':')[2]) for item in items)

    def evaluate(self, gate: Gate) -> GateState:
        """Look at both sides and hold the gate against what was seen."""
        observed = self.cluster.observe()
        wanted = needs(gate, self.plan, observed)
        look = Look(
            cluster=observed,
            routers=self.fleet.observe(wanted.routers),
            tables=self.fleet.tables(wanted.tables),
            nodes=(
                *(self.cluster.look(wanted.nodes) if wanted.nodes else ()),
                *(self.cluster.look(wanted.sessions, routes=False) if wanted.sessions else ()),
            ),
            baseline=self.baseline,
        )
        self.seen(look)
        return evaluate(gate, self.plan, look)
