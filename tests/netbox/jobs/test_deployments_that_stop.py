"""Deployments that may not begin, and those that have to leave: why, and what is left for the next worker."""

from __future__ import annotations

import os
import signal
import threading
import time
from unittest import mock

import django_rq
from core.choices import JobStatusChoices
from django.db import connection
from django.utils import timezone

from netbox_calico import lease
from netbox_calico.choices import PlanStatusChoices, RunStatusChoices, WishChoices
from netbox_calico.jobs.deploy import QUEUE, DeployJob
from netbox_calico.models import CalicoBlob, CalicoLease, CalicoPlan, CalicoRun
from tests.netbox import inventory, plans
from tests.netbox.jobs.an_api import WithAnApi


class ADeploymentThatMayNotBegin(WithAnApi):
    def setUp(self):
        super().setUp()
        self.dc = inventory.data_centre(racks=1)
        self.plan = plans.stored(self.dc, status=PlanStatusChoices.RUNNING)
        self.row = plans.run_of(self.plan)

    def assert_refused(self, words, plan=PlanStatusChoices.APPROVED, run=RunStatusChoices.FAILED):
        job = DeployJob.enqueue(instance=self.row, run_id=self.row.pk, immediate=True)
        job.refresh_from_db()
        self.row.refresh_from_db()
        assert job.status == JobStatusChoices.STATUS_FAILED
        assert words in job.error
        assert (self.row.status, self.row.error) == (run, job.error)
        assert CalicoPlan.objects.get(pk=self.plan.pk).status == plan
        held = CalicoLease.objects.filter(until__gt=timezone.now())
        assert not held.filter(holder__startswith=f'run {self.row.pk} ').exists()
        assert not self.row.outcomes.exists()

    def test_a_plan_that_netbox_has_outrun_is_stale(self):
        self.dc.cluster.asn = inventory.asn(64999)
        self.dc.cluster.save()
        self.assert_refused('NetBox has changed since the plan was made: make a new plan', PlanStatusChoices.STALE)

    def test_a_plan_that_the_cluster_has_outrun_is_stale(self):
        self.assert_refused('The cluster or its routers have changed since', PlanStatusChoices.STALE)

    def test_a_plan_whose_router_is_gone_is_stale(self):
        self.dc.routers[0].delete()
        self.assert_refused('1 routers of the plan are not in NetBox any more', PlanStatusChoices.STALE)

    def test_a_plan_whose_rows_were_changed_is_refused(self):
        item = self.plan.items.filter(target__startswith='router:').first()
        CalicoBlob.objects.filter(pk=item.artefact_id).update(body='router bgp 1\n')
        self.assert_refused('is not what was approved: its rows were changed in the database', PlanStatusChoices.STALE)

    def test_an_api_that_is_away_costs_no_approval(self):
        self.kubeconfig.unlink()
        self.assert_refused('cannot be read')

    def test_a_router_that_another_run_works_on_is_named(self):
        router = self.dc.routers[0]
        CalicoLease.objects.create(resource=f'router:{router.pk}', holder='run 9', until='2999-01-01T00:00Z')
        self.assert_refused(f'Router {router.device.name} is in the hands of run 9: wait until it has ended')

    def test_what_has_begun_stays_interrupted_and_keeps_its_plan(self):
        self.row.steps.create(step=1, status='complete')
        self.kubeconfig.unlink()
        self.assert_refused('cannot be read', PlanStatusChoices.RUNNING, RunStatusChoices.INTERRUPTED)
        assert CalicoRun.objects.get().is_active


class ADeploymentThatHasToLeave(WithAnApi):
    """It has done its first step, so nothing of its plan is looked at again before the next."""

    def setUp(self):
        super().setUp()
        dc = inventory.data_centre(racks=1)
        self.plan = plans.stored(dc, status=PlanStatusChoices.RUNNING)
        self.row = plans.run_of(self.plan)
        self.row.steps.create(step=self.plan.steps[0]['number'], status='complete')
        self.queue = django_rq.get_queue(QUEUE)
        self.addCleanup(self.queue.empty)

    def deploy(self):
        job = DeployJob.enqueue(instance=self.row, run_id=self.row.pk, immediate=True)
        job.refresh_from_db()
        return job

    def assert_waits_for_the_next_worker(self, why):
        self.row.refresh_from_db()
        assert (self.row.status, self.row.ended) == (RunStatusChoices.PENDING, None)
        assert why in self.row.error
        assert 'The next worker goes on.' in self.row.error
        assert self.queue.job_ids == [str(self.row.job.job_id)]
        assert CalicoPlan.objects.get().status == PlanStatusChoices.RUNNING
        assert not CalicoLease.objects.filter(until__gt=timezone.now()).exists()
        assert not self.row.outcomes.exists()

    def test_because_its_lease_ran_out_touches_nothing_and_goes_on_with_the_next_worker(self):
        for attempt, wanted in enumerate((WishChoices.RUN, WishChoices.PAUSE), 1):
            words = f'run {self.row.pk} attempt {attempt} could not extend its leases for 0 s: it must not touch'
            with self.subTest(wanted), mock.patch.object(lease, 'SECONDS', 0):
                self.queue.empty()
                CalicoRun.objects.update(wanted=wanted)
                job = self.deploy()
                assert job.status == JobStatusChoices.STATUS_FAILED
                assert words in job.error
                self.assert_waits_for_the_next_worker(words)

    def test_because_of_sigterm_goes_on_with_the_next_worker_and_forgets_no_wish(self):
        CalicoRun.objects.update(wanted=WishChoices.PAUSE)

        def terminate_when_it_is_at_work():
            deadline = time.monotonic() + 60
            while not CalicoLease.objects.filter(until__gt=timezone.now()).exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            connection.close()
            os.kill(os.getpid(), signal.SIGTERM)

        before = signal.getsignal(signal.SIGTERM)
        killer = threading.Thread(target=terminate_when_it_is_at_work)
        killer.start()
        job = self.deploy()
        killer.join()
        assert job.status == JobStatusChoices.STATUS_COMPLETED
        self.assert_waits_for_the_next_worker('Asked to stop between two steps.')
        assert self.row.wanted == WishChoices.PAUSE
        assert signal.getsignal(signal.SIGTERM) == before
