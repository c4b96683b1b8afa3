"""Filters of Calico pools."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils.translation import gettext as _
from ipam.models import Prefix
from netbox.filtersets import PrimaryModelFilterSet
from utilities.filtersets import register_filterset

from netbox_calico.choices import EncapsulationChoices, FamilyChoices
from netbox_calico.models import CalicoPool

from .base import OfCluster


@register_filterset
class CalicoPoolFilterSet(OfCluster, PrimaryModelFilterSet):
    prefix_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Prefix.objects.all(), distinct=False, label=_('Prefix (ID)')
    )
    family = django_filters.ChoiceFilter(choices=FamilyChoices, field_name='prefix__prefix', lookup_expr='family')
    ipip = django_filters.MultipleChoiceFilter(choices=EncapsulationChoices, distinct=False)
    vxlan = django_filters.MultipleChoiceFilter(choices=EncapsulationChoices, distinct=False)

    class Meta:
        model = CalicoPool
        fields = (
            'id', 'name', 'block_size', 'nat_outgoing', 'disabled', 'disable_export', 'node_selector', 'ours',
            'description',
        )  # fmt: skip

    def search(self, queryset, name, value):
        if not value.strip():
            return queryset
        return queryset.filter(
            Q(name__icontains=value) | Q(description__icontains=value) | Q(comments__icontains=value)
        )
