"""What was deployed last is what stands on the targets, over all attempts of a run: complete steps and those undone."""

from __future__ import annotations

from dataclasses import replace

from django.test import TestCase
from django.utils import timezone

from netbox_calico.choices import PhaseChoices, ResultChoices, StepStatusChoices
from netbox_calico.journal import RunJournal
from netbox_calico.models import CalicoDeployed
from netbox_calico.planning.model.plan import Outcome, Result
from netbox_calico.planning.rollout.mesh import SWITCH
from netbox_calico.store import record_run
from tests.netbox import inventory, plans

COMPLETE, FAILED, UNDONE = StepStatusChoices.COMPLETE, StepStatusChoices.FAILED, StepStatusChoices.UNDONE


@inventory.configured
class OverTwoAttempts(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)
        cls.row = plans.run_of(plans.stored(cls.dc))
        cls.forth = plans.planned(cls.dc)
        back = [replace(step, items=step.undo, undo=step.items) for step in reversed(cls.forth.steps)]
        cls.back = replace(cls.forth, steps=tuple(replace(step, number=n) for n, step in enumerate(back, 1)))

    def attempt(self, plan, **statuses):
        """The run is as far as this, from step ``_1`` on; what it has left so far is written down."""
        self.row.steps.all().delete()
        for number, status in statuses.items():
            self.row.steps.create(step=int(number[1:]), status=status)
        record_run(self.row, plan)

    def all_steps(self, plan, status):
        self.attempt(plan, **{f'_{step.number}': status for step in plan.steps})

    def left(self):
        rows = CalicoDeployed.objects.exclude(target=SWITCH)
        return dict(rows.values_list('target', 'after'))

    def items(self, *steps):
        return {item.target: item.after for step in steps for item in step.items if item.after}

    def step_of_a_router(self):
        return next(step for step in self.forth.steps if any('router:' in item.target for item in step.items))

    def test_a_deployment_that_is_interrupted_and_then_rolled_back_leaves_nothing(self):
        first, second = self.forth.steps[:2]
        self.attempt(self.forth, _1=COMPLETE, _2=COMPLETE, _3=FAILED)
        assert self.left() == self.items(first, second) != {}
        self.attempt(self.forth, _1=COMPLETE, _2=UNDONE, _3=UNDONE)
        assert self.left() == self.items(first)
        self.attempt(self.forth, _1=UNDONE, _2=UNDONE, _3=UNDONE)
        assert self.left() == {}

    def test_a_way_back_that_is_interrupted_and_then_rolled_back_leaves_all(self):
        self.all_steps(self.forth, COMPLETE)
        deployed = self.left()
        self.attempt(self.back, _1=COMPLETE, _2=COMPLETE, _3=FAILED)
        self.all_steps(self.back, COMPLETE)
        assert self.left() == {}
        self.all_steps(self.back, UNDONE)
        assert self.left() == deployed

    def test_the_handle_is_free_again_when_all_was_taken_back(self):
        self.all_steps(self.forth, COMPLETE)
        cluster = self.dc.cluster
        cluster.handle = 'other'
        with self.assertRaisesMessage(Exception, "Things named after 'prod' are deployed"):
            cluster.full_clean()
        self.all_steps(self.back, COMPLETE)
        cluster.full_clean()
        assert CalicoDeployed.objects.filter(target=SWITCH).update(target='kubernetes:IPPool/pool-26') == 1
        cluster.full_clean()

    def test_a_router_that_could_not_be_rolled_back_is_still_deployed(self):
        step = self.step_of_a_router()
        self.attempt(self.forth, **{f'_{step.number}': COMPLETE})
        failed = self.row.plan.items.get(step=step.number, undo=True, target=step.undo[0].target)
        self.row.outcomes.create(
            item=failed, phase=PhaseChoices.ROLL_BACK, result=ResultChoices.FAILED, at=timezone.now()
        )
        self.attempt(self.forth, **{f'_{step.number}': UNDONE})
        assert set(self.left()) == {failed.target}

    def test_the_way_back_tells_of_a_router_when_it_is_changed_and_when_it_is_confirmed(self):
        step = self.step_of_a_router()
        target = step.undo[0].target
        told = [Outcome(target, Result.DELETED), Outcome(target, Result.FAILED, 'The timer has run out.')]
        RunJournal(self.row, lambda: None, lambda line: None).outcomes(step, PhaseChoices.ROLL_BACK, told)
        assert self.row.outcomes.get().message == 'The timer has run out.'
