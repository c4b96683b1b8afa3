"""Makes a plan: snapshot, look at both sides, plan, store."""

from __future__ import annotations

from typing import Any

from netbox.plugins import get_plugin_config

from netbox_calico.choices import PlanKindChoices, RunStatusChoices
from netbox_calico.compat import Job
from netbox_calico.models import CalicoCluster, CalicoRun
from netbox_calico.planning.collecting import nothing_collected
from netbox_calico.planning.counted import counted
from netbox_calico.planning.errors import Refused

from .calico_job import CalicoJob


class PlanJob(CalicoJob):
    """One plan of one kind for one cluster; the plan that was open before is withdrawn by it."""

    class Meta:
        name = 'Calico plan'

    @classmethod
    def time_limit(cls) -> int:
        return get_plugin_config('netbox_calico', 'plan_timeout')

    @classmethod
    def request(cls, cluster: CalicoCluster, user: Any, kind: str = PlanKindChoices.DEPLOY) -> Job:
        """Ask for a plan; Refused when the user may not plan, or while a run of the cluster is active."""
        if not user.has_perm('netbox_calico.plan_calicocluster', cluster):
            raise Refused(f'{user} may not plan for {cluster}: the permission «plan» on Calico clusters is needed.')
        if kind not in PlanKindChoices.values():
            raise Refused(f'There is no kind of plan «{kind}»: use one of {", ".join(PlanKindChoices.values())}.')
        refuse_while_running(cluster)
        return cls.enqueue(instance=cluster, user=user, cluster_id=cluster.pk, kind=kind)

    def work(self, cluster_id: int, kind: str, **_: Any) -> None:
        from netbox_calico.snapshot import take_snapshot
        from netbox_calico.state import claim
        from netbox_calico.store import save_plan

        from .edges import open_edges
        from .pipe import plan_from

        cluster = CalicoCluster.objects.get(pk=cluster_id)
        refuse_while_running(cluster)
        with nothing_collected():
            snapshot = take_snapshot(cluster)
            with open_edges(cluster.connection, snapshot) as edges:
                self.milestone('Looking at the cluster and its routers.')
                observation = edges.observe(snapshot)
            claim(cluster, observation.cluster)
            plan = plan_from(snapshot, observation, kind)
            row = save_plan(cluster, plan, self.job.user)
        self.job.data = {'plan': row.pk}
        self.milestone(
            f'Plan {row.pk}: {counted(sum(len(step.items) for step in plan.steps), "change")} in '
            f'{counted(len(plan.steps), "step")}, {counted(len(plan.errors), "error")}.'
        )


def refuse_while_running(cluster: CalicoCluster) -> None:
    """Refused while a run of the cluster is active: it would make the new plan stale at once."""
    run = CalicoRun.objects.filter(cluster=cluster, status__in=RunStatusChoices.ACTIVE).first()
    if run:
        raise Refused(f'{run} is {run.get_status_display().lower()}: wait until it has ended, or roll it back.')
