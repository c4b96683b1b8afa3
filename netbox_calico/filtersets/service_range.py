"""Filters of Calico service ranges."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils.translation import gettext as _
from ipam.models import Prefix
from netbox.filtersets import PrimaryModelFilterSet
from utilities.filtersets import register_filterset

from netbox_calico.choices import FamilyChoices, ServiceRangeKindChoices
from netbox_calico.models import CalicoServiceRange

from .base import OfCluster


@register_filterset
class CalicoServiceRangeFilterSet(OfCluster, PrimaryModelFilterSet):
    prefix_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Prefix.objects.all(), distinct=False, label=_('Prefix (ID)')
    )
    family = django_filters.ChoiceFilter(choices=FamilyChoices, field_name='prefix__prefix', lookup_expr='family')
    kind = django_filters.MultipleChoiceFilter(choices=ServiceRangeKindChoices, distinct=False)

    class Meta:
        model = CalicoServiceRange
        fields = ('id', 'anycast', 'description')

    def search(self, queryset, name, value):
        if not value.strip():
            return queryset
        return queryset.filter(
            Q(prefix__prefix__istartswith=value.strip())
            | Q(description__icontains=value)
            | Q(comments__icontains=value)
        )
