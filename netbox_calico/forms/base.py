"""Fields that several forms have."""

from __future__ import annotations

from dcim.models import Site
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from ipam.models import VRF, Prefix
from utilities.forms.fields import CSVModelChoiceField, DynamicModelChoiceField, DynamicModelMultipleChoiceField

from netbox_calico.compat import BOOLEAN_WITH_BLANK_CHOICES, BulkEditNullBooleanSelect
from netbox_calico.models import CalicoCluster
from netbox_calico.models.base import credential_names


def credential_choices():
    """The configured credential names, with an empty choice; a callable, so that each form reads them anew."""
    return [('', '---------'), *((name, name) for name in credential_names())]


class CredentialField(forms.ChoiceField):
    """A choice among the names in ``PLUGINS_CONFIG``."""

    def __init__(self, **kwargs):
        super().__init__(choices=credential_choices, **kwargs)

    def keep(self, name):
        """Offer the name that an object has already, also when it is not configured (any more), and warn of it."""
        if name and name not in credential_names():
            self.choices = [*credential_choices(), (name, _('{name} (not configured)').format(name=name))]
            self.help_text = format_html(
                '<span class="text-warning">{}</span>',
                _(
                    "'{name}' is not in PLUGINS_CONFIG: nothing that needs it can be read or deployed. Add it there, "
                    'or choose another.'
                ).format(name=name),
            )


class KeepsCredential:
    """For the form of an object with a credential: what it has is not lost when something else is changed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, CredentialField):
                field.keep(getattr(self.instance, name))


def cluster_field(**kwargs):
    return DynamicModelChoiceField(queryset=CalicoCluster.objects.all(), label=_('Cluster'), **kwargs)


def clusters_field():
    return DynamicModelMultipleChoiceField(queryset=CalicoCluster.objects.all(), required=False, label=_('Cluster'))


def csv_cluster_field():
    return CSVModelChoiceField(
        queryset=CalicoCluster.objects.all(),
        to_field_name='name',
        label=_('Cluster'),
        help_text=_('Name of the Calico cluster'),
    )


def bulk_boolean_field(label):
    return forms.NullBooleanField(required=False, label=label, widget=BulkEditNullBooleanSelect())


def filter_boolean_field(label):
    return forms.NullBooleanField(required=False, label=label, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES))


class PrefixOnImport(forms.Form):
    """A prefix by its text, which several VRFs may have."""

    vrf = CSVModelChoiceField(
        queryset=VRF.objects.all(),
        to_field_name='name',
        required=False,
        help_text=_("Name of the prefix's VRF; empty for the global table, without the column for any"),
    )
    prefix = CSVModelChoiceField(
        queryset=Prefix.objects.all(), to_field_name='prefix', help_text=_('Prefix in CIDR notation')
    )

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        if data and 'vrf' in data:
            vrf, prefix = self.fields['vrf'], self.fields['prefix']
            condition = {f'vrf__{vrf.to_field_name}': data['vrf']} if data['vrf'] else {'vrf': None}
            prefix.queryset = prefix.queryset.filter(**condition)


class SiteOnImport(forms.Form):
    """Devices and racks by their names, which several sites may have."""

    site = CSVModelChoiceField(
        queryset=Site.objects.all(),
        to_field_name='name',
        required=False,
        help_text=_('Name of the site of the device and the racks, where their names alone are not unique'),
    )

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        if data and data.get('site'):
            condition = {f'site__{self.fields["site"].to_field_name}': data['site']}
            for name in {'device', 'rack', 'racks'} & set(self.fields):
                self.fields[name].queryset = self.fields[name].queryset.filter(**condition)


class DefaultsOnImport:
    """Columns that are left out of an import take the model's defaults, also where the default of a flag is true."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self._with_default():
            self.fields[name].required = False

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk:
            for name in self._with_default() - set(self.data):
                cleaned[name] = self._meta.model._meta.get_field(name).get_default()
        return cleaned

    def _with_default(self):
        return {
            field.name for field in self._meta.model._meta.fields if field.has_default() and field.name in self.fields
        }
