"""Pages of plans: what will be sent to whom and in which order, and the decisions about it. Nothing can be edited."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from netbox_calico import approval, filtersets, forms, tables
from netbox_calico.choices import PlanStatusChoices
from netbox_calico.documents import diff_lines, findings_of, readable
from netbox_calico.freshness import changes_since, freshness_of
from netbox_calico.models import CalicoPlan, CalicoRun
from netbox_calico.planning.errors import Refused
from netbox_calico.review import operations_of, steps_of

from .actions import ActionView

_ADVICE = {
    PlanStatusChoices.REFUSED: _('Findings stop this plan. Do what the errors below say, then make a new plan.'),
    PlanStatusChoices.EMPTY: _('Both sides are as they should be: there is nothing to deploy.'),
    PlanStatusChoices.FAILED: _('The deployment did not come to its end; the run says why. Make a new plan to go on.'),
    PlanStatusChoices.STALE: _('NetBox, the cluster or a router has changed since: make a new plan.'),
    PlanStatusChoices.WITHDRAWN: _('This plan was rejected, or a newer one has taken its place.'),
}
_ADVICE_COLORS = {
    PlanStatusChoices.REFUSED: 'danger',
    PlanStatusChoices.EMPTY: 'success',
    PlanStatusChoices.FAILED: 'danger',
}
_OPEN = (PlanStatusChoices.READY, PlanStatusChoices.APPROVED)
# How many targets of the same change can be looked at one by one; the API has all of them.
_NAMED = 50


@register_model_view(CalicoPlan, 'list', path='', detail=False)
class CalicoPlanListView(generic.ObjectListView):
    # The steps of a plan are as long as a book.
    queryset = CalicoPlan.objects.select_related('cluster').defer('steps')
    table = tables.CalicoPlanTable
    filterset = filtersets.CalicoPlanFilterSet
    filterset_form = forms.CalicoPlanFilterForm
    actions = (BulkExport,)


@register_model_view(CalicoPlan)
class CalicoPlanView(generic.ObjectView):
    queryset = CalicoPlan.objects.select_related('cluster', 'findings')
    template_name = 'netbox_calico/calicoplan.html'
    layout = layout.Layout(
        breadcrumbs=[
            Breadcrumb('cluster', url=filtered_list_url('plugins:netbox_calico:calicoplan_list', 'cluster_id'))
        ]
    )
    actions = ()

    def get_extra_context(self, request, instance):
        approvals = list(instance.approvals.all())
        author = request.user.get_username() in {instance.created_by_name, *instance.authors}
        return {
            'findings': findings_of(instance.findings),
            'findings_title': _t('Findings'),
            'advice': _ADVICE.get(instance.status),
            'advice_color': _ADVICE_COLORS.get(instance.status, 'warning'),
            'operations': operations_of(instance),
            'steps': steps_of(instance),
            'approvals': approvals,
            'approved': approval.approvals(instance),
            'may_be_deployed': instance.status in _OPEN,
            'open_to_decide': _open_to_decide(instance, request.user, approvals),
            'barred': instance.cluster.four_eyes and author,
            'deployable': instance.status == PlanStatusChoices.APPROVED,
            'approve_form': forms.ApproveForm(initial={'digest': instance.digest}),
            'digest_form': forms.DigestForm(initial={'digest': instance.digest}),
        }


@register_model_view(CalicoPlan, 'freshness')
class CalicoPlanFreshnessView(generic.ObjectView):
    """Whether a deployment would be refused by now, and why: loaded after the page, for it reads the inventory."""

    queryset = CalicoPlan.objects.select_related('cluster')
    template_name = 'netbox_calico/inc/plan_freshness.html'
    actions = ()

    def get_extra_context(self, request, instance):
        fresh = freshness_of(instance)
        changes, more = ([], False) if fresh.netbox else changes_since(instance, request.user)
        return {
            'open_to_decide': fresh.stale and _open_to_decide(instance, request.user, instance.approvals.all()),
            'fresh': fresh,
            'changes': changes,
            'more': more,
            'deployable': instance.status == PlanStatusChoices.APPROVED,
        }


def _open_to_decide(plan, user, approvals):
    """Whether the user may decide about the plan, and has not yet; an author is told on the button."""
    return (
        plan.status in _OPEN
        and user.has_perm('netbox_calico.approve_calicoplan')
        and all(entry.user_id != user.pk for entry in approvals)
    )


@register_model_view(CalicoPlan, 'item', path='items/<int:seq>')
class CalicoPlanItemView(generic.ObjectView):
    """What one change looks like and what exactly is sent for it: loaded when somebody opens it."""

    queryset = CalicoPlan.objects.all()
    template_name = 'netbox_calico/inc/plan_item.html'
    actions = ()

    def get_object(self, pk, seq):
        plan = super().get_object(pk=pk)
        plan.opened = get_object_or_404(plan.items.select_related('diff', 'artefact'), seq=seq)
        return plan

    def get_extra_context(self, request, instance):
        item = instance.opened
        same = instance.items.filter(step=item.step, undo=item.undo, operation=item.operation, diff=item.diff)
        return {
            'item': item,
            'lines': diff_lines(item.diff.body),
            'sent': readable(item.artefact.body),
            'same': list(same.only('seq', 'label')[:_NAMED]),
            'chosen': 'chosen' in request.GET,
        }


@register_model_view(CalicoPlan, 'runs')
class CalicoPlanRunsView(generic.ObjectChildrenView):
    queryset = CalicoPlan.objects.all()
    child_model = CalicoRun
    table = tables.CalicoRunTable
    filterset = filtersets.CalicoRunFilterSet
    actions = ()
    tab = ViewTab(label=_('Runs'), permission='netbox_calico.view_calicorun', weight=500)

    def get_children(self, request, parent):
        return CalicoRun.objects.restrict(request.user, 'view').filter(plan=parent)


@register_model_view(CalicoPlan, 'approve')
class CalicoPlanApproveView(ActionView):
    queryset = CalicoPlan.objects.all()
    action = 'approve'
    form = forms.ApproveForm

    def act(self, request, instance, data):
        plan = approval.decide(
            instance, request.user, data['digest'], data['decision'], data['comment'], request_id=request.id
        )
        messages.success(request, _t('{plan}: {status}.').format(plan=plan, status=plan.get_status_display()))
        return plan


@register_model_view(CalicoPlan, 'deploy')
class CalicoPlanDeployView(ActionView):
    queryset = CalicoPlan.objects.all()
    action = 'deploy'
    form = forms.DigestForm

    def act(self, request, instance, data):
        from netbox_calico.jobs.deploy import DeployJob

        if data['digest'] != instance.digest:
            raise Refused(f'{instance} is not the plan that you looked at: read it again.')
        run = DeployJob.request(instance, request.user)
        messages.success(request, _t('{run} has been started.').format(run=run))
        return run
