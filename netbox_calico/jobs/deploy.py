"""Deploys an approved plan: one job drives a run from its first unfinished step to its end, or back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from netbox.plugins import get_plugin_config

from netbox_calico.approval import require_approved
from netbox_calico.choices import PlanStatusChoices, RunStatusChoices, StepStatusChoices, WishChoices
from netbox_calico.compat import Job
from netbox_calico.models import CalicoPlan, CalicoRun
from netbox_calico.planning.errors import CalicoError, LeaseLost, Refused, StalePlan

from .alive import is_alive
from .calico_job import CalicoJob, require_worker
from .stopping import StopRequest, stop_request

QUEUE = 'netbox_calico.deploy'
# So often a run is begun without a person: whatever ends its workers again and again has to be looked at.
MOST_ATTEMPTS = 5

_PLAN_STATUS = {
    RunStatusChoices.COMPLETED: PlanStatusChoices.DEPLOYED,
    RunStatusChoices.ROLLED_BACK: PlanStatusChoices.FAILED,
    RunStatusChoices.CANCELLED: PlanStatusChoices.FAILED,
    RunStatusChoices.FAILED: PlanStatusChoices.FAILED,
}


class DeployJob(CalicoJob):
    """Carries out one run. The leases refuse a second start, so a resume can never run beside its predecessor."""

    queue = QUEUE

    class Meta:
        name = 'Calico deployment'

    @classmethod
    def time_limit(cls) -> int:
        return get_plugin_config('netbox_calico', 'deploy_margin')

    @classmethod
    def request(cls, plan: CalicoPlan, user: Any) -> CalicoRun:
        """Start a run of an approved plan; Refused, in words, when it may not start."""
        require_worker(QUEUE)
        try:
            with transaction.atomic():
                plan = CalicoPlan.objects.select_for_update(of=('self',)).get(pk=plan.pk)
                require_approved(plan, user)
                run = CalicoRun.objects.create(
                    plan=plan,
                    cluster=plan.cluster,
                    kind=plan.kind,
                    started_by=user,
                    started_by_name=user.get_username(),
                )
                plan.status = PlanStatusChoices.RUNNING
                plan.save(update_fields=['status'])
                cls._enqueue(run, user)
        except IntegrityError as exc:
            raise _another_is_active(plan.cluster_id) from exc
        return run

    @classmethod
    def resume(cls, run: CalicoRun, user: Any) -> CalicoRun:
        """Let an interrupted run go on at its first unfinished step, or lead back when that is what is wanted."""
        require_worker(QUEUE)
        try:
            with transaction.atomic():
                run = CalicoRun.objects.select_for_update(of=('self',)).get(pk=run.pk)
                if run.status not in (RunStatusChoices.INTERRUPTED, RunStatusChoices.FAILED):
                    raise Refused(
                        f'{run} is {run.get_status_display().lower()}: only an interrupted or failed run goes on.'
                    )
                if run.status == RunStatusChoices.FAILED and not run.can_go_on:
                    raise Refused(f'{run} changed nothing, or a newer run has changed it since: make a new plan.')
                if run.wanted in (WishChoices.PAUSE, WishChoices.CANCEL):
                    run.wanted = WishChoices.RUN
                run.status, run.ended = RunStatusChoices.PENDING, None
                run.save(update_fields=['status', 'wanted', 'ended'])
                cls._enqueue(run, user)
        except IntegrityError as exc:
            raise _another_is_active(run.cluster_id) from exc
        return run

    @classmethod
    def give_up(cls, run: CalicoRun) -> CalicoRun:
        """End an interrupted run where it stands, without a look at anything: nothing may answer any more."""
        from netbox_calico.store import load_plan, record_run

        with transaction.atomic():
            run = CalicoRun.objects.select_for_update(of=('self',)).get(pk=run.pk)
            if run.status != RunStatusChoices.INTERRUPTED:
                raise Refused(f'{run} is {run.get_status_display().lower()}: only an interrupted run is given up.')
            # Of rows that were changed nobody knows what they were; the run has to end all the same.
            with suppress(StalePlan):
                record_run(run, load_plan(run.plan))
            run.status, run.wanted = RunStatusChoices.CANCELLED, WishChoices.CANCEL
            run.ended, run.error = timezone.now(), _what_stands(run)
            run.save(update_fields=['status', 'wanted', 'ended', 'error'])
            CalicoPlan.objects.filter(pk=run.plan_id).update(status=_PLAN_STATUS[run.status])
        return run

    @classmethod
    def _enqueue(cls, run: CalicoRun, user: Any) -> None:
        seconds = sum(
            gate.get(name, 0)
            for step in run.plan.steps
            for gate in (step['gate'],)
            for name in ('timeout', 'hold', 'pause')
        )
        job = cls.enqueue(instance=run, user=user, run_id=run.pk, job_timeout=cls.time_limit() + 2 * seconds)
        run.job = job
        CalicoRun.objects.filter(pk=run.pk).update(job=job)

    @classmethod
    def unfinished(cls) -> QuerySet[Job]:
        """Not those of runs at work: a work horse goes on without its worker, and its job ends with it."""
        at_work = CalicoRun.objects.filter(status__in=RunStatusChoices.AT_WORK, job__isnull=False)
        return super().unfinished().exclude(pk__in=at_work.values('job'))

    @classmethod
    def queue_again(cls, run: CalicoRun, why: str) -> bool:
        """Queue another attempt of a run whose worker left it or died, without anybody asking for it.

        One that loses worker after worker is left to a person. False then, and when somebody else has taken it on.
        """
        if run.attempt >= MOST_ATTEMPTS:
            mend = 'look for the cause in the log of the worker, then resume the run or roll it back.'
            interrupt(run, f'{why} That was attempt {run.attempt}: {mend}')
            return False
        with transaction.atomic():
            again = _attempt(run).update(status=RunStatusChoices.PENDING, error=f'{why} The next worker goes on.')
            if again:
                cls._enqueue(run, run.started_by)
        return bool(again)

    @classmethod
    def ensure_queued(cls, run: CalicoRun) -> bool:
        """Give a run that waits for a worker a new job when the one that it had is gone; whether it was."""
        if run.job and is_alive(run.job):
            return False
        with transaction.atomic():
            waiting = CalicoRun.objects.filter(pk=run.pk, status=RunStatusChoices.PENDING, job=run.job_id)
            lost = waiting.select_for_update().first()
            if lost:
                cls._enqueue(run, run.started_by)
        return lost is not None

    def work(self, run_id: int, **_: Any) -> None:
        with stop_request() as stopping:
            run = _claim(run_id)
            if run:
                self._carry_out(run, stopping)
            else:
                self.milestone('The run is in the hands of another job, or has ended.')

    def _carry_out(self, run: CalicoRun, stopping: StopRequest) -> None:
        try:
            # The engine is loaded late: every NetBox process imports this module.
            from .deployment import deploy

            report = deploy(run, stopping, tell=self.milestone)
        except LeaseLost as exc:
            self.queue_again(run, str(exc))
            raise
        except CalicoError as exc:
            begun = run.steps.exists()
            self._end(run, RunStatusChoices.INTERRUPTED if begun else RunStatusChoices.FAILED, str(exc))
            if not begun:
                # What was approved still holds, unless something moved: it may be deployed when the cause is mended.
                stale = isinstance(exc, StalePlan)
                CalicoPlan.objects.filter(pk=run.plan_id, status=PlanStatusChoices.FAILED).update(
                    status=PlanStatusChoices.STALE if stale else PlanStatusChoices.APPROVED
                )
            raise
        except BaseException as exc:
            self._end(run, RunStatusChoices.INTERRUPTED, f'The deployment broke off: {type(exc).__name__}.')
            raise
        self.milestone(report.message)
        if report.end == 'stopped':
            self.queue_again(run, report.message)
            return
        if not self._end(run, report.end.value, report.message):
            self.queue_again(run, 'A roll-back was asked for in the last moments of the run.')
            return
        if report.end not in ('completed', 'rolled back', 'cancelled'):
            raise Refused(report.message)

    def _end(self, run: CalicoRun, status: str, message: str) -> bool:
        """Write down how the attempt ended; whether it is still the run's, and nobody wants it back by now."""
        active = status in RunStatusChoices.ACTIVE
        standing = _attempt(run)
        if status in (RunStatusChoices.COMPLETED, RunStatusChoices.CANCELLED):
            standing = standing.exclude(wanted=WishChoices.ROLL_BACK)
        ended = standing.update(
            status=status,
            error='' if status == RunStatusChoices.COMPLETED else message,
            ended=None if active else timezone.now(),
        )
        if ended and not active:
            CalicoPlan.objects.filter(pk=run.plan_id).update(status=_PLAN_STATUS[status])
        return bool(ended)


