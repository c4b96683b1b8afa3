"""Outcomes in words: the first few, each under the name that people know the item by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.plan import Item, Outcome, Step

_SHOWN = 5


def named(step: Step, outcomes: Iterable[Outcome]) -> list[str]:
    """What became of each item."""
    labels = {item.target: item.label for item in (*step.items, *step.undo)}
    return [f'{labels[outcome.target]}: {outcome.message}' for outcome in outcomes]


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    return listed(names, _SHOWN, between='; ')


def is_router(item: Item | Outcome) -> bool:
    return item.target.startswith('router:')
