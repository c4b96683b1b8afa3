"""Forms around runs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from utilities.forms.fields import DynamicModelMultipleChoiceField, QueryField
from utilities.forms.rendering import FieldSet

from netbox_calico.choices import PlanKindChoices, RunStatusChoices
from netbox_calico.compat import FilterModifierMixin, SavedFiltersMixin
from netbox_calico.models import CalicoPlan, CalicoRun

from .base import clusters_field


class CalicoRunFilterForm(FilterModifierMixin, SavedFiltersMixin, forms.Form):
    model = CalicoRun
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('cluster_id', 'plan_id', 'kind', 'status', name=_('Attributes')),
    )
    selector_fields = ('filter_id', 'q')
    q = QueryField(required=False, label=_('Search'))
    cluster_id = clusters_field()
    plan_id = DynamicModelMultipleChoiceField(queryset=CalicoPlan.objects.all(), required=False, label=_('Plan'))
    kind = forms.MultipleChoiceField(choices=PlanKindChoices, required=False, label=_('Kind'))
    status = forms.MultipleChoiceField(choices=RunStatusChoices, required=False, label=_('Status'))
