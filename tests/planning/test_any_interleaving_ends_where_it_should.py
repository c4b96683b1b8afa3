"""Whatever happens to a data centre, in whatever order: it is led where NetBox says, and loses nothing on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from netbox_calico.planning.model.plan import Plan, Step

from .data_centre import DESIGNS, SECRETS, WITHOUT_ROUTES, DataCentre, Reach

type Draw = Callable[[st.SearchStrategy[Any]], Any]

SWITCHES = st.sampled_from([11, 12, 21, 22, 31, 32, 901, 902])
ROUTERS = st.sampled_from([11, 12, 21, 22, 31, 32])
NODES = st.sampled_from([f'node-{rack}-{n}' for rack in (1, 2, 3) for n in (1, 2, 3)])


def _a_node_joins_or_leaves(dc: DataCentre, draw: Draw) -> None:
    name = draw(NODES)
    if name not in dc.places:
        dc.places[name] = (int(name[5]), 10 + int(name[7]))
    elif len(dc.places) > 3:
        del dc.places[name]
    if int(name[5]) == 3:
        dc.routers |= {31, 32}


def _a_node_changes_its_address_or_rack(dc: DataCentre, draw: Draw) -> None:
    name = draw(NODES)
    if name in dc.places:
        dc.places[name] = (draw(st.sampled_from([1, 2])), 30 + 10 * int(name[5]) + int(name[7]))


def _a_rack_is_added_or_removed(dc: DataCentre, draw: Draw) -> None:
    there = [name for name, (rack, _) in dc.places.items() if rack == 3]
    for name in there:
        del dc.places[name]
    if not there:
        dc.routers |= {31, 32}
        dc.places |= {f'node-3-{n}': (3, 10 + n) for n in (1, 2)}


def _a_router_is_drained_or_put_back(dc: DataCentre, draw: Draw) -> None:
    """One of a rack at a time, and with shared addresses one in all."""
    key = draw(ROUTERS)
    dc.drained = set() if key in dc.drained else {key} & dc.routers


def _a_router_comes_or_one_that_is_clear_goes(dc: DataCentre, draw: Draw) -> None:
    key = draw(SWITCHES)
    if key not in dc.routers:
        dc.routers.add(key)
    elif not dc.carried(key) and (key > 900 or key not in (11, 21)):
        dc.routers.discard(key)


def _a_router_is_replaced_by_an_empty_one(dc: DataCentre, draw: Draw) -> None:
    dc.empty(draw(SWITCHES))


def _another_password(dc: DataCentre, draw: Draw) -> None:
    dc.secret = draw(st.sampled_from(SECRETS))


def _another_design(dc: DataCentre, draw: Draw) -> None:
    dc.design = draw(st.sampled_from(sorted(DESIGNS)))


HAPPENINGS: tuple[Callable[[DataCentre, Draw], None], ...] = (
    _a_node_joins_or_leaves,
    _a_node_changes_its_address_or_rack,
    _a_rack_is_added_or_removed,
    _a_router_is_drained_or_put_back,
    _a_router_comes_or_one_that_is_clear_goes,
    _a_router_is_replaced_by_an_empty_one,
    _another_password,
    _another_design,
    _another_design,
)


class Interleaving(RuleBasedStateMachine):
    """Things happen, and plans are made and carried out, stopped, completed and taken back."""

    dc: DataCentre
    others: object

    @initialize(families=st.sampled_from([(4,), (6,), (4, 6)]), design=st.sampled_from(sorted(DESIGNS)))
    def begin(self, families: tuple[int, ...], design: str) -> None:
        self.dc = DataCentre(families)
        self.dc.design = design
        self.others = self.dc.of_others()

    @rule(data=st.data())
    def things_happen(self, data: st.DataObject) -> None:
        for happening in data.draw(st.lists(st.sampled_from(HAPPENINGS), min_size=1, max_size=3)):
            happening(self.dc, data.draw)
        self.dc.settle()

    @rule(data=st.data(), kind=st.sampled_from(['deploy', 'back']))
    def a_plan_is_stopped_anywhere(self, data: st.DataObject, kind: str) -> None:
        plan = self.dc.plan(kind)
        items = sum(len(step.items) for step in plan.steps)
        if items:
            self._go(plan, data.draw(st.integers(0, items)))

    @rule(data=st.data())
    def a_plan_is_taken_back_anywhere(self, data: st.DataObject) -> None:
        plan, before = self.dc.plan(), self.dc.essence()
        if plan.steps:
            done = data.draw(st.integers(1, len(plan.steps)))
            self._go(plan, sum(len(step.items) for step in plan.steps[:done]))
            self._taken_back(plan, done)
            assert self.dc.essence() == before

    @rule(key=SWITCHES)
    def a_router_loses_its_sessions_while_a_plan_is_carried_out(self, key: int) -> None:
        plan, before = self.dc.plan(), self.dc.essence()
        self.dc.down = {key} & self.dc.routers
        for number, step in enumerate(plan.steps):
            self._apply(step)
            if self.dc.waits(plan, number):
                self.dc.down = set()
                self._taken_back(plan, number + 1)
                assert self.dc.essence() == before
                break
        self.dc.down = set()

    @rule()
    def led(self) -> None:
        """To where NetBox says; then there is nothing left to do."""
        plan = self.dc.plan()
        if not plan.errors:
            self._go(plan)
            again = self.dc.plan()
            assert (again.errors, again.steps) == ((), ()), [step.title for step in again.steps]

    @rule()
    def back(self) -> None:
        """To the mesh, where nothing of ours is left."""
        plan = self.dc.plan('back')
        assert not plan.errors, plan.errors
        self._go(plan)
        assert not self.dc.plan('back').steps
        assert self.dc.world.observed.cluster.mesh
        clean = DataCentre(self.dc.families)
        clean.places, clean.routers = self.dc.places, self.dc.routers
        clean.settle()
        assert self.dc.essence() == clean.essence()

    def teardown(self) -> None:
        """From wherever it has come to, the way back ends at the start."""
        if hasattr(self, 'dc'):
            self.back()

    @invariant()
    def nothing_of_others_is_touched(self) -> None:
        if hasattr(self, 'dc'):
            assert self.dc.of_others() == self.others

    def _go(self, plan: Plan, items: int | None = None) -> None:
        """So many items (none: all); at the end of every step its gate is met, and who reached whom still does."""
        start = self.dc.reach(plan)
        for number, step in enumerate(plan.steps):
            for item in step.items:
                if items == 0:
                    return
                self.dc.world.apply(item)
                items = None if items is None else items - 1
            assert self.dc.waits(plan, number) == (), step.title
            self._reached(plan, step, start)

    def _taken_back(self, plan: Plan, done: int) -> None:
        for step in reversed(plan.steps[:done]):
            for item in step.undo:
                self.dc.world.apply(item)

    def _apply(self, step: Step) -> None:
        for item in step.items:
            self.dc.world.apply(item)

    def _reached(self, plan: Plan, step: Step, start: Reach) -> None:
        if not any(words in step.title for words in WITHOUT_ROUTES):
            lost = start - self.dc.reach(plan)
            assert not lost, (step.title, lost)


TestInterleaving: Any = Interleaving.TestCase
TestInterleaving.settings = settings(
    deadline=None, max_examples=30, stateful_step_count=8, suppress_health_check=list(HealthCheck)
)
