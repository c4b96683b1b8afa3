"""Filters of plans and of their items."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils.translation import gettext as _
from netbox.filtersets import BaseFilterSet
from utilities.filtersets import register_filterset

from netbox_calico.choices import OperationChoices, PlanKindChoices, PlanStatusChoices
from netbox_calico.compat import MultiValueCharFilter, MultiValueNumberFilter
from netbox_calico.models import CalicoPlan, CalicoPlanItem

from .base import OfCluster


@register_filterset
class CalicoPlanFilterSet(OfCluster, BaseFilterSet):
    q = django_filters.CharFilter(method='search', label=_('Search'))
    kind = django_filters.MultipleChoiceFilter(choices=PlanKindChoices, distinct=False)
    status = django_filters.MultipleChoiceFilter(choices=PlanStatusChoices, distinct=False)

    class Meta:
        model = CalicoPlan
        fields = ('id', 'design', 'digest', 'snapshot_digest', 'observation_digest', 'created', 'created_by_name')

    def search(self, queryset, name, value):
        if not value.strip():
            return queryset
        return queryset.filter(
            Q(cluster__name__icontains=value)
            | Q(created_by_name__icontains=value)
            | Q(digest__startswith=value.strip())
        )


class CalicoPlanItemFilterSet(django_filters.FilterSet):
    """Within one plan."""

    step = MultiValueNumberFilter()
    wave = MultiValueNumberFilter()
    undo = django_filters.BooleanFilter()
    target = MultiValueCharFilter()
    operation = django_filters.MultipleChoiceFilter(choices=OperationChoices, distinct=False)

    class Meta:
        model = CalicoPlanItem
        fields = ('id', 'seq')
