"""Pages of Calico routers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from netbox.object_actions import AddObject, BulkDelete, BulkEdit, BulkExport, BulkImport
from netbox.ui import attrs, layout, panels
from netbox.views import generic
from utilities.views import register_model_view

from netbox_calico import filtersets, forms, tables
from netbox_calico.compat import CustomFieldsPanel, TagsPanel
from netbox_calico.models import CalicoRouter


class RouterPanel(panels.ObjectAttributesPanel):
    device = attrs.RelatedObjectAttr('device', linkify=True, label=_('Device'))
    site = attrs.RelatedObjectAttr('device.site', linkify=True, label=_('Site'))
    rack = attrs.RelatedObjectAttr('device.rack', linkify=True, label=_('Rack'))
    role = attrs.ChoiceAttr('role', label=_('Role'))
    asn = attrs.RelatedObjectAttr('asn', linkify=True, label=_('ASN'))
    router_id = attrs.TextAttr('router_id', style='font-monospace', label=_('Router ID'))
    drained = attrs.BooleanAttr('drained', label=_('Drained'), display_false=False)
    racks = attrs.RelatedObjectListAttr('racks', linkify=True, max_items=20, label=_('Tied racks'))
    description = attrs.TextAttr('description', label=_('Description'))


class RouterAccessPanel(panels.ObjectAttributesPanel):
    title = _('Access')
    profile = attrs.RelatedObjectAttr('profile_in_use', linkify=True, label=_('Switch profile'))
    credential = attrs.TextAttr('credential', style='font-monospace', label=_('Credential'))
    primary_ip = attrs.RelatedObjectAttr('device.primary_ip', linkify=True, label=_('Primary address'))
    reachable = attrs.BooleanAttr('state.reachable', label=_('Reachable'))
    observed_at = attrs.DateTimeAttr('state.observed_at', label=_('Observed'))
    error = attrs.TextAttr('state.error', label=_('Error'))


@register_model_view(CalicoRouter, 'list', path='', detail=False)
class CalicoRouterListView(generic.ObjectListView):
    queryset = CalicoRouter.objects.select_related('device', 'state')
    table = tables.CalicoRouterTable
    filterset = filtersets.CalicoRouterFilterSet
    filterset_form = forms.CalicoRouterFilterForm
    actions = (AddObject, BulkImport, BulkExport, BulkEdit, BulkDelete)


@register_model_view(CalicoRouter)
class CalicoRouterView(generic.ObjectView):
    queryset = CalicoRouter.objects.select_related('device__site', 'device__rack', 'device__platform', 'state')
    template_name = 'generic/object.html'
    layout = layout.SimpleLayout(
        left_panels=[RouterPanel(), CustomFieldsPanel()],
        right_panels=[RouterAccessPanel(), TagsPanel(), panels.CommentsPanel()],
        bottom_panels=[
            panels.ObjectsTablePanel(
                'netbox_calico.CalicoPeering',
                filters={'router_id': lambda ctx: ctx['object'].pk},
                exclude_columns=['router'],
                title=_('Peerings'),
            ),
        ],
    )


@register_model_view(CalicoRouter, 'add', detail=False)
@register_model_view(CalicoRouter, 'edit')
class CalicoRouterEditView(generic.ObjectEditView):
    queryset = CalicoRouter.objects.all()
    form = forms.CalicoRouterForm


@register_model_view(CalicoRouter, 'delete')
class CalicoRouterDeleteView(generic.ObjectDeleteView):
    queryset = CalicoRouter.objects.all()


@register_model_view(CalicoRouter, 'bulk_import', path='import', detail=False)
class CalicoRouterBulkImportView(generic.BulkImportView):
    queryset = CalicoRouter.objects.all()
    model_form = forms.CalicoRouterImportForm


@register_model_view(CalicoRouter, 'bulk_edit', path='edit', detail=False)
class CalicoRouterBulkEditView(generic.BulkEditView):
    queryset = CalicoRouter.objects.select_related('device', 'state')
    filterset = filtersets.CalicoRouterFilterSet
    table = tables.CalicoRouterTable
    form = forms.CalicoRouterBulkEditForm


@register_model_view(CalicoRouter, 'bulk_delete', path='delete', detail=False)
class CalicoRouterBulkDeleteView(generic.BulkDeleteView):
    queryset = CalicoRouter.objects.select_related('device', 'state')
    filterset = filtersets.CalicoRouterFilterSet
    table = tables.CalicoRouterTable
