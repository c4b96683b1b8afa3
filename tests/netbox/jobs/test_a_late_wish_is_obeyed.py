"""Who asks for a roll-back while the run is about to end gets it, or is told that it is too late; never neither."""

from __future__ import annotations

from unittest.mock import patch

import django_rq
from core.models import Job
from django.test import TestCase
from rq import Queue

from netbox_calico import control
from netbox_calico.choices import PlanStatusChoices, RunStatusChoices, WishChoices
from netbox_calico.execution.run import RunEnd, RunReport
from netbox_calico.jobs.deploy import QUEUE, DeployJob
from netbox_calico.models import CalicoPlan, CalicoRun
from netbox_calico.planning.errors import Refused
from tests.netbox import inventory, plans
from tests.netbox.jobs.people import person


class LateWishes(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.plan = plans.stored(inventory.data_centre(racks=1), status=PlanStatusChoices.RUNNING)
        cls.boss = person('boss', calicorun=('view', 'control'))

    def setUp(self):
        self.run_row = plans.run_of(self.plan)
        queue = Queue(QUEUE, connection=django_rq.get_connection(QUEUE))
        self.addCleanup(queue.empty)

    def end(self, end, wanted):
        """The engine has come to its end; somebody wishes something just before that is written down."""

        def deploy(run, *_args, **_kwargs):
            control.wish(CalicoRun.objects.get(pk=run.pk), wanted, self.boss)
            return RunReport(end, 'The end.')

        with patch('netbox_calico.jobs.deployment.deploy', deploy):
            DeployJob.enqueue(instance=self.run_row, run_id=self.run_row.pk, immediate=True)
        self.run_row.refresh_from_db()
        return self.run_row.status

    def test_a_roll_back_is_carried_out_by_another_attempt(self):
        for end in (RunEnd.COMPLETED, RunEnd.CANCELLED):
            with self.subTest(end):
                CalicoRun.objects.update(status=RunStatusChoices.PENDING, wanted=WishChoices.RUN)
                jobs = Job.objects.filter(name=DeployJob.name).count()
                assert self.end(end, WishChoices.ROLL_BACK) == RunStatusChoices.PENDING
                assert self.run_row.wanted == WishChoices.ROLL_BACK
                # The one that ended, and the one that leads back.
                assert Job.objects.filter(name=DeployJob.name).count() == jobs + 2
                assert CalicoPlan.objects.get().status == PlanStatusChoices.RUNNING

    def test_what_asks_for_less_than_is_done_changes_nothing(self):
        for wanted in (WishChoices.PAUSE, WishChoices.CANCEL):
            with self.subTest(wanted):
                CalicoRun.objects.update(status=RunStatusChoices.PENDING, wanted=WishChoices.RUN)
                assert self.end(RunEnd.COMPLETED, wanted) == RunStatusChoices.COMPLETED

    def test_after_the_end_it_is_refused_in_words(self):
        self.end(RunEnd.COMPLETED, WishChoices.RUN)
        with self.assertRaisesMessage(Refused, 'is completed: it cannot be told anything any more'):
            control.wish(self.run_row, WishChoices.ROLL_BACK, self.boss)
