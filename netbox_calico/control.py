"""Pause, resume, cancel, roll back: wishes on a run, which its job reads before each step."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from .choices import RunStatusChoices, WishChoices
from .models import CalicoRun
from .planning.errors import Refused

_AT_REST = (RunStatusChoices.INTERRUPTED, RunStatusChoices.FAILED)


def wish(run: CalicoRun, wanted: str, user: Any) -> CalicoRun:
    """Write down what a person wants of a run; an interrupted or failed one is started again for it, or given up.

    Refused when the person may not, or when the run is past it.
    """
    if not user.has_perm('netbox_calico.control_calicorun', run):
        raise Refused(f'{user} may not control {run}: the permission «control» on Calico runs is needed.')
    if wanted not in WishChoices.values():
        raise Refused(f'There is no wish «{wanted}»: use one of {", ".join(WishChoices.values())}.')
    if run.status == RunStatusChoices.INTERRUPTED and wanted == WishChoices.CANCEL:
        return _job().give_up(run)
    if run.status in _AT_REST:
        return _start_again(run, wanted, user)
    working = CalicoRun.objects.filter(pk=run.pk, status__in=RunStatusChoices.ACTIVE).exclude(
        status__in=(*_AT_REST, RunStatusChoices.ROLLING_BACK)
    )
    if not working.update(wanted=wanted):
        run.refresh_from_db(fields=['status'])
        raise Refused(f'{run} is {run.get_status_display().lower()}: it cannot be told anything any more.')
    run.refresh_from_db()
    if run.status == RunStatusChoices.PENDING:
        # Who lost its job obeys nobody.
        _job().ensure_queued(run)
    return run


def _start_again(run: CalicoRun, wanted: str, user: Any) -> CalicoRun:
    if wanted not in (WishChoices.RUN, WishChoices.ROLL_BACK):
        raise Refused(f'{run} is {run.get_status_display().lower()}: resume it or roll it back.')
    # Both or neither: a run that cannot be started again keeps its wish.
    with transaction.atomic():
        CalicoRun.objects.filter(pk=run.pk).update(wanted=wanted)
        return _job().resume(run, user)


def _job() -> Any:
    # Loaded late: views and APIs import this module, and the job's module imports NetBox's job machinery.
    from .jobs.deploy import DeployJob

    return DeployJob
