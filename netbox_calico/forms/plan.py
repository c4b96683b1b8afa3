"""Forms around plans: what to plan, and the digest that an approval or a deployment is bound to."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from utilities.forms.fields import QueryField
from utilities.forms.rendering import FieldSet

from netbox_calico.choices import DecisionChoices, PlanKindChoices, PlanStatusChoices
from netbox_calico.compat import FilterModifierMixin, SavedFiltersMixin
from netbox_calico.models import CalicoPlan

from .base import clusters_field


class PlanForm(forms.Form):
    kind = forms.ChoiceField(choices=PlanKindChoices, label=_('Plan'))


class DigestForm(forms.Form):
    """What the person saw. A plan that is another one by now is refused."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ApproveForm(DigestForm):
    decision = forms.ChoiceField(
        choices=[(DecisionChoices.APPROVE, _('Approve')), (DecisionChoices.REJECT, _('Reject'))],
        label=_('Decision'),
    )
    comment = forms.CharField(max_length=500, required=False, label=_('Comment'))


class CalicoPlanFilterForm(FilterModifierMixin, SavedFiltersMixin, forms.Form):
    model = CalicoPlan
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('cluster_id', 'kind', 'status', name=_('Attributes')),
    )
    selector_fields = ('filter_id', 'q')
    q = QueryField(required=False, label=_('Search'))
    cluster_id = clusters_field()
    kind = forms.MultipleChoiceField(choices=PlanKindChoices, required=False, label=_('Kind'))
    status = forms.MultipleChoiceField(choices=PlanStatusChoices, required=False, label=_('Status'))
