"""What a plan does, word for word, reviewed as text: orders, gates, what is sent, and what takes it back."""

from __future__ import annotations

import pytest

from tests.planning.plan_as_text import FOLDER, PLANS, plan_as_text


@pytest.mark.parametrize('name', PLANS)
def test_the_plan_is_the_reviewed_one(name: str) -> None:
    assert plan_as_text(PLANS[name]()) == (FOLDER / f'{name}.txt').read_text()


def test_every_golden_text_belongs_to_a_plan() -> None:
    assert {path.stem for path in FOLDER.glob('*.txt')} == set(PLANS)
