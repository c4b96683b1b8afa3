"""Whether a plan is still one of the world as it is: before somebody decides about it, and again when it is deployed.

A plan holds digests of what it was made from, not the things themselves; what changed in NetBox its change log tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .authors import changes_of
from .models import CalicoClusterState, CalicoPlan
from .planning.errors import StalePlan
from .planning.fingerprint import snapshot_digest
from .snapshot import read_snapshot

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Freshness:
    """``netbox`` and ``observed`` say whether each is what the plan was made from.

    The cluster and its routers were looked at last at ``compared_at``; None when that was before the plan was made.
    """

    netbox: bool
    observed: bool
    compared_at: datetime | None

    @property
    def stale(self) -> bool:
        """Whether a deployment would be refused."""
        return not (self.netbox and self.observed)


def freshness_of(plan: CalicoPlan) -> Freshness:
    """How NetBox and the last look at both sides compare with the plan.

    A hint: it is no single moment, and the deployment looks at everything once more.
    """
    state = CalicoClusterState.objects.filter(cluster=plan.cluster_id, compared_at__gt=plan.created).first()
    return Freshness(
        netbox=snapshot_digest(read_snapshot(plan.cluster_id)) == plan.snapshot_digest,
        observed=state is None or state.observation_digest == plan.observation_digest,
        compared_at=state.compared_at if state else None,
    )


def require_fresh(plan: CalicoPlan) -> None:
    """Raise StalePlan when there is nothing left to decide: a deployment would be refused."""
    fresh = freshness_of(plan)
    if fresh.stale:
        changed = 'NetBox has' if not fresh.netbox else 'the cluster or its routers have'
        raise StalePlan(f'{plan} is stale: {changed} changed since it was made. Make a new plan.')


def changes_since(plan: CalicoPlan, user: Any) -> tuple[list[Any], bool]:
    """What of the plan's intent has changed that ``user`` may view, the latest first; and whether there is more."""
    since = changes_of(plan.cluster, plan.created).restrict(user, 'view')
    changes = list(since.select_related('changed_object_type', 'user').order_by('-time')[: _NAMED + 1])
    return changes[:_NAMED], len(changes) > _NAMED
