"""Once a minute: put right what a dead worker left behind, and start the comparisons that are due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.choices import JobStatusChoices
from core.models import Job
from django.contrib.auth import get_user_model
from django.utils import timezone
from netbox.jobs import system_job
from netbox.plugins import get_plugin_config

from netbox_calico import lease
from netbox_calico.choices import RunStatusChoices
from netbox_calico.models import CalicoCluster, CalicoLease, CalicoRun
from netbox_calico.planning.errors import Refused

from .calico_job import CalicoJob
from .check import CheckJob
from .deploy import DeployJob
from .plan import PlanJob
from .sync import SyncJob

_WORKED = (RunStatusChoices.RUNNING, RunStatusChoices.PAUSED, RunStatusChoices.ROLLING_BACK)


@system_job(interval=1)
class TickJob(CalicoJob):
    """Level-based: looks at the rows, not at events, so a missed minute is made up for by the next."""

    class Meta:
        name = 'Calico tick'

    @classmethod
    def time_limit(cls) -> int:
        return 120

    def work(self, **_: Any) -> None:
        for job in (SyncJob, PlanJob, CheckJob, DeployJob):
            job.clear_dead()
        self._resume_orphans()
        self._start_checks()

    def _resume_orphans(self) -> None:
        """A run whose lease has run out lost its worker: it goes on from its first unfinished step.

        One that has just begun has no lease yet, as its plan and a snapshot are read before.
        """
        now = timezone.now()
        alive = set(CalicoLease.objects.filter(until__gte=now).values_list('resource', flat=True))
        orphans = [
            run
            for run in CalicoRun.objects.filter(
                status__in=_WORKED, heartbeat__lt=now - timedelta(seconds=lease.SECONDS)
            ).select_related('started_by', 'plan')
            if f'cluster:{run.cluster_id}' not in alive and not _is_queued(run)
        ]
        for run in orphans:
            CalicoRun.objects.filter(pk=run.pk, attempt=run.attempt).update(
                status=RunStatusChoices.INTERRUPTED, error='The worker died in the middle of the run.'
            )
            try:
                DeployJob.resume(run, run.started_by)
            except Refused as exc:
                self.logger.warning(f'{run} cannot go on yet: {exc}')
            else:
                self.milestone(f'{run} lost its worker and goes on.')

    def _start_checks(self) -> None:
        user = (
            get_user_model()
            .objects.filter(username=get_plugin_config('netbox_calico', 'automation_user'), is_active=True)
            .first()
        )
        if user is None:
            return
        now = timezone.now()
        clusters = CalicoCluster.objects.restrict(user, 'view').filter(interval__isnull=False).select_related('state')
        for cluster in clusters:
            last = CheckJob.get_jobs(cluster).order_by('-created').values_list('created', 'status').first()
            if last and (
                last[1] in JobStatusChoices.ENQUEUED_STATE_CHOICES or _is_recent(last[0], cluster.interval, now)
            ):
                continue
            CheckJob.request(cluster, user)


def _is_queued(run: CalicoRun) -> bool:
    return Job.objects.filter(pk=run.job_id, status__in=(JobStatusChoices.STATUS_PENDING,)).exists()


def _is_recent(created: Any, minutes: int, now: Any) -> bool:
    return created > now - timedelta(minutes=minutes) + timedelta(seconds=30)
