from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.execution.run import Run, RunEnd
from netbox_calico.planning.errors import ConnectionLost, LeaseLost
from netbox_calico.planning.model.plan import GateKind, Plan
from netbox_calico.planning.ports import StepStatus, Wish

from .world import Clock, Cluster, Died, Eyes, Fleet, Journal, World, plan, step

PLAN = plan(
    step(1, (), GateKind.PRECHECK),
    step(2, ['router:1'], GateKind.ROUTERS),
    step(3, ['router:2', 'router:3'], GateKind.ROUTERS),
    step(4, ['kubernetes:BGPPeer/a', 'kubernetes:BGPPeer/b'], GateKind.NONE),
    step(5, ['kubernetes:Node/n1'], GateKind.ROUTES, hold=3, pause=5),
    step(6, ['kubernetes:BGPConfiguration/default'], GateKind.ROUTES),
)
TARGETS = [item.target for each in PLAN.steps for item in each.items]


def run(world: World, of: Plan = PLAN, stopping=lambda: False) -> Run:
    return Run(of, Cluster(world), Fleet(world), Journal(world), Clock(), stopping, open_eyes=lambda *_: Eyes(world))


def test_steps_are_applied_in_order_and_routers_confirmed_behind_their_own_gate():
    world = World()
    assert run(world).execute().end is RunEnd.COMPLETED
    acts = [name for name in world.history if name.startswith(('apply', 'confirm', 'look'))]
    assert acts[:6] == [
        'look gate 1',
        'apply router:1',
        'look gate 2',
        'confirm router:1',
        'apply router:2',
        'apply router:3',
    ]
    assert world.things == dict.fromkeys(TARGETS, 'new')
    assert not world.pending


def test_a_gate_has_to_hold_without_a_break():
    world = World()
    flicker = iter([False, True, False])

    def blink(name: str) -> None:
        if name == 'look gate 5':
            world.closed_gates = {'gate 5'} if next(flicker, False) else set()

    world.on_call = blink
    assert run(world).execute().end is RunEnd.COMPLETED
    assert world.history.count('look gate 5') == 2 + 1 + 3


@pytest.mark.parametrize('broken', ['gate 2', 'gate 5', 'gate 6'])
def test_a_gate_that_is_not_met_leads_back_to_the_start_in_reverse(broken):
    world = World(closed_gates={broken})
    report = run(world).execute()
    assert report.end is RunEnd.ROLLED_BACK
    assert 'node n1: no route' in report.message
    assert all(state == 'old' for state in world.things.values())
    assert not world.pending


def test_the_way_back_undoes_steps_in_reverse_each_behind_its_undo_gate():
    world = World(closed_gates={'gate 6'})
    run(world).execute()
    back = world.history[world.history.index('journal rolling back') :]
    acts = [name for name in back if name.startswith(('apply', 'look'))]
    assert acts[:5] == [
        'apply kubernetes:BGPConfiguration/default',
        'look undo gate 6',
        'apply kubernetes:Node/n1',
        'look undo gate 5',
        'apply kubernetes:BGPPeer/b',
    ]


def test_the_way_back_stops_where_going_on_would_take_away_what_carries_traffic():
    world = World(closed_gates={'gate 6', 'undo gate 6'})
    report = run(world).execute()
    assert report.end is RunEnd.FAILED
    assert 'stopped at step 6' in report.message
    assert world.things['kubernetes:Node/n1'] == 'new'
    assert world.things['router:1'] == 'new'


def test_a_router_that_rejects_a_line_takes_its_wave_back():
    world = World(fail={'router:3'})
    report = run(world).execute()
    assert report.end is RunEnd.ROLLED_BACK
    assert 'router:3: line rejected' in report.message
    assert world.things == {'router:1': 'old', 'router:2': 'old'}


def test_an_api_that_goes_away_for_a_while_is_waited_for():
    world = World()
    outages = iter(range(30))

    def away(name: str) -> None:
        if name == 'apply kubernetes:BGPPeer/b' and next(outages, None) is not None:
            raise ConnectionLost('The Kubernetes API does not answer.')

    world.on_call = away
    assert run(world).execute().end is RunEnd.COMPLETED


def test_an_api_that_stays_away_interrupts_the_run_and_changes_nothing_more():
    world = World()

    def away(name: str) -> None:
        if name == 'look gate 5':
            raise ConnectionLost('The Kubernetes API does not answer.')

    world.on_call = away
    report = run(world).execute()
    assert report.end is RunEnd.INTERRUPTED
    assert 'Resume' in report.message
    assert 'kubernetes:BGPConfiguration/default' not in world.things
    world.on_call = lambda name: None
    assert run(world).execute().end is RunEnd.COMPLETED


