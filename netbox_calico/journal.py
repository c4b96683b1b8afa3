"""How far a run is, as rows: what people watch, and where the next attempt goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .choices import PhaseChoices, RunStatusChoices, StepStatusChoices, WishChoices
from .models import CalicoOutcome, CalicoPlanItem, CalicoRun, CalicoRunStep
from .planning.model.plan import Outcome, Step
from .planning.ports import StepStatus, Wish

_NAMES_KEPT = 50
_MESSAGE_LENGTH = 500


@dataclass(slots=True)
class RunJournal:
    """Implements ``planning.ports.Journal`` for one attempt of one run.

    ``still_ours`` raises LeaseLost when somebody else may be at work; it is asked before anything is begun, waited for,
    wished or taken back. What is written is bound to the attempt: one that was given up on writes nothing any more.
    """

    run: CalicoRun
    still_ours: Callable[[], None]
    tell: Callable[[str], None]
    _items: dict[tuple[int, bool, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = CalicoPlanItem.objects.filter(plan=self.run.plan_id)
        for pk, step, undo, target in rows.values_list('pk', 'step', 'undo', 'target'):
            self._items[step, undo, target] = pk

    def steps(self) -> Mapping[int, StepStatus]:
        rows = CalicoRunStep.objects.filter(run=self.run)
        return {step: StepStatus(status) for step, status in rows.values_list('step', 'status')}

    def rolling_back(self, reason: str) -> None:
        self.still_ours()
        self._update(wanted=WishChoices.ROLL_BACK, status=RunStatusChoices.ROLLING_BACK, error=reason)
        self.tell(f'Rolling back: {reason}')

    def started(self, step: Step) -> None:
        self.still_ours()
        self._step(step, status=StepStatusChoices.RUNNING, started=timezone.now(), ended=None, waiting={}, message='')
        self._update(step=step.number, status=RunStatusChoices.RUNNING)
        self.tell(f'Step {step.number}: {step.title}')

    def outcomes(self, step: Step, phase: str, outcomes: Sequence[Outcome]) -> None:
        now = timezone.now()
        undo = phase == PhaseChoices.ROLL_BACK
        # By item: the way back tells of a router when it is changed and again when it is confirmed.
        rows = {
            item: CalicoOutcome(
                run=self.run,
                item_id=item,
                phase=phase,
                result=outcome.result.value,
                at=now,
                message=outcome.message[:_MESSAGE_LENGTH],
            )
            for outcome in outcomes
            if (
                item := self._items.get((step.number, undo, outcome.target))
                or self._items.get((step.number, False, outcome.target))
            )
        }
        with self._last_attempt() as last:
            if last:
                CalicoOutcome.objects.bulk_create(
                    rows.values(),
                    batch_size=2000,
                    update_conflicts=True,
                    unique_fields=['run', 'item', 'phase'],
                    update_fields=['result', 'at', 'message'],
                )

    def waiting(self, step: Step, names: Sequence[str]) -> None:
        self.still_ours()
        waiting = {'count': len(names), 'names': list(names[:_NAMES_KEPT])}
        self._step(step, status=StepStatusChoices.RUNNING, waiting=waiting)
        self._update()

    def ended(self, step: Step, status: StepStatus, message: str = '') -> None:
        self._step(step, status=status.value, ended=timezone.now(), waiting={}, message=message)

    def wish(self) -> Wish:
        # A paused run asks for nothing else.
        self.still_ours()
        return Wish(CalicoRun.objects.values_list('wanted', flat=True).get(pk=self.run.pk))

    def paused(self) -> None:
        self._update(status=RunStatusChoices.PAUSED)

    def resumed(self) -> None:
        self._update(status=RunStatusChoices.RUNNING)

    def milestone(self, text: str) -> None:
        self.tell(text)

    def _step(self, step: Step, **values: object) -> None:
        with self._last_attempt() as last:
            if last:
                CalicoRunStep.objects.update_or_create(run=self.run, step=step.number, defaults=values)

    def _update(self, **values: object) -> None:
        self._attempt().update(heartbeat=timezone.now(), **values)

    @contextmanager
    def _last_attempt(self) -> Iterator[bool]:
        """Whether this attempt is the run's last; no other begins before the block ends."""
        with transaction.atomic():
            yield bool(self._attempt().select_for_update(no_key=True).values_list('pk'))

    def _attempt(self) -> QuerySet[CalicoRun]:
        return CalicoRun.objects.filter(pk=self.run.pk, attempt=self.run.attempt)
