"""Once a minute what dead workers left is put right, and comparisons that are due are started; nothing twice."""

from __future__ import annotations

from datetime import timedelta

import django_rq
from core.choices import JobStatusChoices
from core.models import Job
from django.test import TestCase
from django.utils import timezone
from rq import Queue

from netbox_calico import lease
from netbox_calico.choices import RunStatusChoices
from netbox_calico.jobs.check import CheckJob
from netbox_calico.jobs.sync import SyncJob
from netbox_calico.jobs.tick import TickJob
from netbox_calico.models import CalicoCluster, CalicoLease, CalicoRun
from tests.netbox import inventory, plans
from tests.netbox.jobs.people import person, plugin_settings, serve_deployments


def tick():
    job = TickJob.enqueue(immediate=True)
    job.refresh_from_db()
    assert job.status == JobStatusChoices.STATUS_COMPLETED, job.log_entries
    return [entry['message'] for entry in job.log_entries]


class DeadJobs(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cluster = inventory.clusters(1)[0]

    def job(self, status):
        job = SyncJob.enqueue(instance=self.cluster, cluster_id=self.cluster.pk)
        Job.objects.filter(pk=job.pk).update(status=status, started=timezone.now())
        return job

    def test_a_job_whose_worker_is_gone_is_marked_in_words(self):
        job = self.job(JobStatusChoices.STATUS_RUNNING)
        tick()
        job.refresh_from_db()
        assert job.status == JobStatusChoices.STATUS_ERRORED
        assert job.error == 'The worker died while it ran this job.'

    def test_one_that_waits_for_its_worker_is_left_alone(self):
        waiting = self.job(JobStatusChoices.STATUS_PENDING)
        queue = Queue(connection=django_rq.get_connection('default'))
        self.addCleanup(queue.empty)
        taken = self.job(JobStatusChoices.STATUS_RUNNING)
        queue.enqueue(print, job_id=str(taken.job_id))
        tick()
        for job, status in ((waiting, JobStatusChoices.STATUS_PENDING), (taken, JobStatusChoices.STATUS_RUNNING)):
            job.refresh_from_db()
            assert job.status == status


class Orphans(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.plan = plans.stored(inventory.data_centre(racks=1))

    def run_that_was_at_work(self, seconds_ago, **values):
        seen = timezone.now() - timedelta(seconds=seconds_ago)
        return plans.run_of(
            self.plan, **{'status': RunStatusChoices.RUNNING, 'attempt': 1, 'heartbeat': seen, **values}
        )

    def status(self):
        return CalicoRun.objects.get().status

    def test_a_run_that_lost_its_worker_goes_on(self):
        serve_deployments(self)
        run = self.run_that_was_at_work(lease.SECONDS + 1)
        assert tick() == [f'{run} lost its worker and goes on.']
        assert (self.status(), Job.objects.filter(name='Calico deployment').count()) == (RunStatusChoices.PENDING, 1)
        assert tick() == []
        assert Job.objects.filter(name='Calico deployment').count() == 1

    def test_one_whose_lease_is_kept_is_at_work(self):
        serve_deployments(self)
        run = self.run_that_was_at_work(lease.SECONDS + 1)
        lease.take([f'cluster:{run.cluster_id}'], f'run {run.pk}', 60)
        tick()
        assert self.status() == RunStatusChoices.RUNNING
        CalicoLease.objects.update(until=timezone.now())
        tick()
        assert self.status() == RunStatusChoices.PENDING

    def test_one_that_has_just_begun_and_has_no_lease_yet_is_at_work(self):
        serve_deployments(self)
        self.run_that_was_at_work(1)
        tick()
        assert self.status() == RunStatusChoices.RUNNING

    def test_without_a_worker_it_waits_to_be_resumed_and_says_why(self):
        self.run_that_was_at_work(lease.SECONDS + 1)
        (line,) = tick()
        assert 'cannot go on yet: No worker serves the queue netbox_calico.deploy' in line
        run = CalicoRun.objects.get()
        assert (run.status, run.error) == (RunStatusChoices.INTERRUPTED, 'The worker died in the middle of the run.')

    def test_a_person_who_left_meanwhile_does_not_keep_it_from_going_on(self):
        serve_deployments(self)
        gone = person('gone')
        self.run_that_was_at_work(lease.SECONDS + 1, started_by=gone)
        gone.delete()
        tick()
        assert self.status() == RunStatusChoices.PENDING


class Comparisons(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.often, cls.never, cls.hidden = inventory.clusters(3)
        CalicoCluster.objects.exclude(pk=cls.never.pk).update(interval=10)
        cls.robot = person('robot', calicocluster=('view',))
        permission = cls.robot.object_permissions.get()
        permission.constraints = {'pk__in': [cls.often.pk, cls.never.pk]}
        permission.save()

    def checks(self):
        return [job.object for job in Job.objects.filter(name=CheckJob.name)]

    def test_start_as_the_automation_user_where_it_may_look_and_not_twice(self):
        with plugin_settings(automation_user='robot'):
            tick()
            tick()
        assert self.checks() == [self.often]
        assert Job.objects.get(name=CheckJob.name).user == self.robot

    def test_start_again_when_the_interval_is_over(self):
        with plugin_settings(automation_user='robot'):
            tick()
            jobs = Job.objects.filter(name=CheckJob.name)
            jobs.update(status=JobStatusChoices.STATUS_COMPLETED)
            tick()
            assert len(self.checks()) == 1
            jobs.update(created=timezone.now() - timedelta(minutes=10))
            tick()
        assert self.checks() == [self.often, self.often]

    def test_are_nobodys_without_an_automation_user(self):
        for name in ('', 'nobody'):
            with plugin_settings(automation_user=name):
                tick()
        self.robot.is_active = False
        self.robot.save()
        with plugin_settings(automation_user='robot'):
            tick()
        assert self.checks() == []
