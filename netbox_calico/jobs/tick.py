"""Once a minute: put right what a dead worker left behind, and start the comparisons that are due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from netbox.jobs import system_job
from netbox.plugins import get_plugin_config

from netbox_calico import lease
from netbox_calico.choices import RunStatusChoices
from netbox_calico.compat import Job, JobStatusChoices
from netbox_calico.models import CalicoCluster, CalicoRun

from .alive import is_alive, was_stopped
from .calico_job import CalicoJob
from .check import CheckJob
from .deploy import DeployJob, interrupt
from .plan import PlanJob
from .sync import SyncJob


@system_job(interval=1)
class TickJob(CalicoJob):
    """Level-based: looks at the rows, not at events, so a missed minute is made up for by the next."""

    class Meta:
        name = 'Calico tick'

    @classmethod
    def time_limit(cls) -> int:
        return 120

    @classmethod
    def enqueue_once(cls, *args: Any, **kwargs: Any) -> Job:
        """Called when a worker starts: look at once what its predecessor left, and not after the minute's rest.

        A tick that died or was lost would count as there, and no other would ever be made.
        """
        cls.clear_dead()
        for job in cls.get_jobs().filter(status=JobStatusChoices.STATUS_SCHEDULED):
            job.delete()
        return super().enqueue_once(*args, **kwargs)

    def work(self, **_: Any) -> None:
        self._queue_lost_runs()
        self._queue_orphans()
        for job in (SyncJob, PlanJob, CheckJob, DeployJob):
            job.clear_dead()
        self._start_checks()

    def _queue_lost_runs(self) -> None:
        for run in CalicoRun.objects.filter(status=RunStatusChoices.PENDING).select_related('job', 'plan'):
            if DeployJob.ensure_queued(run):
                self.milestone(f'The queue had lost {run}: it is queued again.')

    def _queue_orphans(self) -> None:
        """A run whose lease has run out lost its worker: it goes on from its first unfinished step."""
        for run in CalicoRun.objects.filter(status__in=RunStatusChoices.AT_WORK).select_related('job', 'plan'):
            if not _is_orphan(run):
                continue
            if run.job and was_stopped(run.job):
                interrupt(run, 'Its job was stopped by hand: resume the run or roll it back.')
            elif DeployJob.queue_again(run, 'The worker died in the middle of the run.'):
                self.milestone(f'{run} lost its worker and goes on.')
            else:
                self.milestone(f'{run} lost its worker and waits for a person.')

    def _start_checks(self) -> None:
        user = (
            get_user_model()
            .objects.filter(username=get_plugin_config('netbox_calico', 'automation_user'), is_active=True)
            .first()
        )
        if user is None:
            return
        now = timezone.now()
        clusters = CalicoCluster.objects.restrict(user, 'sync').filter(interval__isnull=False)
        # A run looks for itself, and leaves the pages with its last look.
        live = CalicoRun.objects.filter(status__in=(RunStatusChoices.PENDING, *RunStatusChoices.AT_WORK))
        for cluster in clusters.exclude(pk__in=live.values('cluster')):
            last = CheckJob.get_jobs(cluster).only('created', 'status').order_by('-created').first()
            if last and last.status in JobStatusChoices.ENQUEUED_STATE_CHOICES:
                continue
            # Whoever makes a cluster is not done with it at once.
            if not _is_recent((last or cluster).created, cluster.interval, now):
                CheckJob.request(cluster, user)


def _is_orphan(run: CalicoRun) -> bool:
    """Whether nobody works on it: the lease tells, which a work horse keeps even without its worker."""
    cluster = f'cluster:{run.cluster_id}'
    if lease.is_held(cluster):
        # Most likely dead, and its lease is the last to know: waiting for that is sooner than the next tick.
        return run.job is not None and not is_alive(run.job) and lease.runs_out(cluster)
    # One that has just begun has no lease yet, as its plan and a snapshot are read before.
    return run.heartbeat is None or run.heartbeat < timezone.now() - timedelta(seconds=lease.SECONDS)


def _is_recent(created: Any, minutes: int, now: Any) -> bool:
    return now - created < timedelta(minutes=minutes) - timedelta(seconds=30)
