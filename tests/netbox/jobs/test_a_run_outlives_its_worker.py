"""A run whose worker died or left goes on by itself; one whose job was lost gets another; a loop ends with a person."""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import timedelta

import django_rq
from core.choices import JobStatusChoices
from core.models import Job
from django.test import TestCase
from django.utils import timezone
from rq import Queue
from rq.job import Job as RQJob
from rq.job import JobStatus
from rq.worker import Worker

from netbox_calico import control, lease
from netbox_calico.choices import RunStatusChoices, WishChoices
from netbox_calico.jobs.deploy import MOST_ATTEMPTS, QUEUE, DeployJob
from netbox_calico.models import CalicoLease, CalicoRun
from tests.netbox import inventory, plans
from tests.netbox.jobs.people import person, tick


def gone():
    """The id of a process that is no more."""
    process = subprocess.Popen([sys.executable, '-c', ''])
    process.wait()
    return process.pid


class _OfARun(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.plan = plans.stored(inventory.data_centre(racks=1))

    def setUp(self):
        self.queue = Queue(QUEUE, connection=django_rq.get_connection(QUEUE))
        self.addCleanup(self.queue.empty)

    def run_of(self, status, **values):
        return plans.run_of(self.plan, status=status, **values)

    def with_job(self, run):
        """The run with a job, as NetBox knows it; Redis knows nothing of it."""
        job = DeployJob.enqueue(instance=run, run_id=run.pk)
        Job.objects.filter(pk=job.pk).update(created=timezone.now() - timedelta(minutes=1))
        CalicoRun.objects.filter(pk=run.pk).update(job=job)
        return Job.objects.get(pk=job.pk)

    def jobs(self):
        return Job.objects.filter(name=DeployJob.name).count()

    def assert_is(self, status, error=''):
        run = CalicoRun.objects.get()
        assert (run.status, run.error) == (status, error)


class AtWork(_OfARun):
    DIED = 'The worker died in the middle of the run.'

    def at_work(self, seconds_ago=lease.SECONDS + 1, **values):
        seen = timezone.now() - timedelta(seconds=seconds_ago)
        return self.run_of(RunStatusChoices.RUNNING, **{'attempt': 1, 'heartbeat': seen, **values})

    def taken_by(self, job, pid):
        """Redis says that a worker with this process id on this host is at the job."""
        Job.objects.filter(pk=job.pk).update(status=JobStatusChoices.STATUS_RUNNING)
        connection = self.queue.connection
        worker = Worker([self.queue], connection=connection)
        worker.hostname, worker.pid = socket.gethostname(), pid
        worker.register_birth()
        self.addCleanup(worker.register_death)
        at_work = RQJob.create(print, id=str(job.job_id), connection=connection, origin=QUEUE)
        at_work.worker_name = worker.name
        at_work.set_status(JobStatus.STARTED)
        at_work.save()
        self.addCleanup(at_work.delete)
        worker.set_current_job_id(at_work.id)
        return at_work

    def test_a_run_that_lost_its_worker_goes_on_once(self):
        run = self.at_work()
        assert tick() == [f'{run} lost its worker and goes on.']
        self.assert_is(RunStatusChoices.PENDING, f'{self.DIED} The next worker goes on.')
        assert self.jobs() == 1
        assert tick() == []
        assert self.jobs() == 1

    def test_what_people_wanted_of_it_is_still_wanted(self):
        self.at_work(wanted=WishChoices.PAUSE)
        tick()
        assert CalicoRun.objects.get().wanted == WishChoices.PAUSE

    def test_one_whose_lease_is_kept_is_at_work(self):
        run = self.at_work()
        lease.take([f'cluster:{run.cluster_id}'], f'run {run.pk}', 60)
        tick()
        self.assert_is(RunStatusChoices.RUNNING)
        CalicoLease.objects.update(until=timezone.now())
        tick()
        assert CalicoRun.objects.get().status == RunStatusChoices.PENDING

    def test_one_that_has_just_begun_and_has_no_lease_yet_is_at_work(self):
        self.at_work(seconds_ago=1)
        tick()
        self.assert_is(RunStatusChoices.RUNNING)

    def test_the_job_of_one_at_work_is_told_dead_only_with_it(self):
        run = self.at_work(seconds_ago=1)
        job = self.with_job(run)
        self.taken_by(job, gone())
        for seconds_ago, status in ((1, JobStatusChoices.STATUS_RUNNING), (99, JobStatusChoices.STATUS_ERRORED)):
            CalicoRun.objects.update(heartbeat=timezone.now() - timedelta(seconds=seconds_ago))
            tick()
            job.refresh_from_db()
            assert job.status == status

    def test_the_end_of_a_lease_is_waited_for_when_the_worker_is_gone_already(self):
        run = self.at_work(seconds_ago=1)
        job = self.with_job(run)
        self.taken_by(job, gone())
        lease.take([f'cluster:{run.cluster_id}'], f'run {run.pk}', 2)
        assert tick() == [f'{run} lost its worker and goes on.']
        job.refresh_from_db()
        assert job.error == 'The worker died while it ran this job.'

    def test_nobody_waits_for_the_lease_of_one_whose_worker_is_there(self):
        run = self.at_work(seconds_ago=1)
        job = self.with_job(run)
        there = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)
        self.addCleanup(there.communicate)
        self.taken_by(job, there.pid)
        lease.take([f'cluster:{run.cluster_id}'], f'run {run.pk}', 3600)
        assert tick() == []
        self.assert_is(RunStatusChoices.RUNNING)

    def test_one_that_a_person_stopped_among_the_background_tasks_is_left_to_people(self):
        run = self.at_work()
        stopped = self.taken_by(self.with_job(run), 1)
        stopped.set_status(JobStatus.STOPPED)
        tick()
        self.assert_is(RunStatusChoices.INTERRUPTED, 'Its job was stopped by hand: resume the run or roll it back.')

    def test_one_that_loses_worker_after_worker_is_left_to_people(self):
        run = self.at_work(attempt=MOST_ATTEMPTS)
        assert tick() == [f'{run} lost its worker and waits for a person.']
        assert self.jobs() == 0
        self.assert_is(
            RunStatusChoices.INTERRUPTED,
            f'{self.DIED} That was attempt {MOST_ATTEMPTS}: look for the cause in the log of the worker, then resume '
            'the run or roll it back.',
        )
        assert tick() == []

    def test_a_person_who_left_meanwhile_does_not_keep_it_from_going_on(self):
        left = person('left')
        self.at_work(started_by=left)
        left.delete()
        tick()
        assert CalicoRun.objects.get().status == RunStatusChoices.PENDING

    def test_an_attempt_that_was_given_up_on_queues_no_other(self):
        run = self.at_work()
        CalicoRun.objects.update(attempt=2)
        assert not DeployJob.queue_again(run, 'It was asked to stop.')
        self.assert_is(RunStatusChoices.RUNNING)
        assert self.jobs() == 0


