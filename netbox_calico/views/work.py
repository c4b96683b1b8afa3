"""What goes on around a cluster: its latest jobs, plan and run, as far as the user may see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Func, Q, TextField

from netbox_calico.compat import Job, JobStatusChoices
from netbox_calico.models import CalicoCluster, CalicoPlan, CalicoRun

_SHOWN = 5
# The last line of a job's log says what came of it; the log itself is not loaded.
_LAST_LINE = Func(
    'log_entries',
    template="(%(expressions)s)[cardinality(%(expressions)s)] ->> 'message'",
    output_field=TextField(),
)


@dataclass(frozen=True, slots=True)
class Work:
    """``busy`` while something is under way, so that the page asks again."""

    jobs: list
    plan: CalicoPlan | None
    run: CalicoRun | None

    @property
    def busy(self):
        return any(job.status not in JobStatusChoices.TERMINAL_STATE_CHOICES for job in self.jobs) or bool(
            self.run and self.run.is_active
        )


def work_of(user, cluster):
    """The latest jobs on the cluster (one's own, and those that one may see), its latest plan and run."""
    jobs = Job.objects.filter(
        Q(user=user.pk, user__isnull=False) | Q(pk__in=Job.objects.restrict(user, 'view').values('pk')),
        object_type=ContentType.objects.get_for_model(CalicoCluster),
        object_id=cluster.pk,
    )
    return Work(
        jobs=list(jobs.defer('log_entries', 'data').annotate(said=_LAST_LINE).order_by('-created')[:_SHOWN]),
        plan=CalicoPlan.objects.restrict(user, 'view').filter(cluster=cluster).select_related('cluster').first(),
        run=CalicoRun.objects.restrict(user, 'view').filter(cluster=cluster).select_related('plan__cluster').first(),
    )
