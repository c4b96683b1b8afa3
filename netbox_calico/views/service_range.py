"""Pages of Calico service ranges."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from netbox.object_actions import AddObject, BulkDelete, BulkEdit, BulkExport, BulkImport
from netbox.ui import attrs, layout, panels
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from utilities.views import register_model_view

from netbox_calico import filtersets, forms, tables
from netbox_calico.compat import CustomFieldsPanel, TagsPanel
from netbox_calico.models import CalicoServiceRange


class ServiceRangePanel(panels.ObjectAttributesPanel):
    cluster = attrs.RelatedObjectAttr('cluster', linkify=True, label=_('Cluster'))
    prefix = attrs.RelatedObjectAttr('prefix', linkify=True, label=_('Prefix'))
    kind = attrs.ChoiceAttr('kind', label=_('Kind'))
    anycast = attrs.BooleanAttr('anycast', label=_('Anycast'), display_false=False)
    description = attrs.TextAttr('description', label=_('Description'))


@register_model_view(CalicoServiceRange, 'list', path='', detail=False)
class CalicoServiceRangeListView(generic.ObjectListView):
    queryset = CalicoServiceRange.objects.select_related('cluster', 'prefix')
    table = tables.CalicoServiceRangeTable
    filterset = filtersets.CalicoServiceRangeFilterSet
    filterset_form = forms.CalicoServiceRangeFilterForm
    actions = (AddObject, BulkImport, BulkExport, BulkEdit, BulkDelete)


@register_model_view(CalicoServiceRange)
class CalicoServiceRangeView(generic.ObjectView):
    queryset = CalicoServiceRange.objects.select_related('cluster', 'prefix')
    template_name = 'generic/object.html'
    layout = layout.SimpleLayout(
        breadcrumbs=[
            Breadcrumb('cluster', url=filtered_list_url('plugins:netbox_calico:calicoservicerange_list', 'cluster_id'))
        ],
        left_panels=[ServiceRangePanel(), CustomFieldsPanel()],
        right_panels=[TagsPanel(), panels.CommentsPanel()],
    )


@register_model_view(CalicoServiceRange, 'add', detail=False)
@register_model_view(CalicoServiceRange, 'edit')
class CalicoServiceRangeEditView(generic.ObjectEditView):
    queryset = CalicoServiceRange.objects.all()
    form = forms.CalicoServiceRangeForm


@register_model_view(CalicoServiceRange, 'delete')
class CalicoServiceRangeDeleteView(generic.ObjectDeleteView):
    queryset = CalicoServiceRange.objects.all()


@register_model_view(CalicoServiceRange, 'bulk_import', path='import', detail=False)
class CalicoServiceRangeBulkImportView(generic.BulkImportView):
    queryset = CalicoServiceRange.objects.all()
    model_form = forms.CalicoServiceRangeImportForm


@register_model_view(CalicoServiceRange, 'bulk_edit', path='edit', detail=False)
class CalicoServiceRangeBulkEditView(generic.BulkEditView):
    queryset = CalicoServiceRange.objects.select_related('cluster', 'prefix')
    filterset = filtersets.CalicoServiceRangeFilterSet
    table = tables.CalicoServiceRangeTable
    form = forms.CalicoServiceRangeBulkEditForm


@register_model_view(CalicoServiceRange, 'bulk_delete', path='delete', detail=False)
class CalicoServiceRangeBulkDeleteView(generic.BulkDeleteView):
    queryset = CalicoServiceRange.objects.select_related('cluster', 'prefix')
    filterset = filtersets.CalicoServiceRangeFilterSet
    table = tables.CalicoServiceRangeTable