class Waiting(_OfARun):
    def test_a_run_whose_job_was_lost_gets_another(self):
        run = self.run_of(RunStatusChoices.PENDING)
        lost = self.with_job(run)
        assert tick() == [f'The queue had lost {run}: it is queued again.']
        job = CalicoRun.objects.get().job
        assert (job.status, job.object, job.queue_name) == (JobStatusChoices.STATUS_PENDING, run, QUEUE)
        lost.refresh_from_db()
        assert lost.error == 'The queue lost this job before a worker took it.'
        assert tick() == []

    def test_also_one_that_a_worker_took_out_of_the_queue_and_did_not_live_to_begin(self):
        run = self.run_of(RunStatusChoices.PENDING)
        job = self.with_job(run)
        self.queue.enqueue(print, job_id=str(job.job_id))
        assert tick() == []
        self.queue.remove(str(job.job_id))
        assert tick() == [f'The queue had lost {run}: it is queued again.']

    def test_one_that_was_asked_for_just_now_is_not_lost(self):
        run = self.run_of(RunStatusChoices.PENDING)
        self.with_job(run)
        Job.objects.update(created=timezone.now())
        assert tick() == []

    def test_a_wish_reaches_a_run_whose_job_was_lost(self):
        self.with_job(self.run_of(RunStatusChoices.PENDING))
        boss = person('boss', calicorun=('view', 'control'))
        control.wish(CalicoRun.objects.get(), WishChoices.CANCEL, boss)
        run = CalicoRun.objects.get()
        assert (run.wanted, self.jobs()) == (WishChoices.CANCEL, 2)
        assert run.job == Job.objects.filter(name=DeployJob.name).latest('pk')

    def test_a_second_job_of_a_run_does_nothing(self):
        for status in (RunStatusChoices.RUNNING, RunStatusChoices.COMPLETED, RunStatusChoices.INTERRUPTED):
            with self.subTest(status):
                CalicoRun.objects.all().delete()
                run = self.run_of(status, attempt=1)
                job = DeployJob.enqueue(instance=run, run_id=run.pk, immediate=True)
                job.refresh_from_db()
                assert job.status == JobStatusChoices.STATUS_COMPLETED
                assert job.log_entries[-1]['message'] == 'The run is in the hands of another job, or has ended.'
                self.assert_is(status)
                assert CalicoRun.objects.get().attempt == 1