def _claim(run_id: int) -> CalicoRun | None:
    """Begin the next attempt, unless another job was faster: what a queue lost and found again is there twice."""
    now = timezone.now()
    claimed = CalicoRun.objects.filter(pk=run_id, status=RunStatusChoices.PENDING).update(
        attempt=F('attempt') + 1,
        status=RunStatusChoices.RUNNING,
        started=Coalesce('started', Value(now)),
        heartbeat=now,
        error='',
    )
    return CalicoRun.objects.select_related('plan__cluster').get(pk=run_id) if claimed else None


def interrupt(run: CalicoRun, why: str) -> bool:
    """Leave a run that was at work to a person; whether it still was."""
    return bool(_attempt(run).update(status=RunStatusChoices.INTERRUPTED, error=why))


def _attempt(run: CalicoRun) -> QuerySet[CalicoRun]:
    """The run's row, as long as this attempt of it is at work."""
    return CalicoRun.objects.filter(pk=run.pk, attempt=run.attempt, status__in=RunStatusChoices.AT_WORK)


def _what_stands(run: CalicoRun) -> str:
    numbers = {
        status: [str(step) for step in run.steps.filter(status=status).values_list('step', flat=True)]
        for status in (StepStatusChoices.COMPLETE, StepStatusChoices.RUNNING, StepStatusChoices.FAILED)
    }
    complete = ', '.join(numbers[StepStatusChoices.COMPLETE]) or 'none'
    begun = sorted(numbers[StepStatusChoices.RUNNING] + numbers[StepStatusChoices.FAILED], key=int)
    half = f'; {", ".join(begun)} may be there in part' if begun else ''
    return (
        f'Cancelled on request where it stood. Of {len(run.plan.steps)} steps these are in place: {complete}{half}. '
        'Make a new plan when both sides answer: it goes on from there.'
    )


def _another_is_active(cluster_id: int) -> Refused:
    active = CalicoRun.objects.filter(cluster=cluster_id, status__in=RunStatusChoices.ACTIVE).first()
    return Refused(f'{active or "Another run"} of this cluster is active: wait until it has ended, or roll it back.')
