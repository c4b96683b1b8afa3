"""Pages of runs: how far a deployment is, what it waits for, and the wishes that it obeys."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from netbox_calico import control, filtersets, forms, tables
from netbox_calico.choices import RunStatusChoices, WishChoices
from netbox_calico.models import CalicoOutcome, CalicoRun
from netbox_calico.progress import milestones_of, progress_of

from .actions import ActionView


@register_model_view(CalicoRun, 'list', path='', detail=False)
class CalicoRunListView(generic.ObjectListView):
    queryset = CalicoRun.objects.select_related('cluster', 'plan__cluster').defer('plan__steps')
    table = tables.CalicoRunTable
    filterset = filtersets.CalicoRunFilterSet
    filterset_form = forms.CalicoRunFilterForm
    actions = (BulkExport,)


class _RunView(generic.ObjectView):
    queryset = CalicoRun.objects.select_related('cluster', 'plan__cluster', 'job')
    actions = ()

    def get_extra_context(self, request, instance):
        stopped = instance.status in (RunStatusChoices.INTERRUPTED, RunStatusChoices.ROLLING_BACK)
        working = instance.is_active and not stopped
        resting = instance.status == RunStatusChoices.PAUSED and instance.wanted == WishChoices.PAUSE
        return {
            'progress': progress_of(instance),
            'milestones': milestones_of(instance),
            'unheard': working and instance.wanted != WishChoices.RUN and not resting,
            'can_pause': working and instance.wanted == WishChoices.RUN,
            'can_resume': instance.can_go_on or (working and instance.wanted == WishChoices.PAUSE),
            'can_cancel': instance.status == RunStatusChoices.INTERRUPTED
            or (working and instance.wanted in (WishChoices.RUN, WishChoices.PAUSE)),
            'can_roll_back': instance.can_go_on or (working and instance.wanted != WishChoices.ROLL_BACK),
        }


@register_model_view(CalicoRun)
class CalicoRunView(_RunView):
    template_name = 'netbox_calico/calicorun.html'
    layout = layout.Layout(
        breadcrumbs=[Breadcrumb('cluster', url=filtered_list_url('plugins:netbox_calico:calicorun_list', 'cluster_id'))]
    )


@register_model_view(CalicoRun, 'progress')
class CalicoRunProgressView(_RunView):
    """The changing part of the page alone: asked for every two seconds while the run is active."""

    template_name = 'netbox_calico/inc/run_progress.html'


@register_model_view(CalicoRun, 'outcomes')
class CalicoRunOutcomesView(generic.ObjectChildrenView):
    queryset = CalicoRun.objects.select_related('cluster', 'plan__cluster')
    child_model = CalicoOutcome
    table = tables.CalicoOutcomeTable
    filterset = filtersets.CalicoOutcomeFilterSet
    actions = ()
    tab = ViewTab(label=_('Outcomes'), weight=500)

    def get_children(self, request, parent):
        # Outcomes follow the permission of their run, which was needed to come here.
        return parent.outcomes.select_related('item')


class _WishView(ActionView):
    queryset = CalicoRun.objects.all()
    action = 'control'
    wanted = ''

    def act(self, request, instance, data):
        run = control.wish(instance, self.wanted, request.user)
        messages.success(request, _t('{run}: {wish} is wanted.').format(run=run, wish=run.get_wanted_display()))
        return run


@register_model_view(CalicoRun, 'pause')
class CalicoRunPauseView(_WishView):
    wanted = WishChoices.PAUSE


@register_model_view(CalicoRun, 'resume')
class CalicoRunResumeView(_WishView):
    wanted = WishChoices.RUN


@register_model_view(CalicoRun, 'cancel')
class CalicoRunCancelView(_WishView):
    wanted = WishChoices.CANCEL


@register_model_view(CalicoRun, 'roll-back')
class CalicoRunRollBackView(_WishView):
    wanted = WishChoices.ROLL_BACK
