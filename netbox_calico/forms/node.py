"""Forms of Calico nodes."""

from __future__ import annotations

from dcim.models import Device, Rack
from django.utils.translation import gettext_lazy as _
from netbox.forms import PrimaryModelBulkEditForm, PrimaryModelFilterSetForm, PrimaryModelForm, PrimaryModelImportForm
from utilities.forms.fields import (
    CSVModelChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet, TabbedGroups
from virtualization.models import VirtualMachine

from netbox_calico.models import CalicoNode

from .base import DefaultsOnImport, SiteOnImport, cluster_field, clusters_field, csv_cluster_field, filter_boolean_field


class CalicoNodeForm(PrimaryModelForm):
    cluster = cluster_field()
    device = DynamicModelChoiceField(queryset=Device.objects.all(), required=False, selector=True, label=_('Device'))
    virtual_machine = DynamicModelChoiceField(
        queryset=VirtualMachine.objects.all(), required=False, selector=True, label=_('Virtual machine')
    )
    rack = DynamicModelChoiceField(
        queryset=Rack.objects.all(),
        required=False,
        label=_('Rack'),
        help_text=_('Only for a virtual machine whose host is not known'),
    )

    fieldsets = (
        FieldSet('cluster', 'name', 'system_uuid', 'description', 'tags', name=_('Calico Node')),
        FieldSet(
            TabbedGroups(
                FieldSet('device', name=_('Device')),
                FieldSet('virtual_machine', 'rack', name=_('Virtual Machine')),
            ),
            name=_('Host'),
        ),
    )

    class Meta:
        model = CalicoNode
        fields = (
            'cluster', 'name', 'system_uuid', 'device', 'virtual_machine', 'rack', 'description', 'owner',
            'comments', 'tags',
        )  # fmt: skip


class CalicoNodeImportForm(SiteOnImport, DefaultsOnImport, PrimaryModelImportForm):
    cluster = csv_cluster_field()
    device = CSVModelChoiceField(
        queryset=Device.objects.all(), to_field_name='name', required=False, help_text=_('Name of the device')
    )
    virtual_machine = CSVModelChoiceField(
        queryset=VirtualMachine.objects.all(),
        to_field_name='name',
        required=False,
        help_text=_('Name of the virtual machine'),
    )
    rack = CSVModelChoiceField(
        queryset=Rack.objects.all(), to_field_name='name', required=False, help_text=_('Name of the rack')
    )

    class Meta:
        model = CalicoNode
        fields = (
            'cluster', 'name', 'system_uuid', 'device', 'virtual_machine', 'rack', 'description', 'owner',
            'comments', 'tags',
        )  # fmt: skip


class CalicoNodeBulkEditForm(PrimaryModelBulkEditForm):
    rack = DynamicModelChoiceField(queryset=Rack.objects.all(), required=False, label=_('Rack'))

    model = CalicoNode
    fieldsets = (FieldSet('rack', 'description'),)
    nullable_fields = ('rack', 'description', 'comments')


class CalicoNodeFilterForm(PrimaryModelFilterSetForm):
    model = CalicoNode
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('cluster_id', 'has_host', name=_('Attributes')),
        FieldSet('rack_id', 'device_id', 'virtual_machine_id', name=_('Host')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )
    cluster_id = clusters_field()
    has_host = filter_boolean_field(_('Is tied to a host'))
    rack_id = DynamicModelMultipleChoiceField(queryset=Rack.objects.all(), required=False, label=_('Rack'))
    device_id = DynamicModelMultipleChoiceField(queryset=Device.objects.all(), required=False, label=_('Device'))
    virtual_machine_id = DynamicModelMultipleChoiceField(
        queryset=VirtualMachine.objects.all(), required=False, label=_('Virtual machine')
    )
    tag = TagFilterField(model)
