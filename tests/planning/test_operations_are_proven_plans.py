"""Whatever is done to a running cluster: one plan, every step of it proven, and nothing is left to plan."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbox_calico.planning.designs import find
from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.model.plan import Plan, Step
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.operations import OPERATIONS, Estate
from tests.planning.proof.moves import Move
from tests.planning.walking import walk
from tests.planning.world import RENDERERS, TOP_OF_RACK


def plan(estate: Estate) -> Plan:
    made = make_plan(estate.wish, estate.world.observed, 'deploy', RENDERERS)
    assert not made.errors
    return made


@pytest.mark.parametrize('design', TOP_OF_RACK)
@pytest.mark.parametrize(
    'operation',
    ['a router is added', 'a router is drained', 'a router is replaced by one that is empty', 'passwords are rotated'],
)
def test_without_draining_it_would_be_refused(design: str, operation: str) -> None:
    estate = Estate.running(design, password='bgp-1')
    [change] = OPERATIONS[operation]
    change(estate)
    wish, seen = in_order(estate.wish, estate.world.observed)
    steps = plan(estate).steps
    move = Move(wish, seen, steps, (find(wish.cluster.design).derive(wish, seen),))
    assert not move.errors
    assert 'proof-loop' in replace(move, steps=undrained(steps)).errors


def undrained(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps as somebody would order them who thinks that draining is not needed."""
    last = {item.target: item.after for step in steps for item in step.items}
    skipped = {step.number for step in steps if re.match('(Drain|Undrain) ', step.title)}
    return tuple(
        replace(
            step,
            items=()
            if step.number in skipped
            else tuple(replace(item, after=last[item.target]) for item in step.items),
        )
        for step in steps
    )


def test_the_only_router_of_a_rack_is_not_drained() -> None:
    estate = Estate.running('tor-full-tables')
    for key in (11, 12):
        estate.router(key, drained=True)
    [error] = make_plan(estate.wish, estate.world.observed, 'deploy', RENDERERS).errors
    assert (error.code, error.subject) == ('drain-cuts-off', 'rack-1')
    assert 'Take the mark off, or put another router of the rack into service first.' in error.message


def test_what_is_drained_may_be_away_or_changed_by_hand() -> None:
    estate = Estate.running('tor-full-tables')
    [change] = OPERATIONS['a router is drained']
    change(estate)
    estate.world.run(plan(estate))
    assert plan(estate).steps == ()
    there = estate.world.observed
    for trouble in ({'error': 'no route to host'}, {'saved': False}, {'pending_commit': True}):
        routers = (replace(router, **trouble) if router.router == 12 else router for router in there.routers)
        estate.world.observed = replace(there, routers=tuple(routers))
        estate.readdressed('node-1-1', 1)
        assert plan(estate).steps


def test_passwords_are_named_in_a_plan_and_nothing_of_them_is_shown() -> None:
    estate = Estate.running('tor-full-tables', password='bgp-1')
    [change] = OPERATIONS['passwords are rotated']
    change(estate)
    waves = [
        [item.target for item in step.items] for step in plan(estate).steps if step.title.startswith('Change drained')
    ]
    assert waves == [['router:11'], ['router:21'], ['router:12', 'router:22']]
    for step in plan(estate).steps:
        for item in step.items:
            assert (
                'password ${secret:bgp-2/' in item.artefact
                or 'password' not in item.artefact
                or item.artefact.startswith('{')
            )


def test_a_rack_with_one_router_keeps_its_password() -> None:
    estate = Estate.running('tor-full-tables', password='bgp-1')
    for change in (*OPERATIONS['a router is drained'], *OPERATIONS['passwords are rotated']):
        change(estate)
    errors = make_plan(estate.wish, estate.world.observed, 'deploy', RENDERERS).errors
    assert {error.code for error in errors} == {'password-change-live'}
    assert {error.subject for error in errors} == {'cal-c1-tor-1-1-4'}


@pytest.mark.parametrize('design', TOP_OF_RACK)
@pytest.mark.parametrize('operation', ['passwords are rotated', 'a router is given another address'])
def test_every_step_of_it_can_be_taken_back(design: str, operation: str) -> None:
    """Also while one end of a session has what the other has not yet."""
    estate = Estate.running(design, password='bgp-1')
    [change] = OPERATIONS[operation]
    change(estate)
    walk(estate.world, plan(estate))
    assert plan(estate).steps == ()


@pytest.mark.parametrize(
    ('design', 'operation', 'sent'),
    [
        # A BGPPeer a position: the routers of the second have no sessions yet when the first is waited for.
        ('tor-full-tables-shared', 'routers are drained and put back', None),
        # Stopped where one of two routers that change together has both ends changed, and the other one.
        ('tor-full-tables', 'passwords are rotated', 13),
    ],
)
def test_gates_look_past_routers_whose_turn_has_not_come(design: str, operation: str, sent: int | None) -> None:
    estate = Estate.running(design, password='bgp-1')
    for change in OPERATIONS[operation]:
        change(estate)
        for item in [item for step in plan(estate).steps for item in step.items][: sent or 0]:
            estate.world.apply(item)
        carry_out(estate)


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(sorted(TOP_OF_RACK)),
    st.sampled_from([(4,), (6,), (4, 6)]),
    st.sampled_from(sorted(OPERATIONS)),
    st.data(),
)
def test_it_is_proven_waits_for_what_comes_and_ends_though_it_is_stopped_on_the_way(
    design: str, families: tuple[int, ...], operation: str, data: st.DataObject
) -> None:
    estate = Estate.running(design, families, password='bgp-1')
    for change in OPERATIONS[operation]:
        change(estate)
        items = [item for step in plan(estate).steps for item in step.items]
        for item in items[: data.draw(st.integers(0, len(items)), 'items that are sent before it is stopped')]:
            estate.world.apply(item)
        carry_out(estate)


def carry_out(estate: Estate) -> None:
    """Without the mesh, each gate met, and nothing left to plan."""
    made = plan(estate)
    assert not any('mesh' in step.title for step in made.steps)
    for step in made.steps:
        for item in step.items:
            estate.world.apply(item)
        state = evaluate(step.gate, made, look(estate.world, made))
        assert state.met, f'{step.title}: {state.waiting}'
    assert plan(estate).steps == ()
