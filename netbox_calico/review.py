"""A plan as people read it: steps in order, and changes that look the same shown once for all their targets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Min

from .choices import OperationChoices
from .models import CalicoPlan

_NAMED = 12


@dataclass(frozen=True, slots=True)
class Change:
    """Items of one step that look the same. ``first`` is the number of one of them."""

    operation: str
    count: int
    first: int
    labels: tuple[str, ...]

    @property
    def label(self) -> str:
        return dict(OperationChoices)[self.operation]

    @property
    def color(self) -> str | None:
        return OperationChoices.colors.get(self.operation)

    @property
    def more(self) -> int:
        """How many targets are not named."""
        return self.count - len(self.labels)


@dataclass(frozen=True, slots=True)
class ReviewedStep:
    """A step of the plan with its changes, and those that take it back."""

    number: int
    wave: int
    title: str
    items: int
    gate: dict[str, Any]
    changes: list[Change] = field(default_factory=list)
    undo: list[Change] = field(default_factory=list)


def steps_of(plan: CalicoPlan) -> list[ReviewedStep]:
    """The steps with their changes folded; one query, and no text of any change is loaded."""
    groups = (
        plan.items.order_by()
        .values('step', 'undo', 'operation', 'diff')
        .annotate(count=Count('pk'), first=Min('seq'), labels=ArrayAgg('label', order_by='seq'))
        .order_by('first')
    )
    changes: dict[tuple[int, bool], list[Change]] = defaultdict(list)
    for group in groups:
        changes[group['step'], group['undo']].append(
            Change(group['operation'], group['count'], group['first'], tuple(group['labels'][:_NAMED]))
        )
    return [
        ReviewedStep(
            number=step['number'],
            wave=step['wave'],
            title=step['title'],
            items=step['items'],
            gate=step['gate'],
            changes=changes[step['number'], False],
            undo=changes[step['number'], True],
        )
        for step in plan.steps
    ]


def operations_of(plan: CalicoPlan) -> list[dict[str, Any]]:
    """How many changes of each operation, with the colour of the badge."""
    counts = plan.summary.get('operations', {})
    return [
        {'label': label, 'color': OperationChoices.colors[operation], 'count': counts[operation]}
        for operation, label in OperationChoices
        if operation in counts
    ]
