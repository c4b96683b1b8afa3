"""Once a minute the jobs of dead workers are told dead, and comparisons that are due are started; nothing twice."""

from __future__ import annotations

from datetime import timedelta

import django_rq
from core.choices import JobStatusChoices
from core.models import Job
from django.test import TestCase
from django.utils import timezone
from rq import Queue

from netbox_calico.choices import RunStatusChoices
from netbox_calico.jobs.check import CheckJob
from netbox_calico.jobs.sync import SyncJob
from netbox_calico.jobs.tick import TickJob
from netbox_calico.models import CalicoCluster, CalicoPlan, CalicoRun
from tests.netbox import inventory, plans
from tests.netbox.jobs.people import person, plugin_settings, tick


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

    def test_one_that_its_queue_lost_is_marked_as_well(self):
        lost = self.job(JobStatusChoices.STATUS_PENDING)
        Job.objects.filter(pk=lost.pk).update(created=timezone.now() - timedelta(minutes=1))
        tick()
        lost.refresh_from_db()
        assert (lost.status, lost.error) == (
            JobStatusChoices.STATUS_ERRORED,
            'The queue lost this job before a worker took it.',
        )


class TheTickItself(TestCase):
    """NetBox asks for it with `enqueue_once` whenever a worker starts."""

    def job(self, status, **values):
        job = TickJob.enqueue(interval=1)
        Job.objects.filter(pk=job.pk).update(status=status, **values)
        return job

    def assert_comes_at_once(self):
        TickJob.enqueue_once(interval=1)
        coming = Job.objects.get(name=TickJob.name, status__in=JobStatusChoices.ENQUEUED_STATE_CHOICES)
        assert (coming.status, coming.scheduled, coming.interval) == (JobStatusChoices.STATUS_PENDING, None, 1)

    def test_comes_as_soon_as_a_worker_starts(self):
        self.assert_comes_at_once()
        self.assert_comes_at_once()

    def test_does_not_wait_for_its_next_minute_which_nobody_may_count(self):
        later = timezone.now() + timedelta(minutes=1)
        self.job(JobStatusChoices.STATUS_SCHEDULED, scheduled=later)
        self.assert_comes_at_once()

    def test_comes_again_when_its_worker_died_or_its_queue_lost_it(self):
        for status in (JobStatusChoices.STATUS_RUNNING, JobStatusChoices.STATUS_PENDING):
            with self.subTest(status):
                Job.objects.all().delete()
                dead = self.job(status, started=timezone.now(), created=timezone.now() - timedelta(minutes=1))
                self.assert_comes_at_once()
                dead.refresh_from_db()
                assert dead.status == JobStatusChoices.STATUS_ERRORED


class Comparisons(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.often, cls.never, cls.hidden = inventory.clusters(3)
        CalicoCluster.objects.update(created=timezone.now() - timedelta(minutes=10))
        CalicoCluster.objects.exclude(pk=cls.never.pk).update(interval=10)
        cls.robot = person('robot', calicocluster=('sync',))
        permission = cls.robot.object_permissions.get()
        permission.constraints = {'pk__in': [cls.often.pk, cls.never.pk]}
        permission.save()

    def checks(self):
        return [job.object for job in Job.objects.filter(name=CheckJob.name)]

    def test_start_as_the_automation_user_where_it_may_sync_and_not_twice(self):
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

    def test_need_more_than_the_right_to_see_the_cluster(self):
        self.robot.object_permissions.update(actions=['view'])
        with plugin_settings(automation_user='robot'):
            tick()
        assert self.checks() == []

    def test_keep_off_a_cluster_that_is_deployed_to(self):
        plan = CalicoPlan.objects.create(cluster=self.often, kind='deploy', status='running')
        run = plans.run_of(plan, status=RunStatusChoices.RUNNING, heartbeat=timezone.now())
        with plugin_settings(automation_user='robot'):
            tick()
            assert self.checks() == []
            CalicoRun.objects.filter(pk=run.pk).update(status=RunStatusChoices.INTERRUPTED)
            tick()
        assert self.checks() == [self.often]

    def test_of_others_go_on_whatever_the_interval_of_one_is(self):
        CalicoCluster.objects.filter(pk=self.never.pk).update(interval=2**31 - 1)
        with plugin_settings(automation_user='robot'):
            tick()
        assert self.checks() == [self.often]

    def test_leave_whoever_makes_a_cluster_the_time_of_an_interval(self):
        CalicoCluster.objects.update(created=timezone.now() - timedelta(minutes=8))
        with plugin_settings(automation_user='robot'):
            tick()
        assert self.checks() == []

    def test_are_nobodys_without_an_automation_user(self):
        for name in ('', 'nobody'):
            with plugin_settings(automation_user=name):
                tick()
        self.robot.is_active = False
        self.robot.save()
        with plugin_settings(automation_user='robot'):
            tick()
        assert self.checks() == []
