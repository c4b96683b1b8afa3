"""Pages of Calico clusters: what is wished, what was seen last, and the buttons that ask for jobs."""

from __future__ import annotations

from django.contrib import messages
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs, layout, panels
from netbox.views import generic
from utilities.views import register_model_view

from netbox_calico import filtersets, forms, tables
from netbox_calico.compat import CustomFieldsPanel, TagsPanel
from netbox_calico.designs import description_of, options_of
from netbox_calico.documents import drift_of, findings_of
from netbox_calico.models import CalicoCluster

from .actions import ActionView
from .work import work_of

# How many differences the page has room for.
_SHOWN = 50


class ClusterPanel(panels.ObjectAttributesPanel):
    name = attrs.TextAttr('name', label=_('Name'))
    handle = attrs.TextAttr('handle', style='font-monospace', copy_button=True, label=_('Handle'))
    connection = attrs.TextAttr('connection', style='font-monospace', label=_('Connection'))
    cluster = attrs.RelatedObjectAttr('cluster', linkify=True, label=_('Virtualization cluster'))
    tenant = attrs.RelatedObjectAttr('tenant', linkify=True, grouped_by='group', label=_('Tenant'))
    description = attrs.TextAttr('description', label=_('Description'))


class DesignPanel(panels.ObjectAttributesPanel):
    title = _('Design')
    design = attrs.ChoiceAttr('design', label=_('Design'))
    families = attrs.TextAttr('families_label', label=_('Families'))
    asn = attrs.RelatedObjectAttr('asn', linkify=True, label=_('AS of the nodes'))
    vrf = attrs.RelatedObjectAttr('vrf', linkify=True, label=_('VRF'))
    rack_label = attrs.TextAttr('rack_label', style='font-monospace', label=_('Rack label'))
    password_secret = attrs.TextAttr('password_secret', style='font-monospace', label=_('Password Secret'))


class DeploymentPanel(panels.ObjectAttributesPanel):
    title = _('Deployment')
    settle_time = attrs.TextAttr('settle_time', format_string='{} s', label=_('Settle time'))
    rack_pause = attrs.TextAttr('rack_pause', format_string='{} s', label=_('Pause between racks'))
    interval = attrs.TextAttr('interval', format_string='{} min', label=_('Compared every'))
    approvals = attrs.NumericAttr('approvals', label=_('Approvals'))
    four_eyes = attrs.BooleanAttr('four_eyes', label=_('Four eyes'))
    deletion_share = attrs.TextAttr('deletion_share', format_string='{} %', label=_('Deletion guard'))


@register_model_view(CalicoCluster, 'list', path='', detail=False)
class CalicoClusterListView(generic.ObjectListView):
    queryset = CalicoCluster.objects.select_related('state')
    table = tables.CalicoClusterTable
    filterset = filtersets.CalicoClusterFilterSet
    filterset_form = forms.CalicoClusterFilterForm


@register_model_view(CalicoCluster)
class CalicoClusterView(generic.ObjectView):
    queryset = CalicoCluster.objects.select_related(
        'state__findings', 'state__drift', 'asn', 'asn_range', 'vrf', 'tenant__group'
    )
    template_name = 'netbox_calico/calicocluster.html'
    layout = layout.SimpleLayout(
        left_panels=[
            ClusterPanel(),
            DesignPanel(),
            panels.TemplatePanel('netbox_calico/panels/design_options.html', title=_('What the Design Is')),
            DeploymentPanel(),
            CustomFieldsPanel(),
            TagsPanel(),
        ],
        right_panels=[
            panels.TemplatePanel('netbox_calico/panels/cluster_state.html', title=_('As Seen Last')),
            panels.TemplatePanel('netbox_calico/panels/cluster_work.html', title=_('Plans and Runs')),
            panels.CommentsPanel(),
        ],
        bottom_panels=[
            panels.TemplatePanel('netbox_calico/panels/findings.html', title=_('Findings')),
            panels.TemplatePanel('netbox_calico/panels/drift.html', title=_('Drift')),
        ],
    )

    def get_extra_context(self, request, instance):
        state = getattr(instance, 'state', None)
        drift = drift_of(state.drift if state else None)
        return {
            'state': state,
            'design_description': description_of(instance.design),
            'design_options': _options(instance),
            'compared': bool(state and state.drift_id),
            'findings': findings_of(state.findings if state else None),
            'drift': drift[:_SHOWN],
            'drift_more': max(0, len(drift) - _SHOWN),
            'work': work_of(request.user, instance),
        }


