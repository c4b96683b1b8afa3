"""Pages of switch profiles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs, layout, panels
from netbox.views import generic
from utilities.views import register_model_view

from netbox_calico import filtersets, forms, tables
from netbox_calico.compat import CustomFieldsPanel, GetRelatedModelsMixin, TagsPanel, count_related
from netbox_calico.models import CalicoRouter, CalicoSwitchProfile

_COUNTED = CalicoSwitchProfile.objects.annotate(router_count=count_related(CalicoRouter, 'profile'))


class SwitchProfilePanel(panels.OrganizationalObjectPanel):
    platform = attrs.NestedObjectAttr('platform', linkify=True, label=_('Platform'))


class AccessPanel(panels.ObjectAttributesPanel):
    title = _('Access')
    driver = attrs.ChoiceAttr('driver', label=_('Driver'))
    template_set = attrs.ChoiceAttr('template_set', label=_('Template set'))
    credential = attrs.TextAttr('credential', label=_('Credential'), style='font-monospace')
    port = attrs.TextAttr('port', label=_('Port'))
    verify_host = attrs.BooleanAttr('verify_host', label=_('Verifies host key'))
    workers = attrs.NumericAttr('workers', label=_('Workers'))
    confirm_seconds = attrs.TextAttr('confirm_seconds', label=_('Confirm within'), format_string='{} s')


class SessionsPanel(panels.ObjectAttributesPanel):
    title = _('Sessions')
    keepalive = attrs.TextAttr('keepalive', label=_('Keepalive'), format_string='{} s')
    hold_time = attrs.TextAttr('hold_time', label=_('Hold time'), format_string='{} s')
    max_prefixes = attrs.NumericAttr('max_prefixes', label=_('Maximum prefixes'))


@register_model_view(CalicoSwitchProfile, 'list', path='', detail=False)
class CalicoSwitchProfileListView(generic.ObjectListView):
    queryset = _COUNTED
    table = tables.CalicoSwitchProfileTable
    filterset = filtersets.CalicoSwitchProfileFilterSet
    filterset_form = forms.CalicoSwitchProfileFilterForm


@register_model_view(CalicoSwitchProfile)
class CalicoSwitchProfileView(GetRelatedModelsMixin, generic.ObjectView):
    queryset = CalicoSwitchProfile.objects.all()
    template_name = 'generic/object.html'
    layout = layout.SimpleLayout(
        left_panels=[SwitchProfilePanel(), AccessPanel(), CustomFieldsPanel()],
        right_panels=[SessionsPanel(), panels.RelatedObjectsPanel(), TagsPanel(), panels.CommentsPanel()],
    )

    def get_extra_context(self, request, instance):
        return {'related_models': self.get_related_models(request, instance)}


@register_model_view(CalicoSwitchProfile, 'add', detail=False)
@register_model_view(CalicoSwitchProfile, 'edit')
class CalicoSwitchProfileEditView(generic.ObjectEditView):
    queryset = CalicoSwitchProfile.objects.all()
    form = forms.CalicoSwitchProfileForm


@register_model_view(CalicoSwitchProfile, 'delete')
class CalicoSwitchProfileDeleteView(generic.ObjectDeleteView):
    queryset = CalicoSwitchProfile.objects.all()


@register_model_view(CalicoSwitchProfile, 'bulk_import', path='import', detail=False)
class CalicoSwitchProfileBulkImportView(generic.BulkImportView):
    queryset = CalicoSwitchProfile.objects.all()
    model_form = forms.CalicoSwitchProfileImportForm


@register_model_view(CalicoSwitchProfile, 'bulk_edit', path='edit', detail=False)
class CalicoSwitchProfileBulkEditView(generic.BulkEditView):
    queryset = _COUNTED
    filterset = filtersets.CalicoSwitchProfileFilterSet
    table = tables.CalicoSwitchProfileTable
    form = forms.CalicoSwitchProfileBulkEditForm


@register_model_view(CalicoSwitchProfile, 'bulk_rename', path='rename', detail=False)
class CalicoSwitchProfileBulkRenameView(generic.BulkRenameView):
    queryset = CalicoSwitchProfile.objects.all()
    filterset = filtersets.CalicoSwitchProfileFilterSet


@register_model_view(CalicoSwitchProfile, 'bulk_delete', path='delete', detail=False)
class CalicoSwitchProfileBulkDeleteView(generic.BulkDeleteView):
    queryset = _COUNTED
    filterset = filtersets.CalicoSwitchProfileFilterSet
    table = tables.CalicoSwitchProfileTable
