"""The collector of cycles is held back for as long as something is planned, and is then as it was before."""

from __future__ import annotations

import gc

import pytest

from netbox_calico.jobs import pipe
from netbox_calico.planning.collecting import nothing_collected
from tests.planning.world import observation, snapshot


def test_it_works_again_after_an_error() -> None:
    seen: list[bool] = []

    @nothing_collected()
    def fails() -> None:
        seen.append(gc.isenabled())
        raise ValueError('no plan')

    with pytest.raises(ValueError, match='no plan'):
        fails()
    assert seen == [False]
    assert gc.isenabled()


def test_whoever_had_it_off_has_it_off() -> None:
    gc.disable()
    try:
        with nothing_collected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_plans_are_made_so(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(pipe, 'make_plan', lambda *_: seen.append(gc.isenabled()))
    wish = snapshot()
    pipe.plan_from(wish, observation(wish), 'deploy')
    assert seen == [False]
    assert gc.isenabled()
