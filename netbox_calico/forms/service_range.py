"""Forms of Calico service ranges."""

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

from netbox_calico.choices import FamilyChoices, ServiceRangeKindChoices
from netbox_calico.compat import add_blank_choice
from netbox_calico.models import CalicoServiceRange

from .base import (
    DefaultsOnImport,
    PrefixOnImport,
    bulk_boolean_field,
    cluster_field,
    clusters_field,
    csv_cluster_field,
    filter_boolean_field,
)


class CalicoServiceRangeForm(PrimaryModelForm):
    cluster = cluster_field()
    prefix = DynamicModelChoiceField(queryset=Prefix.objects.all(), selector=True, label=_('Prefix'))

    fieldsets = (
        FieldSet('cluster', 'prefix', 'kind', 'anycast', 'description', 'tags', name=_('Calico Service Range')),
    )

    class Meta:
        model = CalicoServiceRange
        fields = ('cluster', 'prefix', 'kind', 'anycast', 'description', 'owner', 'comments', 'tags')


class CalicoServiceRangeImportForm(PrefixOnImport, DefaultsOnImport, PrimaryModelImportForm):
    cluster = csv_cluster_field()
    kind = CSVChoiceField(choices=ServiceRangeKindChoices, help_text=_('Kind of service addresses'))

    class Meta:
        model = CalicoServiceRange
        fields = ('cluster', 'prefix', 'kind', 'anycast', 'description', 'owner', 'comments', 'tags')


class CalicoServiceRangeBulkEditForm(PrimaryModelBulkEditForm):
    kind = forms.ChoiceField(choices=add_blank_choice(ServiceRangeKindChoices), required=False, label=_('Kind'))
    anycast = bulk_boolean_field(_('Anycast'))

    model = CalicoServiceRange
    fieldsets = (FieldSet('kind', 'anycast', 'description'),)
    nullable_fields = ('description', 'comments')


class CalicoServiceRangeFilterForm(PrimaryModelFilterSetForm):
    model = CalicoServiceRange
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('cluster_id', 'family', 'prefix_id', 'kind', 'anycast', name=_('Attributes')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )
    cluster_id = clusters_field()
    family = forms.ChoiceField(choices=add_blank_choice(FamilyChoices), required=False, label=_('Family'))
    prefix_id = DynamicModelMultipleChoiceField(queryset=Prefix.objects.all(), required=False, label=_('Prefix'))
    kind = forms.MultipleChoiceField(choices=ServiceRangeKindChoices, required=False, label=_('Kind'))
    anycast = filter_boolean_field(_('Anycast'))
    tag = TagFilterField(model)
