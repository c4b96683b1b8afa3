"""Whether anybody still has a job. Its row does not tell: who was killed wrote nothing, and queues lose things.

A hint, since a work horse may live on without its worker: whether a run may be touched, its lease alone decides.
"""

from __future__ import annotations

import os
import socket
from datetime import timedelta

import django_rq
from django.utils import timezone
from rq.exceptions import NoSuchJobError
from rq.job import Job as RQJob
from rq.worker import BaseWorker, Worker

from netbox_calico.compat import Job, JobStatusChoices

# A job comes into its queue when the transaction that made its row has ended.
_SETTLE = timedelta(seconds=5)


def is_alive(row: Job) -> bool:
    """Whether the job waits in its queue, or the worker that took it is there and still at it."""
    if row.status == JobStatusChoices.STATUS_PENDING and row.created > timezone.now() - _SETTLE:
        return True
    job = _in_redis(row)
    if job is None:
        return False
    if job.is_started and job.worker_name:
        worker = Worker.find_by_key(Worker.redis_worker_namespace_prefix + job.worker_name, connection=job.connection)
        return worker is not None and worker.get_current_job_id() == job.id and not _ended_here(worker)
    return job.is_scheduled or (job.is_queued and _queue_of(job).get_job_position(job.id) is not None)


def was_stopped(row: Job) -> bool:
    """Whether a person stopped it among NetBox's background tasks, which kills it."""
    job = _in_redis(row)
    return job is not None and job.is_stopped


def _in_redis(row: Job) -> RQJob | None:
    try:
        return RQJob.fetch(str(row.job_id), connection=django_rq.get_connection(row.queue_name or 'default'))
    except NoSuchJobError:
        return None


def _queue_of(job: RQJob) -> django_rq.queues.DjangoRQ:
    return django_rq.get_queue(job.origin)


def _ended_here(worker: BaseWorker) -> bool:
    """Whether it ran on this host and does so no more: its key in Redis stays for a minute and a half."""
    if worker.hostname != socket.gethostname() or not worker.pid:
        return False
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
