"""Once a day: removes the texts that nothing points at any more."""

from __future__ import annotations

from typing import Any

from netbox.jobs import system_job

from netbox_calico.compat import Job, JobIntervalChoices
from netbox_calico.planning.counted import counted
from netbox_calico.sweep import sweep_blobs

from .calico_job import CalicoJob


@system_job(interval=JobIntervalChoices.INTERVAL_DAILY)
class SweepJob(CalicoJob):
    """Every comparison leaves a document behind, every deployment what was there before it."""

    class Meta:
        name = 'Calico sweep'

    @classmethod
    def time_limit(cls) -> int:
        return 600

    @classmethod
    def enqueue_once(cls, *args: Any, **kwargs: Any) -> Job:
        """Called when a worker starts: one that died would count as there, and no other would ever be made."""
        cls.clear_dead()
        return super().enqueue_once(*args, **kwargs)

    def work(self, **_: Any) -> None:
        self.milestone(f'{counted(sweep_blobs(), "text")} removed that nothing pointed at.')
