"""What every job of the plugin shares: its own queue and time limit, and no standstill behind a dead predecessor."""

from __future__ import annotations

import logging
from abc import abstractmethod
from typing import Any

import django_rq
from django.db.models import QuerySet
from netbox.jobs import JobRunner
from rq.worker import Worker

from netbox_calico.compat import Job, JobFailed, JobStatusChoices
from netbox_calico.planning.errors import CalicoError, Refused

from .alive import is_alive

logger = logging.getLogger('netbox.plugins.netbox_calico')

_LOST = {
    JobStatusChoices.STATUS_RUNNING: 'The worker died while it ran this job.',
    JobStatusChoices.STATUS_PENDING: 'The queue lost this job before a worker took it.',
}


class CalicoJob(JobRunner):
    """A job with a time limit of its own; a ``CalicoError`` is an expected failure and is told in words."""

    queue = 'default'

    class Meta:
        name = 'Calico'

    @classmethod
    def enqueue(cls, *args: Any, **kwargs: Any) -> Job:
        """Enqueue on the queue and with the time limit of this class; NetBox forgets both when it reschedules a job."""
        kwargs.setdefault('queue_name', cls.queue)
        kwargs.setdefault('job_timeout', cls.time_limit())
        return super().enqueue(*args, **kwargs)

    @classmethod
    @abstractmethod
    def time_limit(cls) -> int:
        """Seconds after which RQ kills the job."""

    def run(self, *args: Any, **kwargs: Any) -> None:
        try:
            self.work(*args, **kwargs)
        except CalicoError as exc:
            self.logger.error(str(exc))
            self.job.error = str(exc)
            raise JobFailed from exc

    @abstractmethod
    def work(self, *args: Any, **kwargs: Any) -> None:
        """What the job does."""

    def milestone(self, text: str) -> None:
        """Write a line into the job's log at once; NetBox itself saves the log only when the job has ended."""
        self.logger.info(text)
        self.job.save(update_fields=['log_entries'])

    @classmethod
    def unfinished(cls) -> QuerySet[Job]:
        """The rows of this job that may say more than is true."""
        return Job.objects.filter(name=cls.name, status__in=_LOST)

    @classmethod
    def clear_dead(cls) -> int:
        """Mark as errored the rows of this job that say running or pending though nobody has them any more."""
        dead = 0
        for row in cls.unfinished():
            if not is_alive(row):
                row.terminate(status=JobStatusChoices.STATUS_ERRORED, error=_LOST[row.status])
                dead += 1
        return dead


def require_worker(queue: str) -> None:
    """Raise Refused, in words, when no worker serves a queue: the job would wait for ever."""
    # By queue: a worker whose Redis was emptied registers itself there again, but not what it serves.
    if not Worker.all(queue=django_rq.get_queue(queue)):
        raise Refused(f'No worker serves the queue {queue}: start one with «netbox rqworker high default low {queue}».')