def _options(cluster):
    """What the cluster chooses of all that its design reads, with the names that the form has."""
    options = []
    for name in options_of(cluster.design):
        field, value = cluster._meta.get_field(name), getattr(cluster, name)
        options.append(
            {
                'label': capfirst(field.verbose_name),
                'object': value if field.is_relation else None,
                'value': getattr(cluster, f'get_{name}_display')() if field.choices else value,
            }
        )
    return options


@register_model_view(CalicoCluster, 'work')
class CalicoClusterWorkView(generic.ObjectView):
    """The panel of jobs, plans and runs alone, asked for again while something is under way.

    When nothing is any more, the other panels have changed as well: the browser is told to load the page.
    """

    queryset = CalicoCluster.objects.all()
    template_name = 'netbox_calico/panels/cluster_work_body.html'

    def get(self, request, **kwargs):
        response = super().get(request, **kwargs)
        if not self.work.busy:
            response['HX-Refresh'] = 'true'
        return response

    def get_extra_context(self, request, instance):
        self.work = work_of(request.user, instance)
        return {'work': self.work}


@register_model_view(CalicoCluster, 'add', detail=False)
@register_model_view(CalicoCluster, 'edit')
class CalicoClusterEditView(generic.ObjectEditView):
    queryset = CalicoCluster.objects.all()
    form = forms.CalicoClusterForm


@register_model_view(CalicoCluster, 'delete')
class CalicoClusterDeleteView(generic.ObjectDeleteView):
    queryset = CalicoCluster.objects.all()


@register_model_view(CalicoCluster, 'bulk_import', path='import', detail=False)
class CalicoClusterBulkImportView(generic.BulkImportView):
    queryset = CalicoCluster.objects.all()
    model_form = forms.CalicoClusterImportForm


@register_model_view(CalicoCluster, 'bulk_edit', path='edit', detail=False)
class CalicoClusterBulkEditView(generic.BulkEditView):
    queryset = CalicoCluster.objects.select_related('state')
    filterset = filtersets.CalicoClusterFilterSet
    table = tables.CalicoClusterTable
    form = forms.CalicoClusterBulkEditForm


@register_model_view(CalicoCluster, 'bulk_rename', path='rename', detail=False)
class CalicoClusterBulkRenameView(generic.BulkRenameView):
    queryset = CalicoCluster.objects.all()
    filterset = filtersets.CalicoClusterFilterSet


@register_model_view(CalicoCluster, 'bulk_delete', path='delete', detail=False)
class CalicoClusterBulkDeleteView(generic.BulkDeleteView):
    queryset = CalicoCluster.objects.select_related('state')
    filterset = filtersets.CalicoClusterFilterSet
    table = tables.CalicoClusterTable


@register_model_view(CalicoCluster, 'sync')
class CalicoClusterSyncView(ActionView):
    queryset = CalicoCluster.objects.all()
    action = 'sync'

    def act(self, request, instance, data):
        from netbox_calico.jobs.sync import SyncJob

        SyncJob.request(instance, request.user)
        messages.success(request, _t('The cluster will be read; what is found in it will be offered to you.'))
        return instance


@register_model_view(CalicoCluster, 'check')
class CalicoClusterCheckView(ActionView):
    queryset = CalicoCluster.objects.all()
    action = 'sync'

    def act(self, request, instance, data):
        from netbox_calico.jobs.check import CheckJob

        CheckJob.request(instance, request.user)
        messages.success(request, _t('Both sides will be compared with NetBox.'))
        return instance


@register_model_view(CalicoCluster, 'plan')
class CalicoClusterPlanView(ActionView):
    queryset = CalicoCluster.objects.all()
    action = 'plan'
    form = forms.PlanForm

    def act(self, request, instance, data):
        from netbox_calico.jobs.plan import PlanJob

        PlanJob.request(instance, request.user, data['kind'])
        messages.success(request, _t('A plan is being made; it will appear here.'))
        return instance
