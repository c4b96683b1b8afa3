"""Whether a plan is still one of the world as it is: told before somebody deploys it, and looked at again when they do.

A plan holds digests of what it was made from, not the things themselves; what changed in NetBox its change log tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .authors import changes_of
from .models import CalicoClusterState, CalicoPlan
from .planning.fingerprint import snapshot_digest
from .snapshot import read_snapshot

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Freshness:
    """``netbox`` and ``observed`` say whether each is what the plan was made from; ``changes`` are the latest first.

    The cluster and its routers were looked at last at ``compared_at``; None when that was before the plan was made.
    """

    netbox: bool
    observed: bool
    compared_at: datetime | None
    changes: list[Any]
    more: bool

    @property
    def stale(self) -> bool:
        """Whether a deployment would be refused."""
        return not (self.netbox and self.observed)


def freshness_of(plan: CalicoPlan, user: Any) -> Freshness:
    """How NetBox and the last look at both sides compare with the plan; changes are those that ``user`` may view.

    A hint: it is no single moment, and the deployment looks at everything once more.
    """
    netbox = snapshot_digest(read_snapshot(plan.cluster_id)) == plan.snapshot_digest
    state = CalicoClusterState.objects.filter(cluster=plan.cluster_id, compared_at__gt=plan.created).first()
    changes = []
    if not netbox:
        since = changes_of(plan.cluster, plan.created).restrict(user, 'view')
        changes = list(since.select_related('changed_object_type', 'user').order_by('-time')[: _NAMED + 1])
    return Freshness(
        netbox=netbox,
        observed=state is None or state.observation_digest == plan.observation_digest,
        compared_at=state.compared_at if state else None,
        changes=changes[:_NAMED],
        more=len(changes) > _NAMED,
    )
