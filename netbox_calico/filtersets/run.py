"""Filters of runs and of their outcomes."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils.translation import gettext as _
from netbox.filtersets import BaseFilterSet
from utilities.filtersets import register_filterset

from netbox_calico.choices import PhaseChoices, PlanKindChoices, ResultChoices, RunStatusChoices, WishChoices
from netbox_calico.compat import MultiValueNumberFilter
from netbox_calico.models import CalicoOutcome, CalicoPlan, CalicoRun

from .base import OfCluster


@register_filterset
class CalicoRunFilterSet(OfCluster, BaseFilterSet):
    q = django_filters.CharFilter(method='search', label=_('Search'))
    plan_id = django_filters.ModelMultipleChoiceFilter(
        queryset=CalicoPlan.objects.all(), distinct=False, label=_('Plan (ID)')
    )
    kind = django_filters.MultipleChoiceFilter(choices=PlanKindChoices, distinct=False)
    status = django_filters.MultipleChoiceFilter(choices=RunStatusChoices, distinct=False)
    wanted = django_filters.MultipleChoiceFilter(choices=WishChoices, distinct=False)

    class Meta:
        model = CalicoRun
        fields = ('id', 'attempt', 'heartbeat', 'requested', 'started', 'ended', 'step', 'started_by_name')

    def search(self, queryset, name, value):
        if not value.strip():
            return queryset
        return queryset.filter(
            Q(cluster__name__icontains=value) | Q(started_by_name__icontains=value) | Q(error__icontains=value)
        )


class CalicoOutcomeFilterSet(django_filters.FilterSet):
    """Within one run."""

    step = MultiValueNumberFilter(field_name='item__step')
    phase = django_filters.MultipleChoiceFilter(choices=PhaseChoices, distinct=False)
    result = django_filters.MultipleChoiceFilter(choices=ResultChoices, distinct=False)

    class Meta:
        model = CalicoOutcome
        fields = ('id',)
