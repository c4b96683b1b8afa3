"""Whether this process was asked to end: by SIGTERM, or by a warm shutdown of the worker that it belongs to."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis.exceptions import RedisError
from rq import get_current_job
from rq.worker import Worker

_ASK_EVERY = 2.0


class StopRequest:
    """Callable: true from the moment on when the process should finish its step and leave."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self._asked = 0.0

    def __call__(self) -> bool:
        if not self.event.is_set() and time.monotonic() - self._asked > _ASK_EVERY:
            self._asked = time.monotonic()
            if _worker_is_leaving():
                self.event.set()
        return self.event.is_set()


@contextmanager
def stop_request() -> Iterator[StopRequest]:
    """Listen to SIGTERM for the length of the block; the handler before it is put back."""
    request = StopRequest()

    def on_signal(_number: int, _frame: Any) -> None:
        request.event.set()

    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = signal.signal(signal.SIGTERM, on_signal)
    try:
        yield request
    finally:
        signal.signal(signal.SIGTERM, before)


def _worker_is_leaving() -> bool:
    """A worker that was sent SIGTERM writes so into Redis and waits for its work horse, which is this process."""
    job = get_current_job()
    if job is None or not job.worker_name:
        return False
    key = Worker.redis_worker_namespace_prefix + job.worker_name
    try:
        worker = Worker.find_by_key(key, connection=job.connection)
        return worker is not None and worker.shutdown_requested_date is not None
    except RedisError:
        # A deployment does not need Redis: it goes on while Redis is away.
        return False
