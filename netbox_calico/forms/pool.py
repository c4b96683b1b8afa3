"""Forms of Calico pools."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from ipam.models import Prefix
from netbox.forms import PrimaryModelBulkEditForm, PrimaryModelFilterSetForm, PrimaryModelForm, PrimaryModelImportForm
from utilities.forms.fields import (
    CSVChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet

from netbox_calico.choices import EncapsulationChoices, FamilyChoices
from netbox_calico.compat import add_blank_choice
from netbox_calico.models import CalicoPool

from .base import (
    DefaultsOnImport,
    PrefixOnImport,
    bulk_boolean_field,
    cluster_field,
    clusters_field,
    csv_cluster_field,
    filter_boolean_field,
)


class CalicoPoolForm(PrimaryModelForm):
    cluster = cluster_field()
    prefix = DynamicModelChoiceField(queryset=Prefix.objects.all(), selector=True, label=_('Prefix'))

    fieldsets = (
        FieldSet(
            'cluster', 'name', 'prefix', 'block_size', 'node_selector', 'description', 'tags', name=_('Calico Pool')
        ),
        FieldSet('ipip', 'vxlan', 'ours', 'nat_outgoing', 'disabled', 'disable_export', name=_('Routing')),
    )

    class Meta:
        model = CalicoPool
        fields = (
            'cluster', 'name', 'prefix', 'block_size', 'node_selector', 'ipip', 'vxlan', 'ours', 'nat_outgoing',
            'disabled', 'disable_export', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip


class CalicoPoolImportForm(PrefixOnImport, DefaultsOnImport, PrimaryModelImportForm):
    cluster = csv_cluster_field()
    ipip = CSVChoiceField(choices=EncapsulationChoices, required=False, help_text=_('IPIP'))
    vxlan = CSVChoiceField(choices=EncapsulationChoices, required=False, help_text=_('VXLAN'))

    class Meta:
        model = CalicoPool
        fields = (
            'cluster', 'name', 'prefix', 'block_size', 'node_selector', 'ipip', 'vxlan', 'ours', 'nat_outgoing',
            'disabled', 'disable_export', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip


class CalicoPoolBulkEditForm(PrimaryModelBulkEditForm):
    block_size = forms.IntegerField(min_value=20, max_value=128, required=False, label=_('Block size'))
    ipip = forms.ChoiceField(choices=add_blank_choice(EncapsulationChoices), required=False, label=_('IPIP'))
    vxlan = forms.ChoiceField(choices=add_blank_choice(EncapsulationChoices), required=False, label=_('VXLAN'))
    ours = bulk_boolean_field(_('Ours'))
    nat_outgoing = bulk_boolean_field(_('NAT outgoing'))
    disabled = bulk_boolean_field(_('Disabled'))
    disable_export = bulk_boolean_field(_('Disable export'))
    node_selector = forms.CharField(max_length=1024, required=False, label=_('Node selector'))

    model = CalicoPool
    fieldsets = (
        FieldSet('block_size', 'node_selector', 'description'),
        FieldSet('ipip', 'vxlan', 'ours', 'nat_outgoing', 'disabled', 'disable_export', name=_('Routing')),
    )
    nullable_fields = ('description', 'comments')


class CalicoPoolFilterForm(PrimaryModelFilterSetForm):
    model = CalicoPool
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('cluster_id', 'family', 'prefix_id', name=_('Attributes')),
        FieldSet('ipip', 'vxlan', 'ours', 'nat_outgoing', 'disabled', 'disable_export', name=_('Routing')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )
    cluster_id = clusters_field()
    family = forms.ChoiceField(choices=add_blank_choice(FamilyChoices), required=False, label=_('Family'))
    prefix_id = DynamicModelMultipleChoiceField(queryset=Prefix.objects.all(), required=False, label=_('Prefix'))
    ipip = forms.MultipleChoiceField(choices=EncapsulationChoices, required=False, label=_('IPIP'))
    vxlan = forms.MultipleChoiceField(choices=EncapsulationChoices, required=False, label=_('VXLAN'))
    ours = filter_boolean_field(_('Ours'))
    nat_outgoing = filter_boolean_field(_('NAT outgoing'))
    disabled = filter_boolean_field(_('Disabled'))
    disable_export = filter_boolean_field(_('Disable export'))
    tag = TagFilterField(model)
