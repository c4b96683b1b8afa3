"""An attempt that was given up on writes nothing any more beside its successor."""

from __future__ import annotations

from django.test import TestCase

from netbox_calico.choices import RunStatusChoices
from netbox_calico.journal import RunJournal
from netbox_calico.models import CalicoRun
from netbox_calico.planning.model.plan import Outcome, Result
from netbox_calico.planning.ports import StepStatus
from netbox_calico.store import load_plan
from tests.netbox import inventory, plans


class TwoAttempts(TestCase):
    @classmethod
    def setUpTestData(cls):
        plan = plans.stored(inventory.data_centre(racks=1))
        run = plans.run_of(plan, status=RunStatusChoices.RUNNING, attempt=1)
        cls.step = next(step for step in load_plan(plan).steps if step.items)
        cls.first = RunJournal(run, lambda: None, lambda line: None)
        CalicoRun.objects.update(attempt=2)
        run = CalicoRun.objects.get()
        cls.second = RunJournal(run, lambda: None, lambda line: None)
        cls.outcome = Outcome(cls.step.items[0].target, Result.UPDATED)

    def test_the_first_changes_no_step_and_no_outcome_of_the_second(self):
        self.second.started(self.step)
        self.second.outcomes(self.step, 'apply', [self.outcome])
        self.first.outcomes(self.step, 'apply', [Outcome(self.outcome.target, Result.FAILED, 'late')])
        self.first.ended(self.step, StepStatus.UNDONE)
        self.first.waiting(self.step, ['something'])
        assert self.second.steps() == {self.step.number: StepStatus.RUNNING}
        run = CalicoRun.objects.get()
        assert run.steps.get().waiting == {}
        assert [(outcome.result, outcome.message) for outcome in run.outcomes.all()] == [('updated', '')]
        self.second.ended(self.step, StepStatus.COMPLETE)
        assert self.second.steps() == {self.step.number: StepStatus.COMPLETE}

    def test_the_first_begins_no_step(self):
        self.first.started(self.step)
        assert self.second.steps() == {}

    def test_a_pause_ends_as_running(self):
        self.second.paused()
        self.second.resumed()
        assert CalicoRun.objects.get().status == RunStatusChoices.RUNNING
