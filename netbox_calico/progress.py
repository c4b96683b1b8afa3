"""How far a run is, from a handful of rows: asked for every two seconds by everybody who watches."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, Func, JSONField, Q
from django.utils import timezone

from .choices import PhaseChoices, ResultChoices, RunStatusChoices, StepStatusChoices
from .compat import Job, humanize_duration
from .models import CalicoRun, CalicoRunStep

_MILESTONES = 12


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step of the plan and what became of it in this run; ``row`` is None while it has not begun."""

    number: int
    wave: int
    title: str
    items: int
    gate: str
    row: CalicoRunStep | None
    results: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def waiting(self) -> dict[str, Any]:
        """What the gate waits for: a count and the first names; empty when it waits for nothing."""
        return self.row.waiting if self.row else {}

    @property
    def took(self) -> str:
        """How long the step and its gate took; empty until it has ended."""
        return _span(self.row.started, self.row.ended) if self.row else ''


@dataclass(frozen=True, slots=True)
class Progress:
    """All steps, and how many of them stand complete."""

    steps: list[StepProgress]
    results: list[tuple[str, str, int]]
    took: str

    @property
    def complete(self) -> int:
        return sum(bool(step.row) and step.row.status == StepStatusChoices.COMPLETE for step in self.steps)

    @property
    def percent(self) -> int:
        return 100 * self.complete // len(self.steps) if self.steps else 0


@dataclass(frozen=True, slots=True)
class Milestone:
    """A line of the job's log."""

    at: datetime
    level: str
    message: str


def progress_of(run: CalicoRun) -> Progress:
    """Two queries, however many targets the run has."""
    rows = {row.step: row for row in run.steps.all()}
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    # A confirmation is the second half of a change: only its failure is an outcome of its own.
    outcomes = run.outcomes.exclude(Q(phase=PhaseChoices.CONFIRM) & ~Q(result=ResultChoices.FAILED)).order_by()
    for step, result, number in outcomes.values_list('item__step', 'result').annotate(n=Count('pk')):
        counts[step][result] = number
    last = run.heartbeat if run.status == RunStatusChoices.INTERRUPTED else timezone.now()
    total: dict[str, int] = defaultdict(int)
    for results in counts.values():
        for result, number in results.items():
            total[result] += number
    return Progress(
        steps=[
            StepProgress(
                number=step['number'],
                wave=step['wave'],
                title=step['title'],
                items=step['items'],
                gate=step['gate']['title'],
                row=rows.get(step['number']),
                results=_labelled(counts[step['number']]),
            )
            for step in run.plan.steps
        ],
        results=_labelled(total),
        took=_span(run.started, run.ended or last),
    )


def milestones_of(run: CalicoRun) -> list[Milestone]:
    """The last lines of the job's log, the newest first; the rest of the log stays in the database."""
    if not run.job_id:
        return []
    entries = ArrayField(JSONField(decoder=Job._meta.get_field('log_entries').base_field.decoder))
    last = Func(
        'log_entries',
        template=f'(%(expressions)s)[greatest(cardinality(%(expressions)s) - {_MILESTONES - 1}, 1):]',
        output_field=entries,
    )
    lines = Job.objects.filter(pk=run.job_id).values_list(last, flat=True).first() or []
    return [Milestone(line['timestamp'], line['level'], line['message']) for line in reversed(lines)]


def _span(start: datetime | None, end: datetime | None) -> str:
    return humanize_duration(timedelta(seconds=round((end - start).total_seconds()))) if start and end else ''


def _labelled(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Label, colour and number of each result, in the order of the choices."""
    return [
        (str(label), ResultChoices.colors[result], counts[result])
        for result, label in ResultChoices
        if counts.get(result)
    ]
