"""Forms of Calico routers."""

from __future__ import annotations

from dcim.models import Device, Rack, Site
from django import forms
from django.utils.translation import gettext_lazy as _
from ipam.models import ASN
from netbox.forms import PrimaryModelBulkEditForm, PrimaryModelFilterSetForm, PrimaryModelForm, PrimaryModelImportForm
from netbox.plugins import get_plugin_config
from utilities.forms.fields import (
    CSVChoiceField,
    CSVModelChoiceField,
    CSVModelMultipleChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet

from netbox_calico.choices import RouterRoleChoices
from netbox_calico.compat import add_blank_choice
from netbox_calico.models import CalicoRouter, CalicoSwitchProfile

from .base import (
    CredentialField,
    DefaultsOnImport,
    KeepsCredential,
    SiteOnImport,
    bulk_boolean_field,
    clusters_field,
    filter_boolean_field,
)


class CalicoRouterForm(KeepsCredential, PrimaryModelForm):
    device = DynamicModelChoiceField(queryset=Device.objects.all(), selector=True, label=_('Device'))
    profile = DynamicModelChoiceField(
        queryset=CalicoSwitchProfile.objects.all(),
        required=False,
        label=_('Switch profile'),
        help_text=_("Empty for the profile of the device's platform"),
    )
    asn = DynamicModelChoiceField(
        queryset=ASN.objects.all(),
        required=False,
        label=_('ASN'),
        help_text=_('The AS number that the router speaks with'),
    )
    racks = DynamicModelMultipleChoiceField(
        queryset=Rack.objects.all(),
        required=False,
        label=_('Racks'),
        help_text=_(
            'Only where neither addresses nor cables tell which racks it serves; for a route reflector outside of the '
            'cluster one rack of each cluster that it is for'
        ),
    )
    credential = CredentialField(
        required=False,
        label=_('Credential'),
        help_text=_("A login in PLUGINS_CONFIG, by name; empty for the profile's"),
    )

    fieldsets = (
        FieldSet(
            'device', 'role', 'asn', 'router_id', 'racks', 'drained', 'description', 'tags', name=_('Calico Router')
        ),
        FieldSet('profile', 'credential', name=_('Access')),
    )

    class Meta:
        model = CalicoRouter
        fields = (
            'device', 'role', 'asn', 'router_id', 'racks', 'drained', 'profile', 'credential', 'description', 'owner',
            'comments', 'tags',
        )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if roles := get_plugin_config('netbox_calico', 'router_roles'):
            self.fields['device'].widget.add_query_param('role', list(roles))


class CalicoRouterImportForm(SiteOnImport, DefaultsOnImport, PrimaryModelImportForm):
    device = CSVModelChoiceField(queryset=Device.objects.all(), to_field_name='name', help_text=_('Name of the device'))
    role = CSVChoiceField(choices=RouterRoleChoices, required=False, help_text=_('Role'))
    asn = CSVModelChoiceField(queryset=ASN.objects.all(), to_field_name='asn', required=False, help_text=_('AS number'))
    profile = CSVModelChoiceField(
        queryset=CalicoSwitchProfile.objects.all(), to_field_name='name', required=False, help_text=_('Switch profile')
    )
    racks = CSVModelMultipleChoiceField(
        queryset=Rack.objects.all(),
        to_field_name='name',
        required=False,
        help_text=_('Names of racks, separated by commas'),
    )

    class Meta:
        model = CalicoRouter
        fields = (
            'device', 'role', 'asn', 'router_id', 'racks', 'drained', 'profile', 'credential', 'description', 'owner',
            'comments', 'tags',
        )  # fmt: skip

    def clean_racks(self):
        """A name that several sites have must not tie the router to all of them."""
        racks = self.cleaned_data['racks']
        names = [rack.name for rack in racks]
        twice = {name for name in names if names.count(name) > 1}
        if twice and self.fields['racks'].to_field_name == 'name':
            raise forms.ValidationError(
                _('Several racks are named {names}: add the column «site».').format(names=', '.join(sorted(twice)))
            )
        return racks


class CalicoRouterBulkEditForm(PrimaryModelBulkEditForm):
    role = forms.ChoiceField(choices=add_blank_choice(RouterRoleChoices), required=False, label=_('Role'))
    asn = DynamicModelChoiceField(queryset=ASN.objects.all(), required=False, label=_('ASN'))
    profile = DynamicModelChoiceField(
        queryset=CalicoSwitchProfile.objects.all(), required=False, label=_('Switch profile')
    )
    credential = CredentialField(required=False, label=_('Credential'))
    drained = bulk_boolean_field(_('Drained'))

    model = CalicoRouter
    fieldsets = (
        FieldSet('role', 'asn', 'drained', 'description'),
        FieldSet('profile', 'credential', name=_('Access')),
    )
    nullable_fields = ('asn', 'profile', 'credential', 'description', 'comments')


class CalicoRouterFilterForm(PrimaryModelFilterSetForm):
    model = CalicoRouter
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('cluster_id', 'role', 'profile_id', 'asn_id', 'drained', name=_('Attributes')),
        FieldSet('site_id', 'rack_id', 'device_id', name=_('Location')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )
    cluster_id = clusters_field()
    role = forms.MultipleChoiceField(choices=RouterRoleChoices, required=False, label=_('Role'))
    profile_id = DynamicModelMultipleChoiceField(
        queryset=CalicoSwitchProfile.objects.all(), required=False, label=_('Switch profile')
    )
    asn_id = DynamicModelMultipleChoiceField(queryset=ASN.objects.all(), required=False, label=_('ASN'))
    drained = filter_boolean_field(_('Drained'))
    site_id = DynamicModelMultipleChoiceField(queryset=Site.objects.all(), required=False, label=_('Site'))
    rack_id = DynamicModelMultipleChoiceField(
        queryset=Rack.objects.all(), required=False, query_params={'site_id': '$site_id'}, label=_('Rack')
    )
    device_id = DynamicModelMultipleChoiceField(queryset=Device.objects.all(), required=False, label=_('Device'))
    tag = TagFilterField(model)
