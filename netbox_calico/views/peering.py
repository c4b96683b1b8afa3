"""Pages of Calico peerings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from netbox.object_actions import AddObject, BulkDelete, BulkEdit, BulkExport, BulkImport
from netbox.ui import attrs, layout, panels
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from utilities.views import register_model_view

from netbox_calico import filtersets, forms, tables
from netbox_calico.compat import CustomFieldsPanel, TagsPanel
from netbox_calico.models import CalicoPeering


class PeeringPanel(panels.ObjectAttributesPanel):
    cluster = attrs.RelatedObjectAttr('cluster', linkify=True, label=_('Cluster'))
    family = attrs.ChoiceAttr('family', label=_('Family'))
    origin = attrs.ChoiceAttr('origin', label=_('Origin'))
    since = attrs.DateTimeAttr('state.since', label=_('In this state since'))
    accepted = attrs.NumericAttr('state.accepted', label=_('Prefixes that the peer accepted'))
    description = attrs.TextAttr('description', label=_('Description'))


class NodeEndPanel(panels.ObjectAttributesPanel):
    title = _("Node's End")
    node = attrs.RelatedObjectAttr('node', linkify=True, label=_('Node'))
    local_address = attrs.TextAttr('local_address', style='font-monospace', copy_button=True, label=_('Address'))
    local_asn = attrs.TextAttr('local_asn', label=_('AS number'))
    node_side = attrs.ChoiceAttr('state.node_side', label=_('State'))


class PeerEndPanel(panels.ObjectAttributesPanel):
    title = _("Peer's End")
    peer = attrs.RelatedObjectAttr('peer', linkify=True, label=_('Peer'))
    remote_address = attrs.TextAttr('remote_address', style='font-monospace', copy_button=True, label=_('Address'))
    remote_asn = attrs.TextAttr('remote_asn', label=_('AS number'))
    router_side = attrs.ChoiceAttr('state.router_side', label=_('State'))


@register_model_view(CalicoPeering, 'list', path='', detail=False)
class CalicoPeeringListView(generic.ObjectListView):
    queryset = CalicoPeering.objects.select_related('cluster', 'node', 'router__device', 'peer_node', 'state')
    table = tables.CalicoPeeringTable
    filterset = filtersets.CalicoPeeringFilterSet
    filterset_form = forms.CalicoPeeringFilterForm
    actions = (AddObject, BulkImport, BulkExport, BulkEdit, BulkDelete)


@register_model_view(CalicoPeering)
class CalicoPeeringView(generic.ObjectView):
    queryset = CalicoPeering.objects.select_related('cluster', 'node', 'router__device', 'peer_node', 'state')
    template_name = 'generic/object.html'
    layout = layout.SimpleLayout(
        breadcrumbs=[
            Breadcrumb('cluster', url=filtered_list_url('plugins:netbox_calico:calicopeering_list', 'cluster_id'))
        ],
        left_panels=[PeeringPanel(), CustomFieldsPanel(), TagsPanel()],
        right_panels=[NodeEndPanel(), PeerEndPanel()],
    )


@register_model_view(CalicoPeering, 'add', detail=False)
@register_model_view(CalicoPeering, 'edit')
class CalicoPeeringEditView(generic.ObjectEditView):
    queryset = CalicoPeering.objects.all()
    form = forms.CalicoPeeringForm


@register_model_view(CalicoPeering, 'delete')
class CalicoPeeringDeleteView(generic.ObjectDeleteView):
    queryset = CalicoPeering.objects.all()


@register_model_view(CalicoPeering, 'bulk_import', path='import', detail=False)
class CalicoPeeringBulkImportView(generic.BulkImportView):
    queryset = CalicoPeering.objects.all()
    model_form = forms.CalicoPeeringImportForm


@register_model_view(CalicoPeering, 'bulk_edit', path='edit', detail=False)
class CalicoPeeringBulkEditView(generic.BulkEditView):
    queryset = CalicoPeering.objects.select_related('cluster', 'node', 'router__device', 'peer_node', 'state')
    filterset = filtersets.CalicoPeeringFilterSet
    table = tables.CalicoPeeringTable
    form = forms.CalicoPeeringBulkEditForm


@register_model_view(CalicoPeering, 'bulk_delete', path='delete', detail=False)
class CalicoPeeringBulkDeleteView(generic.BulkDeleteView):
    queryset = CalicoPeering.objects.select_related('cluster', 'node', 'router__device', 'peer_node', 'state')
    filterset = filtersets.CalicoPeeringFilterSet
    table = tables.CalicoPeeringTable
