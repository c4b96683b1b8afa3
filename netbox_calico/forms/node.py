"""Forms of Calico nodes."""

from __future__ import annotations

from dcim.models import Device, Rack
from django import forms
from django.utils.translation import gettext_lazy as _
from ipam.models import ASN
from netbox.forms import PrimaryModelBulkEditForm, PrimaryModelFilterSetForm, PrimaryModelForm, PrimaryModelImportForm
from utilities.forms.fields import (
    CSVChoiceField,
    CSVModelChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet, TabbedGroups
from virtualization.models import VirtualMachine

from netbox_calico.choices import ReflectorChoices
from netbox_calico.compat import add_blank_choice
from netbox_calico.models import CalicoNode

from .base import (
    DefaultsOnImport,
    SiteOnImport,
    bulk_boolean_field,
    cluster_field,
    clusters_field,
    csv_cluster_field,
    filter_boolean_field,
)


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
    asn = DynamicModelChoiceField(
        queryset=ASN.objects.all(),
        required=False,
        label=_('ASN'),
        help_text=CalicoNode._meta.get_field('asn').help_text,
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
        FieldSet('asn', 'reflector', 'drained', name=_('BGP')),
    )

    class Meta:
        model = CalicoNode
        fields = (
            'cluster', 'name', 'system_uuid', 'device', 'virtual_machine', 'rack', 'asn', 'reflector', 'drained',
            'description', 'owner', 'comments', 'tags',
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
    asn = CSVModelChoiceField(
        queryset=ASN.objects.all(), to_field_name='asn', required=False, help_text=_('Its own AS number')
    )
    reflector = CSVChoiceField(choices=ReflectorChoices, required=False, help_text=_('Whether it reflects routes'))

    class Meta:
        model = CalicoNode
        fields = (
            'cluster', 'name', 'system_uuid', 'device', 'virtual_machine', 'rack', 'asn', 'reflector', 'drained',
            'description', 'owner', 'comments', 'tags',
        )  # fmt: skip


class CalicoNodeBulkEditForm(PrimaryModelBulkEditForm):
    rack = DynamicModelChoiceField(queryset=Rack.objects.all(), required=False, label=_('Rack'))
    reflector = forms.ChoiceField(
        choices=add_blank_choice(ReflectorChoices), required=False, label=_('Route reflector')
    )
    drained = bulk_boolean_field(_('Drained'))

    model = CalicoNode
    fieldsets = (
        FieldSet('rack', 'description'),
        FieldSet('reflector', 'drained', name=_('BGP')),
    )
    nullable_fields = ('rack', 'description', 'comments')


class CalicoNodeFilterForm(PrimaryModelFilterSetForm):
    model = CalicoNode
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('cluster_id', 'has_host', 'asn_id', 'reflector', 'drained', name=_('Attributes')),
        FieldSet('rack_id', 'device_id', 'virtual_machine_id', name=_('Host')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )
    cluster_id = clusters_field()
    has_host = filter_boolean_field(_('Is tied to a host'))
    asn_id = DynamicModelMultipleChoiceField(queryset=ASN.objects.all(), required=False, label=_('ASN'))
    reflector = forms.MultipleChoiceField(choices=ReflectorChoices, required=False, label=_('Route reflector'))
    drained = filter_boolean_field(_('Drained'))
    rack_id = DynamicModelMultipleChoiceField(queryset=Rack.objects.all(), required=False, label=_('Rack'))
    device_id = DynamicModelMultipleChoiceField(queryset=Device.objects.all(), required=False, label=_('Device'))
    virtual_machine_id = DynamicModelMultipleChoiceField(
        queryset=VirtualMachine.objects.all(), required=False, label=_('Virtual machine')
    )
    tag = TagFilterField(model)
