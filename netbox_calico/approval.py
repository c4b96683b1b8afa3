"""Who may approve a plan, and when it may be deployed. An approval is bound to the plan's digest."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, transaction

from .choices import DecisionChoices, PlanStatusChoices
from .freshness import require_fresh
from .models import CalicoApproval, CalicoPlan
from .planning.errors import Refused


def decide(
    plan: CalicoPlan, user: Any, digest: str, decision: str, comment: str = '', request_id: Any = None
) -> CalicoPlan:
    """Record one person's decision about exactly the plan that they saw; Refused when they may not decide.

    ``digest`` is that of the page that the person looked at. A plan that is stale is past all decisions.
    """
    if not user.has_perm('netbox_calico.approve_calicoplan', plan):
        raise Refused(f'{user} may not approve {plan}: the permission «approve» on Calico plans is needed.')
    try:
        with transaction.atomic():
            plan = CalicoPlan.objects.select_for_update(of=('self',)).select_related('cluster').get(pk=plan.pk)
            if plan.status not in (PlanStatusChoices.READY, PlanStatusChoices.APPROVED):
                raise Refused(f'{plan} is {plan.get_status_display().lower()}: there is nothing to decide.')
            if digest != plan.digest:
                raise Refused(f'{plan} is not the plan that you looked at: read it again.')
            if plan.cluster.four_eyes and user.get_username() in {plan.created_by_name, *plan.authors}:
                raise Refused(
                    f'{user} is an author of {plan}, and the cluster wants four eyes: let somebody else approve.'
                )
            require_fresh(plan)
            CalicoApproval.objects.create(
                plan=plan,
                user=user,
                user_name=user.get_username(),
                decision=decision,
                digest=digest,
                comment=comment,
                request_id=request_id or uuid.uuid4(),
            )
            if decision == DecisionChoices.REJECT:
                plan.status = PlanStatusChoices.WITHDRAWN
            elif approvals(plan) >= plan.cluster.approvals:
                plan.status = PlanStatusChoices.APPROVED
            plan.save(update_fields=['status'])
    except IntegrityError as exc:
        raise Refused(f'{user} has decided about {plan} already.') from exc
    return plan


def approvals(plan: CalicoPlan) -> int:
    """How many people approved just this digest."""
    return plan.approvals.filter(decision=DecisionChoices.APPROVE, digest=plan.digest).count()


def require_approved(plan: CalicoPlan, user: Any) -> None:
    """Refused unless the plan has its approvals, each by somebody who still may give it, and ``user`` may deploy it.

    Call it with the plan's row locked.
    """
    if not user.is_active or not user.has_perm('netbox_calico.deploy_calicoplan', plan):
        raise Refused(f'{user} may not deploy {plan}: the permission «deploy» on Calico plans is needed.')
    if plan.status != PlanStatusChoices.APPROVED:
        raise Refused(f'{plan} is {plan.get_status_display().lower()}: only an approved plan is deployed.')
    valid = [
        approval
        for approval in plan.approvals.filter(decision=DecisionChoices.APPROVE, digest=plan.digest).select_related(
            'user'
        )
        if approval.user
        and approval.user.is_active
        and approval.user.has_perm('netbox_calico.approve_calicoplan', plan)
    ]
    if len(valid) < plan.cluster.approvals:
        raise Refused(
            f'{plan} needs {plan.cluster.approvals} approvals and has {len(valid)} of people who still may approve.'
        )
