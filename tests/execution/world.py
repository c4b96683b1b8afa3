"""A world in memory that a run can act on, and that can break at any call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from netbox_calico.planning.errors import LeaseLost
from netbox_calico.planning.gates import GateState
from netbox_calico.planning.model.observation import ClusterObservation, NodeStatus, RouterObservation, RouterRoute
from netbox_calico.planning.model.plan import Gate, GateKind, Item, Operation, Outcome, Plan, Result, Step
from netbox_calico.planning.ports import StepStatus, Wish


class Died(BaseException):
    """The process was killed at this very call."""


def item(target: str, before: str, after: str) -> Item:
    return Item(target, target, Operation.UPDATE, artefact=f'{before}->{after}', before=before, after=after)


def step(number: int, targets: Iterable[str], gate: GateKind = GateKind.ROUTES, **gate_values: int) -> Step:
    """A step that turns its targets from old to new, and whose undo turns them back."""
    targets = tuple(targets)
    return Step(
        number,
        number,
        f'step {number}',
        tuple(item(target, 'old', 'new') for target in targets),
        Gate(gate, f'gate {number}', **gate_values),
        tuple(item(target, 'new', 'old') for target in reversed(targets)),
        Gate(GateKind.MESH, f'undo gate {number}'),
    )


def plan(*steps: Step) -> Plan:
    return Plan('deploy', 'tor-full-tables', 'c', 'c', 's', 'o', steps)


@dataclass
class Clock:
    time: float = 0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class World:
    """``things`` are what is on the devices; ``pending`` are changes that revert unless confirmed; ``lost`` is whether
    another attempt has the lease.
    """

    things: dict[str, str] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)
    fail: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    history: list[str] = field(default_factory=list)
    closed_gates: set[str] = field(default_factory=set)
    statuses: dict[int, StepStatus] = field(default_factory=dict)
    wanted: Wish = Wish.RUN
    lost: bool = False
    on_call: Callable[[str], None] = lambda name: None

    def call(self, name: str) -> None:
        self.on_call(name)
        self.history.append(name)

    def timers_run_out(self) -> None:
        """The process is gone for longer than any commit timer."""
        self.things.update(self.pending)
        self.pending.clear()


@dataclass
class Cluster:
    world: World

    def observe(self) -> ClusterObservation:
        return ClusterObservation('crd.projectcalico.org/v1')

    def apply(self, item: Item) -> Outcome:
        self.world.call(f'apply {item.target}')
        if item.target in self.world.fail:
            return Outcome(item.target, Result.FAILED, 'refused')
        same = self.world.things.get(item.target, 'old') == item.after
        self.world.things[item.target] = item.after
        return Outcome(item.target, Result.UNCHANGED if same else Result.UPDATED)

    def look(self, nodes: Sequence[str], *, routes: bool = True) -> tuple[NodeStatus, ...]:
        return ()


@dataclass
class Fleet:
    world: World

    def observe(self, routers: Iterable[int]) -> tuple[RouterObservation, ...]:
        return ()

    def tables(self, routers: Iterable[int]) -> Mapping[int, tuple[RouterRoute, ...]]:
        return {}

    def apply(self, items: Sequence[Item]) -> tuple[Outcome, ...]:
        return tuple(self._apply(item) for item in items)

    def _apply(self, item: Item) -> Outcome:
        world = self.world
        world.call(f'apply {item.target}')
        if item.target in world.pending:
            world.things[item.target] = world.pending.pop(item.target)
        now = world.things.get(item.target, 'old')
        if now == item.after and item.target not in world.unreachable:
            return Outcome(item.target, Result.UNCHANGED)
        if item.target in world.fail | world.unreachable:
            return Outcome(item.target, Result.FAILED, 'line rejected')
        assert now == item.before
        world.pending[item.target] = now
        world.things[item.target] = item.after
        return Outcome(item.target, Result.UPDATED)

    def confirm(self, targets: Sequence[str]) -> tuple[Outcome, ...]:
        for target in targets:
            self.world.call(f'confirm {target}')
            del self.world.pending[target]
        return tuple(Outcome(target, Result.UPDATED) for target in targets)

    def revert(self, targets: Sequence[str]) -> tuple[Outcome, ...]:
        for target in targets:
            self.world.call(f'revert {target}')
            if target in self.world.pending:
                self.world.things[target] = self.world.pending.pop(target)
        return tuple(Outcome(target, Result.UPDATED) for target in targets)


@dataclass
class Journal:
    world: World

    def still_ours(self) -> None:
        if self.world.lost:
            raise LeaseLost('another attempt')

    def steps(self) -> Mapping[int, StepStatus]:
        return dict(self.world.statuses)

    def rolling_back(self, reason: str) -> None:
        self.still_ours()
        self.world.call('journal rolling back')
        self.world.wanted = Wish.ROLL_BACK

    def started(self, step: Step) -> None:
        self.still_ours()
        self.world.call(f'journal started {step.number}')
        self.world.statuses[step.number] = StepStatus.RUNNING

    def outcomes(self, step: Step, phase: str, outcomes: Sequence[Outcome]) -> None:
        self.world.call(f'journal outcomes {step.number}')

    def waiting(self, step: Step, names: Sequence[str]) -> None:
        self.still_ours()
        self.world.call(f'journal waiting {step.number}')

    def ended(self, step: Step, status: StepStatus, message: str = '') -> None:
        self.world.call(f'journal ended {step.number}')
        self.world.statuses[step.number] = status

    def wish(self) -> Wish:
        self.still_ours()
        return self.world.wanted

    def paused(self) -> None:
        self.world.call('journal paused')

    def resumed(self) -> None:
        self.world.call('journal resumed')

    def milestone(self, text: str) -> None:
        pass


@dataclass
class Eyes:
    world: World

    def evaluate(self, gate: Gate) -> GateState:
        self.world.call(f'look {gate.title}')
        closed = gate.title in self.world.closed_gates
        return GateState(not closed, ('node n1: no route',) if closed else ())

    def remember(self, items: Sequence[Item]) -> None:
        self.world.call(f'remember {" ".join(item.target for item in items)}')
