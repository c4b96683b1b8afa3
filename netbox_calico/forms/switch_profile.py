"""Forms of switch profiles."""

from __future__ import annotations

from dcim.models import Platform
from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import (
    OrganizationalModelBulkEditForm,
    OrganizationalModelFilterSetForm,
    OrganizationalModelForm,
    OrganizationalModelImportForm,
)
from utilities.forms.fields import (
    CSVChoiceField,
    CSVModelChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet

from netbox_calico.choices import DriverChoices, TemplateSetChoices
from netbox_calico.compat import add_blank_choice
from netbox_calico.models import CalicoSwitchProfile

from .base import CredentialField, DefaultsOnImport, KeepsCredential, bulk_boolean_field, filter_boolean_field


class CalicoSwitchProfileForm(KeepsCredential, OrganizationalModelForm):
    platform = DynamicModelChoiceField(
        queryset=Platform.objects.all(),
        required=False,
        label=_('Platform'),
        help_text=_('Routers of this platform use the profile unless they name another one'),
    )
    credential = CredentialField(label=_('Credential'), help_text=_('A login in PLUGINS_CONFIG, by name'))

    fieldsets = (
        FieldSet('name', 'slug', 'platform', 'description', 'tags', name=_('Switch Profile')),
        FieldSet(
            'driver',
            'template_set',
            'credential',
            'port',
            'verify_host',
            'workers',
            'confirm_seconds',
            name=_('Access'),
        ),
        FieldSet('keepalive', 'hold_time', 'max_prefixes', name=_('Sessions')),
    )

    class Meta:
        model = CalicoSwitchProfile
        fields = (
            'name', 'slug', 'platform', 'driver', 'template_set', 'credential', 'port', 'verify_host', 'workers',
            'confirm_seconds', 'keepalive', 'hold_time', 'max_prefixes', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip


class CalicoSwitchProfileImportForm(DefaultsOnImport, OrganizationalModelImportForm):
    platform = CSVModelChoiceField(
        queryset=Platform.objects.all(), to_field_name='name', required=False, help_text=_('Name of the platform')
    )
    driver = CSVChoiceField(choices=DriverChoices, required=False, help_text=_('NAPALM driver'))
    template_set = CSVChoiceField(choices=TemplateSetChoices, required=False, help_text=_('Template set'))

    class Meta:
        model = CalicoSwitchProfile
        fields = (
            'name', 'slug', 'platform', 'driver', 'template_set', 'credential', 'port', 'verify_host', 'workers',
            'confirm_seconds', 'keepalive', 'hold_time', 'max_prefixes', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip


class CalicoSwitchProfileBulkEditForm(OrganizationalModelBulkEditForm):
    driver = forms.ChoiceField(choices=add_blank_choice(DriverChoices), required=False, label=_('Driver'))
    template_set = forms.ChoiceField(
        choices=add_blank_choice(TemplateSetChoices), required=False, label=_('Template set')
    )
    credential = CredentialField(required=False, label=_('Credential'))
    port = forms.IntegerField(min_value=1, max_value=65535, required=False, label=_('Port'))
    verify_host = bulk_boolean_field(_('Verify host key'))
    workers = forms.IntegerField(min_value=1, max_value=200, required=False, label=_('Workers'))
    confirm_seconds = forms.IntegerField(min_value=30, max_value=3600, required=False, label=_('Confirm within (s)'))
    keepalive = forms.IntegerField(min_value=0, required=False, label=_('Keepalive (s)'))
    hold_time = forms.IntegerField(min_value=0, required=False, label=_('Hold time (s)'))
    max_prefixes = forms.IntegerField(min_value=1, required=False, label=_('Maximum prefixes'))

    model = CalicoSwitchProfile
    fieldsets = (
        FieldSet('description'),
        FieldSet(
            'driver',
            'template_set',
            'credential',
            'port',
            'verify_host',
            'workers',
            'confirm_seconds',
            name=_('Access'),
        ),
        FieldSet('keepalive', 'hold_time', 'max_prefixes', name=_('Sessions')),
    )
    nullable_fields = ('port', 'max_prefixes', 'description', 'comments')


class CalicoSwitchProfileFilterForm(OrganizationalModelFilterSetForm):
    model = CalicoSwitchProfile
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('platform_id', 'driver', 'template_set', 'verify_host', name=_('Attributes')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )
    platform_id = DynamicModelMultipleChoiceField(queryset=Platform.objects.all(), required=False, label=_('Platform'))
    driver = forms.MultipleChoiceField(choices=DriverChoices, required=False, label=_('Driver'))
    template_set = forms.MultipleChoiceField(choices=TemplateSetChoices, required=False, label=_('Template set'))
    verify_host = filter_boolean_field(_('Verifies host keys'))
    tag = TagFilterField(model)
