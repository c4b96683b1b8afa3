"""Pages of Calico nodes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs, layout, panels
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from utilities.views import register_model_view

from netbox_calico import filtersets, forms, tables
from netbox_calico.compat import CustomFieldsPanel, TagsPanel
from netbox_calico.models import CalicoNode


class NodePanel(panels.ObjectAttributesPanel):
    cluster = attrs.RelatedObjectAttr('cluster', linkify=True, label=_('Cluster'))
    name = attrs.TextAttr('name', label=_('Name'), copy_button=True)
    system_uuid = attrs.TextAttr('system_uuid', style='font-monospace', label=_('System UUID'))
    asn = attrs.RelatedObjectAttr('asn', linkify=True, label=_('ASN'))
    reflector = attrs.ChoiceAttr('reflector', label=_('Route reflector'))
    drained = attrs.BooleanAttr('drained', label=_('Drained'), display_false=False)
    description = attrs.TextAttr('description', label=_('Description'))


class HostPanel(panels.ObjectAttributesPanel):
    title = _('Host')
    device = attrs.RelatedObjectAttr('device', linkify=True, label=_('Device'))
    device_rack = attrs.RelatedObjectAttr('device.rack', linkify=True, label=_('Rack of the device'))
    virtual_machine = attrs.RelatedObjectAttr('virtual_machine', linkify=True, label=_('Virtual machine'))
    rack = attrs.RelatedObjectAttr('rack', linkify=True, label=_('Rack'))


class NodeStatePanel(panels.ObjectAttributesPanel):
    title = _('As the Cluster Says')
    ready = attrs.BooleanAttr('state.ready', label=_('Ready'))
    addresses = attrs.ArrayAttr('state.addresses', label=_('Addresses'))
    asn = attrs.TextAttr('state.asn', label=_('AS number'))


@register_model_view(CalicoNode, 'list', path='', detail=False)
class CalicoNodeListView(generic.ObjectListView):
    queryset = CalicoNode.objects.select_related('cluster', 'state')
    table = tables.CalicoNodeTable
    filterset = filtersets.CalicoNodeFilterSet
    filterset_form = forms.CalicoNodeFilterForm


@register_model_view(CalicoNode)
class CalicoNodeView(generic.ObjectView):
    queryset = CalicoNode.objects.select_related('cluster', 'device__rack', 'virtual_machine', 'state')
    template_name = 'generic/object.html'
    layout = layout.SimpleLayout(
        breadcrumbs=[
            Breadcrumb('cluster', url=filtered_list_url('plugins:netbox_calico:caliconode_list', 'cluster_id'))
        ],
        left_panels=[NodePanel(), CustomFieldsPanel()],
        right_panels=[HostPanel(), NodeStatePanel(), TagsPanel(), panels.CommentsPanel()],
        bottom_panels=[
            panels.ObjectsTablePanel(
                'netbox_calico.CalicoPeering',
                filters={'node_id': lambda ctx: ctx['object'].pk},
                exclude_columns=['cluster', 'node'],
                title=_('Peerings'),
            ),
        ],
    )


@register_model_view(CalicoNode, 'add', detail=False)
@register_model_view(CalicoNode, 'edit')
class CalicoNodeEditView(generic.ObjectEditView):
    queryset = CalicoNode.objects.all()
    form = forms.CalicoNodeForm


@register_model_view(CalicoNode, 'delete')
class CalicoNodeDeleteView(generic.ObjectDeleteView):
    queryset = CalicoNode.objects.all()


@register_model_view(CalicoNode, 'bulk_import', path='import', detail=False)
class CalicoNodeBulkImportView(generic.BulkImportView):
    queryset = CalicoNode.objects.all()
    model_form = forms.CalicoNodeImportForm


@register_model_view(CalicoNode, 'bulk_edit', path='edit', detail=False)
class CalicoNodeBulkEditView(generic.BulkEditView):
    queryset = CalicoNode.objects.select_related('cluster', 'state')
    filterset = filtersets.CalicoNodeFilterSet
    table = tables.CalicoNodeTable
    form = forms.CalicoNodeBulkEditForm


@register_model_view(CalicoNode, 'bulk_rename', path='rename', detail=False)
class CalicoNodeBulkRenameView(generic.BulkRenameView):
    queryset = CalicoNode.objects.all()
    filterset = filtersets.CalicoNodeFilterSet


@register_model_view(CalicoNode, 'bulk_delete', path='delete', detail=False)
class CalicoNodeBulkDeleteView(generic.BulkDeleteView):
    queryset = CalicoNode.objects.select_related('cluster', 'state')
    filterset = filtersets.CalicoNodeFilterSet
    table = tables.CalicoNodeTable
