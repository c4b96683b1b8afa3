"""One run of one plan: steps in order, a gate behind each, back again when a gate fails.

A run may die at any line. Every step can be applied twice, the journal knows which steps are complete, and an
unconfirmed change of a router takes itself back; so the next attempt goes on at the first step that is not complete.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from netbox_calico.planning.errors import CalicoError, ConnectionLost, LeaseLost
from netbox_calico.planning.model.plan import Gate, GateKind, Item, Outcome, Plan, Result, Step
from netbox_calico.planning.ports import ClusterPort, FleetPort, Journal, StepStatus, Wish

from .clock import Clock
from .outcomes import is_router, named, some
from .watch import Eyes, GateWatch, PlanEyes


class RunEnd(StrEnum):
    """How a run came to its end. ``stopped`` ones go on in the next process, ``interrupted`` ones wait for a person."""

    COMPLETED = 'completed'
    ROLLED_BACK = 'rolled back'
    CANCELLED = 'cancelled'
    STOPPED = 'stopped'
    INTERRUPTED = 'interrupted'
    FAILED = 'failed'


@dataclass(frozen=True, slots=True)
class RunReport:
    """What became of a run, in words for people."""

    end: RunEnd
    message: str


class _StepFailed(CalicoError):
    """A step cannot be completed: what it did and all before it has to be taken back."""


class _Stopped(CalicoError):
    """The run has to leave now; ``end`` says how."""

    def __init__(self, end: RunEnd, message: str) -> None:
        super().__init__(message)
        self.end = end


@dataclass(slots=True)
class Run:
    """Executes ``plan`` through the ports; ``stopping`` tells that the process was asked to end.

    ``grace`` is how many seconds a gate may still take once the process was asked to end, ``patience`` how many
    seconds an API that went away is waited for.
    """

    plan: Plan
    cluster: ClusterPort
    fleet: FleetPort
    journal: Journal
    clock: Clock
    stopping: Callable[[], bool] = lambda: False
    grace: float = 20
    patience: float = 120
    interval: float = 1.0
    open_eyes: Callable[[Plan, ClusterPort, FleetPort], Eyes] = PlanEyes

    def execute(self) -> RunReport:
        """Carry the plan out from the first step that is not complete."""
        eyes = self.open_eyes(self.plan, self.cluster, self.fleet)
        before = self.journal.steps()
        reached = [
            step for step in self.plan.steps if before.get(step.number, StepStatus.UNDONE) is not StepStatus.UNDONE
        ]
        try:
            for step in self.plan.steps:
                if before.get(step.number) is StepStatus.COMPLETE:
                    continue
                self._obey_wishes()
                if step not in reached:
                    reached.append(step)
                self._carry_out(step, eyes)
            if self.journal.wish() is Wish.ROLL_BACK:
                raise _Stopped(RunEnd.ROLLED_BACK, 'Rolled back on request.')
        except _StepFailed as exc:
            self.journal.milestone(f'Step {reached[-1].number} failed: {exc}')
            return self._roll_back(reached, eyes, str(exc))
        except _Stopped as exc:
            if exc.end is RunEnd.ROLLED_BACK:
                return self._roll_back(reached, eyes, str(exc))
            return RunReport(exc.end, str(exc))
        except LeaseLost:
            raise
        except CalicoError as exc:
            return RunReport(
                RunEnd.INTERRUPTED,
                f'{exc} Nothing further was changed; what is in place carries traffic. '
                'Resume the run when that is mended.',
            )
        return RunReport(RunEnd.COMPLETED, f'All {len(self.plan.steps)} steps are complete.')

    def _carry_out(self, step: Step, eyes: Eyes) -> None:
        self.journal.started(step)
        routers = [item.target for item in step.items if is_router(item)]
        try:
            if routers:
                eyes.remember([item for item in step.items if is_router(item)])
            unconfirmed = self._apply(step, step.items, 'apply')
            self._wait(step, step.gate, eyes)
            self._confirm(step, unconfirmed)
        except LeaseLost:
            raise
        except CalicoError as exc:
            if routers:
                self.journal.still_ours()
                self._record(step, 'roll back', self.fleet.revert(routers))
            self.journal.ended(step, StepStatus.FAILED, str(exc))
            raise
        self.journal.ended(step, StepStatus.COMPLETE)

    def _apply(self, step: Step, items: Sequence[Item], phase: str) -> list[str]:
        """Send the items, routers first; answers with the routers that wait for a confirmation."""
        routers = [item for item in items if is_router(item)]
        others = [item for item in items if not is_router(item)]
        outcomes: list[Outcome] = []
        try:
            if routers:
                outcomes += self.fleet.apply(routers)
            for item in others:
                self.journal.still_ours()
                outcomes.append(self._patiently(step, lambda item=item: self.cluster.apply(item)))  # type: ignore[misc]
                if outcomes[-1].result is Result.FAILED:
                    break
        finally:
            self._record(step, phase, outcomes)
        failed = [outcome for outcome in outcomes if outcome.result is Result.FAILED]
        if failed:
            raise _StepFailed(some(named(step, failed)))
        return [o.target for o in outcomes if is_router(o) and o.result is not Result.UNCHANGED]

    def _confirm(self, step: Step, routers: Sequence[str]) -> None:
        if not routers:
            return
        self.journal.still_ours()
        outcomes = self.fleet.confirm(routers)
        self._record(step, 'confirm', outcomes)
        failed = [outcome for outcome in outcomes if outcome.result is Result.FAILED]
        if failed:
            raise _StepFailed(some(named(step, failed)))

    def _patiently[T](self, step: Step, call: Callable[[], T]) -> T:
        """Repeat a call while the API is away, for ``patience`` seconds at the most."""
        deadline = self.clock.now() + self.patience
        while True:
            try:
                return call()
            except ConnectionLost as exc:
                if self.stopping():
                    raise _Stopped(RunEnd.STOPPED, f'Asked to stop while something was away: {exc}') from exc
                if self.clock.now() >= deadline:
                    raise
                self.journal.waiting(step, [str(exc)])
                self.clock.sleep(self.interval)

    def _wait(self, step: Step, gate: Gate, eyes: Eyes) -> None:
        if gate.kind is GateKind.NONE:
            self._pause(step, gate)
            return
        watch = GateWatch(gate, self.clock.now)
        leave_by: float | None = None
        while True:
            watch.see(self._patiently(step, lambda: eyes.evaluate(gate)))
            if watch.passed:
                break
            self.journal.waiting(step, watch.waiting)
            if watch.timed_out:
                raise _StepFailed(f'«{gate.title}» was not met in {gate.timeout} s; still waiting for {watch.summary}')
            if self.stopping():
                leave_by = leave_by or self.clock.now() + self.grace
                if self.clock.now() >= leave_by:
                    raise _Stopped(RunEnd.STOPPED, f'Asked to stop while waiting for {watch.summary}.')
            if self.journal.wish() is Wish.ROLL_BACK:
                raise _Stopped(RunEnd.ROLLED_BACK, 'Rolled back on request.')
            self.clock.sleep(self.interval)
        self._pause(step, gate)

    def _pause(self, step: Step, gate: Gate) -> None:
        """Wait in full: whoever stops here has not completed the step, and the next attempt waits anew."""
        left = float(gate.pause)
        while left > 0:
            self.journal.waiting(step, [f'the pause behind this step: {left:.0f} s left'])
            wish = self._rest()
            if self.stopping():
                raise _Stopped(RunEnd.STOPPED, f'Asked to stop in the pause behind step {step.number}.')
            if wish is not Wish.RUN:
                return
            begun = self.clock.now()
            self.clock.sleep(min(left, self.interval))
            left -= self.clock.now() - begun

    def _rest(self) -> Wish:
        """Rest for as long as somebody wishes; answers with the wish that stands then."""
        rested = False
        while (wish := self.journal.wish()) is Wish.PAUSE and not self.stopping():
            if not rested:
                self.journal.milestone('Paused on request.')
                rested = True
            self.journal.paused()
            self.clock.sleep(self.interval)
        if rested and not self.stopping():
            self.journal.resumed()
        return wish

    def _obey_wishes(self) -> None:
        wish = self._rest()
        if self.stopping():
            raise _Stopped(RunEnd.STOPPED, 'Asked to stop between two steps.')
        if wish is Wish.CANCEL:
            raise _Stopped(RunEnd.CANCELLED, 'Cancelled on request between two steps; what is complete stays in place.')
        if wish is Wish.ROLL_BACK:
            raise _Stopped(RunEnd.ROLLED_BACK, 'Rolled back on request.')

    def _roll_back(self, reached: Sequence[Step], eyes: Eyes, reason: str) -> RunReport:
        """Undo what was reached, last step first; stops where going on would take away what still carries traffic."""
        self.journal.rolling_back(reason)
        left: list[str] = []
        for step in reversed(reached):
            if self.stopping():
                return RunReport(RunEnd.STOPPED, f'Asked to stop on the way back, before step {step.number}.')
            self.journal.still_ours()
            try:
                failed = self._undo_routers(step, eyes)
                names = named(step, failed)
                left += names
                self._apply(step, [item for item in step.undo if not is_router(item)], 'roll back')
                self._wait_undone(step, eyes, {outcome.target for outcome in failed})
            except LeaseLost:
                raise
            except _Stopped as exc:
                return RunReport(exc.end, str(exc))
            except CalicoError as exc:
                return RunReport(
                    RunEnd.FAILED,
                    f'{reason} The way back stopped at step {step.number} ({step.title}): {exc} '
                    f'Everything before that step is still in place'
                    f'{f", and so is what was changed on {some(left)}" if left else ""}. '
                    'Mend the cause, then roll the run back again.',
                )
            # One that is not undone is tried again when the run is rolled back again, by whichever attempt.
            self.journal.ended(step, StepStatus.FAILED if names else StepStatus.UNDONE, some(names))
        if left:
            return RunReport(
                RunEnd.FAILED,
                f'{reason} All that was changed has been taken back but on {some(left)} '
                '(an unconfirmed change takes itself back there). Roll the run back again once they answer.',
            )
        return RunReport(RunEnd.ROLLED_BACK, f'{reason} All that was changed has been taken back.')

    def _undo_routers(self, step: Step, eyes: Eyes) -> list[Outcome]:
        """Take the step's sections back; answers with the routers that failed, for which nothing waits."""
        items = [item for item in step.undo if is_router(item)]
        if not items:
            return []
        eyes.remember(items)
        outcomes = self.fleet.apply(items)
        changed = [o.target for o in outcomes if o.result not in (Result.FAILED, Result.UNCHANGED)]
        self.journal.still_ours()
        confirmed = self.fleet.confirm(changed) if changed else ()
        self._record(step, 'roll back', [*outcomes, *confirmed])
        return [outcome for outcome in (*outcomes, *confirmed) if outcome.result is Result.FAILED]

    def _wait_undone(self, step: Step, eyes: Eyes, passed_over: Collection[str]) -> None:
        wanted = step.undo_gate
        gate = replace(wanted, routers=tuple(key for key in wanted.routers if f'router:{key}' not in passed_over))
        if gate.kind is GateKind.NONE or (wanted.routers and not gate.routers):
            return
        watch = GateWatch(gate, self.clock.now)
        while True:
            watch.see(self._patiently(step, lambda: eyes.evaluate(gate)))
            if watch.passed:
                return
            self.journal.waiting(step, watch.waiting)
            if watch.timed_out:
                raise _StepFailed(f'«{gate.title}» was not met in {gate.timeout} s; still waiting for {watch.summary}')
            self.clock.sleep(self.interval)

    def _record(self, step: Step, phase: str, outcomes: Sequence[Outcome]) -> None:
        if outcomes:
            self.journal.outcomes(step, phase, outcomes)
