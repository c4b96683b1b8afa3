"""The way back asks for its lease, tries again what it could not take back, and hears a wish that comes late."""

from __future__ import annotations

import pytest

from netbox_calico.execution.run import RunEnd
from netbox_calico.planning.errors import LeaseLost
from netbox_calico.planning.ports import StepStatus, Wish

from .test_run_survives_what_happens_to_it import run
from .world import Died, World


@pytest.mark.parametrize(
    ('at', 'last'),
    [
        ('journal ended 6', 'kubernetes:BGPConfiguration/default'),
        ('apply kubernetes:BGPPeer/b', 'kubernetes:BGPPeer/b'),
    ],
)
def test_whoever_lost_the_lease_undoes_nothing_more(at: str, last: str) -> None:
    world = World(wanted=Wish.RUN)
    run(world).execute()
    world.wanted = Wish.ROLL_BACK
    world.history.clear()

    def lose(name: str) -> None:
        world.lost = world.lost or name == at

    world.on_call = lose
    with pytest.raises(LeaseLost):
        run(world).execute()
    assert [name for name in world.history if name.startswith('apply')][-1] == f'apply {last}'


def test_a_change_that_was_sent_before_the_lease_was_lost_is_not_confirmed() -> None:
    world = World()
    world.on_call = lambda name: setattr(world, 'lost', world.lost or name == 'apply router:1')
    with pytest.raises(LeaseLost):
        run(world).execute()
    assert world.pending == {'router:1': 'old'}
    assert not [name for name in world.history if name.startswith(('confirm', 'revert'))]


def dead_router() -> World:
    """A deployment that is to go back while a router is dead."""
    world = World()
    run(world).execute()
    world.wanted, world.unreachable = Wish.ROLL_BACK, {'router:3'}
    return world


def test_a_router_that_was_not_taken_back_is_named_until_it_is() -> None:
    world = dead_router()

    def kill(name: str) -> None:
        if name == 'journal ended 1':
            raise Died

    world.on_call = kill
    with pytest.raises(Died):
        run(world).execute()
    world.on_call = lambda name: None
    assert world.statuses[3] is StepStatus.FAILED
    for _ in range(2):
        report = run(world).execute()
        assert (report.end, 'router:3: line rejected' in report.message) == (RunEnd.FAILED, True)
        assert world.things['router:3'] == 'new'
    world.unreachable.clear()
    report = run(world).execute()
    assert report.end is RunEnd.ROLLED_BACK
    assert set(world.things.values()) == {'old'}
    assert set(world.statuses.values()) == {StepStatus.UNDONE}


def test_it_is_named_also_where_the_way_back_stops() -> None:
    world = dead_router()
    world.closed_gates = {'undo gate 2'}
    report = run(world).execute()
    assert report.end is RunEnd.FAILED
    assert 'stopped at step 2' in report.message
    assert 'router:3: line rejected' in report.message


@pytest.mark.parametrize('at', ['look gate 6', 'journal ended 6'])
def test_a_wish_to_roll_back_that_comes_last_of_all_is_obeyed(at: str) -> None:
    world = World()

    def wish(name: str) -> None:
        if name == at:
            world.wanted = Wish.ROLL_BACK

    world.on_call = wish
    assert run(world).execute().end is RunEnd.ROLLED_BACK
    assert set(world.things.values()) == {'old'}