def test_a_lost_lease_stops_everything_at_once():
    world = World()

    def lost(name: str) -> None:
        if name == 'journal started 4':
            raise LeaseLost('another run')

    world.on_call = lost
    with pytest.raises(LeaseLost):
        run(world).execute()
    assert 'kubernetes:BGPPeer/a' not in world.things


def test_a_wish_to_cancel_is_obeyed_between_steps_and_one_to_roll_back_while_a_gate_waits():
    world = World(wanted=Wish.CANCEL)
    assert run(world).execute().end is RunEnd.CANCELLED
    assert not world.things
    world = World(closed_gates={'gate 5'})

    def wish(name: str) -> None:
        if name == 'look gate 5':
            world.wanted = Wish.ROLL_BACK

    world.on_call = wish
    report = run(world).execute()
    assert (report.end, report.message.startswith('Rolled back on request')) == (RunEnd.ROLLED_BACK, True)


def test_a_paused_run_says_so_until_it_is_resumed_and_then_does_the_rest():
    world = World(wanted=Wish.PAUSE)

    def resume(name: str) -> None:
        if world.history.count('journal paused') == 2:
            world.wanted = Wish.RUN

    world.on_call = resume
    assert run(world).execute().end is RunEnd.COMPLETED
    assert world.history.count('journal paused') == 3
    assert not [name for name in world.history[: world.history.index('journal paused')] if name.startswith('journal')]


def test_asked_to_stop_it_finishes_or_takes_back_the_step_and_the_next_start_goes_on():
    world = World(closed_gates={'gate 3'})
    report = run(world, stopping=lambda: 'apply router:3' in world.history).execute()
    assert report.end is RunEnd.STOPPED
    assert world.things == {'router:1': 'new', 'router:2': 'old', 'router:3': 'old'}
    world.closed_gates.clear()
    assert run(world).execute().end is RunEnd.COMPLETED


def test_asked_to_stop_while_an_api_is_away_it_leaves_and_the_next_start_goes_on():
    world = World()

    def away(name: str) -> None:
        if name == 'apply kubernetes:BGPPeer/b':
            raise ConnectionLost('The Kubernetes API does not answer.')

    world.on_call = away
    report = run(world, stopping=lambda: 'apply kubernetes:BGPPeer/a' in world.history).execute()
    assert report.end is RunEnd.STOPPED
    assert 'The Kubernetes API does not answer.' in report.message
    world.on_call = lambda name: None
    assert run(world).execute().end is RunEnd.COMPLETED


def test_asked_to_stop_on_the_way_back_it_finishes_the_step_and_the_next_start_goes_on_back():
    world = World(closed_gates={'gate 6'})
    report = run(world, stopping=lambda: 'look undo gate 5' in world.history).execute()
    assert report.end is RunEnd.STOPPED
    assert world.things['kubernetes:Node/n1'] == 'old'
    assert world.things['kubernetes:BGPPeer/b'] == 'new'
    assert run(world).execute().end is RunEnd.ROLLED_BACK
    assert set(world.things.values()) == {'old'}


@given(st.integers(0, 60), st.booleans(), st.sampled_from([None, 'gate 3', 'gate 6']))
def test_killed_at_any_call_the_next_start_ends_where_it_should(at, timers_run_out, broken):
    world = World(closed_gates={broken} if broken else set())
    calls = iter(range(1000))

    def kill(_name: str) -> None:
        if next(calls) == at:
            raise Died

    world.on_call = kill
    try:
        report = run(world).execute()
    except Died:
        if timers_run_out:
            world.timers_run_out()
        world.on_call = lambda name: None
        report = run(world).execute()
    assert report.end is (RunEnd.ROLLED_BACK if broken else RunEnd.COMPLETED)
    assert set(world.things.values()) <= {'old' if broken else 'new'}
    assert broken or set(world.things) == set(TARGETS)
    assert not world.pending
    wanted = StepStatus.UNDONE if broken else StepStatus.COMPLETE
    assert set(world.statuses.values()) == {wanted}


def test_a_router_that_dies_is_named_and_does_not_keep_the_others_from_being_taken_back():
    world = World()

    def dies(name: str) -> None:
        if name == 'look gate 3':
            world.closed_gates, world.unreachable = {'gate 3'}, {'router:2'}

    world.on_call = dies
    report = run(world).execute()
    assert report.end is RunEnd.FAILED
    assert 'router:2' in report.message
    assert world.things['router:1'] == world.things['router:3'] == 'old'
