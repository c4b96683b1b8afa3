"""What every job of the plugin shares: its own queue and time limit, and no standstill behind a dead predecessor."""

from __future__ import annotations

import logging
from abc import abstractmethod
from typing import Any

import django_rq
from core.choices import JobStatusChoices
from core.exceptions import JobFailed
from core.models import Job
from netbox.jobs import JobRunner
from rq.exceptions import NoSuchJobError
from rq.job import Job as RQJob
from rq.worker import Worker

from netbox_calico.planning.errors import CalicoError, Refused

logger = logging.getLogger('netbox.plugins.netbox_calico')


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
    def clear_dead(cls) -> int:
        """Mark as errored the rows of this job that say running though no worker runs them any more."""
        dead = 0
        for row in Job.objects.filter(name=cls.name, status=JobStatusChoices.STATUS_RUNNING):
            if not _is_alive(row):
                row.terminate(status=JobStatusChoices.STATUS_ERRORED, error='The worker died while it ran this job.')
                dead += 1
        return dead


def _is_alive(row: Job) -> bool:
    """Whether the worker that took the job still reports itself (its key in Redis expires within minutes)."""
    connection = django_rq.get_connection(row.queue_name or 'default')
    try:
        job = RQJob.fetch(str(row.job_id), connection=connection)
    except NoSuchJobError:
        return False
    if not job.is_started or not job.worker_name:
        return job.is_queued or job.is_scheduled
    worker = Worker.find_by_key(Worker.redis_worker_namespace_prefix + job.worker_name, connection=connection)
    return worker is not None and worker.get_current_job_id() == job.id


def require_worker(queue: str) -> None:
    """Raise Refused, in words, when no worker serves a queue: the job would wait for ever."""
    served = {name for worker in Worker.all(django_rq.get_connection(queue)) for name in worker.queue_names()}
    if queue not in served:
        raise Refused(f'No worker serves the queue {queue}: start one with «netbox rqworker high default low {queue}».')
