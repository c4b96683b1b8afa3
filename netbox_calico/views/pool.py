"""Pages of Calico pools."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs, layout, panels
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from utilities.views import register_model_view

from netbox_calico import filtersets, forms, tables
from netbox_calico.compat import CustomFieldsPanel, TagsPanel
from netbox_calico.models import CalicoPool


class PoolPanel(panels.ObjectAttributesPanel):
    cluster = attrs.RelatedObjectAttr('cluster', linkify=True, label=_('Cluster'))
    name = attrs.TextAttr('name', label=_('Name'), copy_button=True)
    prefix = attrs.RelatedObjectAttr('prefix', linkify=True, label=_('Prefix'))
    block_size = attrs.NumericAttr('block_size', label=_('Block size'))
    node_selector = attrs.TextAttr('node_selector', style='font-monospace', label=_('Node selector'))
    description = attrs.TextAttr('description', label=_('Description'))


class RoutingPanel(panels.ObjectAttributesPanel):
    title = _('Routing')
    ipip = attrs.ChoiceAttr('ipip', label=_('IPIP'))
    vxlan = attrs.ChoiceAttr('vxlan', label=_('VXLAN'))
    ours = attrs.BooleanAttr('ours', label=_('Ours'), display_false=False)
    nat_outgoing = attrs.BooleanAttr('nat_outgoing', label=_('NAT outgoing'), display_false=False)
    disabled = attrs.BooleanAttr('disabled', label=_('Disabled'), display_false=False)
    disable_export = attrs.BooleanAttr('disable_export', label=_('Export disabled'), display_false=False)


@register_model_view(CalicoPool, 'list', path='', detail=False)
class CalicoPoolListView(generic.ObjectListView):
    queryset = CalicoPool.objects.select_related('cluster', 'prefix')
    table = tables.CalicoPoolTable
    filterset = filtersets.CalicoPoolFilterSet
    filterset_form = forms.CalicoPoolFilterForm


@register_model_view(CalicoPool)
class CalicoPoolView(generic.ObjectView):
    queryset = CalicoPool.objects.select_related('cluster', 'prefix')
    template_name = 'generic/object.html'
    layout = layout.SimpleLayout(
        breadcrumbs=[
            Breadcrumb('cluster', url=filtered_list_url('plugins:netbox_calico:calicopool_list', 'cluster_id'))
        ],
        left_panels=[PoolPanel(), CustomFieldsPanel()],
        right_panels=[RoutingPanel(), TagsPanel(), panels.CommentsPanel()],
    )


@register_model_view(CalicoPool, 'add', detail=False)
@register_model_view(CalicoPool, 'edit')
class CalicoPoolEditView(generic.ObjectEditView):
    queryset = CalicoPool.objects.all()
    form = forms.CalicoPoolForm


@register_model_view(CalicoPool, 'delete')
class CalicoPoolDeleteView(generic.ObjectDeleteView):
    queryset = CalicoPool.objects.all()


@register_model_view(CalicoPool, 'bulk_import', path='import', detail=False)
class CalicoPoolBulkImportView(generic.BulkImportView):
    queryset = CalicoPool.objects.all()
    model_form = forms.CalicoPoolImportForm


@register_model_view(CalicoPool, 'bulk_edit', path='edit', detail=False)
class CalicoPoolBulkEditView(generic.BulkEditView):
    queryset = CalicoPool.objects.select_related('cluster', 'prefix')
    filterset = filtersets.CalicoPoolFilterSet
    table = tables.CalicoPoolTable
    form = forms.CalicoPoolBulkEditForm


@register_model_view(CalicoPool, 'bulk_rename', path='rename', detail=False)
class CalicoPoolBulkRenameView(generic.BulkRenameView):
    queryset = CalicoPool.objects.all()
    filterset = filtersets.CalicoPoolFilterSet


@register_model_view(CalicoPool, 'bulk_delete', path='delete', detail=False)
class CalicoPoolBulkDeleteView(generic.BulkDeleteView):
    queryset = CalicoPool.objects.select_related('cluster', 'prefix')
    filterset = filtersets.CalicoPoolFilterSet
    table = tables.CalicoPoolTable
