"""Deploys an approved plan: one job drives a run from its first unfinished step to its end, or back."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from netbox.plugins import get_plugin_config

from netbox_calico.approval import require_approved
from netbox_calico.choices import PlanStatusChoices, RunStatusChoices, WishChoices
from netbox_calico.models import CalicoPlan, CalicoRun
from netbox_calico.planning.errors import CalicoError, Refused, StalePlan

from .calico_job import CalicoJob, require_worker

QUEUE = 'netbox_calico.deploy'

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

    def work(self, run_id: int, **_: Any) -> None:
        # The engine is loaded late: every NetBox process imports this module.
        from .deployment import deploy

        run = CalicoRun.objects.select_related('plan__cluster').get(pk=run_id)
        run.attempt += 1
        CalicoRun.objects.filter(pk=run.pk).update(
            attempt=run.attempt,
            status=RunStatusChoices.RUNNING,
            started=run.started or timezone.now(),
            heartbeat=timezone.now(),
            error='',
        )
        try:
            report = deploy(run, tell=self.milestone)
        except CalicoError as exc:
            begun = run.steps.exists()
            self._end(run, RunStatusChoices.INTERRUPTED if begun else RunStatusChoices.FAILED, str(exc))
            if isinstance(exc, StalePlan) and not begun:
                CalicoPlan.objects.filter(pk=run.plan_id).update(status=PlanStatusChoices.STALE)
            raise
        except BaseException as exc:
            self._end(run, RunStatusChoices.INTERRUPTED, f'The deployment broke off: {type(exc).__name__}.')
            raise
        self._end(run, report.end.value, report.message)
        self.milestone(report.message)
        if report.end not in ('completed', 'rolled back', 'cancelled'):
            raise Refused(report.message)

    def _end(self, run: CalicoRun, status: str, message: str) -> None:
        active = status in RunStatusChoices.ACTIVE
        CalicoRun.objects.filter(pk=run.pk, attempt=run.attempt).update(
            status=status,
            error='' if status == RunStatusChoices.COMPLETED else message,
            ended=None if active else timezone.now(),
        )
        if not active:
            CalicoPlan.objects.filter(pk=run.plan_id).update(status=_PLAN_STATUS[status])


def _another_is_active(cluster_id: int) -> Refused:
    active = CalicoRun.objects.filter(cluster=cluster_id, status__in=RunStatusChoices.ACTIVE).first()
    return Refused(f'{active or "Another run"} of this cluster is active: wait until it has ended, or roll it back.')
