"""Plans and runs for tests, made by the planner itself from what NetBox holds and a cluster that is in mesh."""

from __future__ import annotations

from typing import Any

from netbox_calico.choices import StepStatusChoices
from netbox_calico.jobs.pipe import plan_from
from netbox_calico.models import CalicoPlan, CalicoRun, CalicoRunStep
from netbox_calico.planning.model.plan import Plan
from netbox_calico.snapshot import read_snapshot
from netbox_calico.store import save_plan
from tests.netbox.inventory import DataCentre
from tests.planning import world


def planned(dc: DataCentre, kind: str = 'deploy') -> Plan:
    """The plan as the planner makes it."""
    snapshot = read_snapshot(dc.cluster.pk)
    return plan_from(snapshot, world.observation(snapshot), kind)


def stored(dc: DataCentre, user: Any = None, **values: Any) -> CalicoPlan:
    """The plan as a row; ``values`` are set on it afterwards, as decisions would."""
    plan = save_plan(dc.cluster, planned(dc), user)
    CalicoPlan.objects.filter(pk=plan.pk).update(**values)
    return CalicoPlan.objects.select_related('cluster').get(pk=plan.pk)


def run_of(plan: CalicoPlan, **values: Any) -> CalicoRun:
    return CalicoRun.objects.create(plan=plan, cluster=plan.cluster, kind=plan.kind, **values)


def begin(run: CalicoRun) -> CalicoRun:
    """Let the run have come as far as its first step."""
    CalicoRunStep.objects.create(run=run, step=run.plan.steps[0]['number'], status=StepStatusChoices.FAILED)
    return run
