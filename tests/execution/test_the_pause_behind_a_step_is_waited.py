"""Racks leave the mesh with a pause between them: whatever happens meanwhile, it is waited in full."""

from __future__ import annotations

from netbox_calico.execution.run import RunEnd
from netbox_calico.planning.model.plan import GateKind
from netbox_calico.planning.ports import StepStatus, Wish

from .test_run_survives_what_happens_to_it import run
from .world import World, plan, step

LOOKS, PAUSE = 3, 5
"""Step 5 holds its gate for three looks and pauses for five seconds, each of which the journal is told."""


def waited(world: World) -> int:
    return world.history.count('journal waiting 5')


def test_a_stop_leaves_the_step_to_the_next_start_which_waits_anew() -> None:
    world = World()
    report = run(world, stopping=lambda: waited(world) == LOOKS + 2).execute()
    assert (report.end, world.statuses[5]) == (RunEnd.STOPPED, StepStatus.FAILED)
    assert 'pause' in report.message
    world.history.clear()
    assert run(world).execute().end is RunEnd.COMPLETED
    assert waited(world) == LOOKS + PAUSE


def test_a_wish_to_pause_is_obeyed_and_the_rest_is_waited_afterwards() -> None:
    world = World()

    def wish(name: str) -> None:
        if name == 'journal waiting 5' and waited(world) == LOOKS + 1:
            world.wanted = Wish.PAUSE
        if name == 'journal paused' and world.history.count(name) == 10:
            world.wanted = Wish.RUN

    world.on_call = wish
    assert run(world).execute().end is RunEnd.COMPLETED
    assert waited(world) == LOOKS + PAUSE
    assert world.history.count('journal paused') == 11
    assert world.history[world.history.index('journal resumed') + 1] == 'journal waiting 5'


def test_a_wish_to_roll_back_is_not_kept_waiting() -> None:
    world = World()

    def wish(name: str) -> None:
        if name == 'journal waiting 5' and waited(world) == LOOKS + 1:
            world.wanted = Wish.ROLL_BACK

    world.on_call = wish
    assert run(world).execute().end is RunEnd.ROLLED_BACK
    assert waited(world) == LOOKS + 2


def test_it_is_waited_behind_a_step_that_waits_for_nothing_else() -> None:
    world = World()
    alone = plan(step(1, ['kubernetes:a'], GateKind.NONE, pause=PAUSE))
    assert run(world, alone).execute().end is RunEnd.COMPLETED
    assert world.history.count('journal waiting 1') == PAUSE
