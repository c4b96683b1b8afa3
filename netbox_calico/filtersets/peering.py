"""Filters of Calico peerings."""

from __future__ import annotations

import django_filters
from dcim.models import Device
from django.db.models import Q
from django.utils.translation import gettext as _
from netbox.filtersets import NetBoxModelFilterSet
from utilities.filtersets import register_filterset

from netbox_calico.choices import FamilyChoices, PeeringOriginChoices, SessionStateChoices
from netbox_calico.compat import MultiValueCharFilter
from netbox_calico.models import CalicoNode, CalicoPeering, CalicoRouter

from .base import OfCluster


@register_filterset
class CalicoPeeringFilterSet(OfCluster, NetBoxModelFilterSet):
    node_id = django_filters.ModelMultipleChoiceFilter(
        queryset=CalicoNode.objects.all(), method='of_node', label=_('Node at either end (ID)')
    )
    node = MultiValueCharFilter(method='of_node_named', label=_('Node at either end (name)'))
    peer_node_id = django_filters.ModelMultipleChoiceFilter(
        queryset=CalicoNode.objects.all(), distinct=False, label=_('Peer node (ID)')
    )
    router_id = django_filters.ModelMultipleChoiceFilter(
        queryset=CalicoRouter.objects.all(), distinct=False, label=_('Router (ID)')
    )
    router = MultiValueCharFilter(field_name='router__device__name', label=_('Router (name)'))
    device_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Device.objects.all(), method='of_device', label=_('Device at either end (ID)')
    )
    family = django_filters.MultipleChoiceFilter(choices=FamilyChoices, distinct=False)
    origin = django_filters.MultipleChoiceFilter(choices=PeeringOriginChoices, distinct=False)
    local_address = MultiValueCharFilter(label=_("Node's address"))
    remote_address = MultiValueCharFilter(label=_("Peer's address"))
    up = django_filters.BooleanFilter(method='established', label=_('Established at both ends'))

    class Meta:
        model = CalicoPeering
        fields = ('id', 'local_asn', 'remote_asn', 'description')

    def search(self, queryset, name, value):
        if not value.strip():
            return queryset
        return queryset.filter(
            Q(node__name__icontains=value)
            | Q(peer_node__name__icontains=value)
            | Q(router__device__name__icontains=value)
            | Q(description__icontains=value)
        )

    def of_node(self, queryset, name, value: list[int]):
        if not value:
            return queryset
        return queryset.filter(Q(node__in=value) | Q(peer_node__in=value))

    def of_node_named(self, queryset, name, value: list[str]):
        if not value:
            return queryset
        return queryset.filter(Q(node__name__in=value) | Q(peer_node__name__in=value))

    def of_device(self, queryset, name, value: list[int]):
        if not value:
            return queryset
        return queryset.filter(Q(node__device__in=value) | Q(peer_node__device__in=value) | Q(router__device__in=value))

    def established(self, queryset, name, value):
        up = Q(state__node_side=SessionStateChoices.UP, state__router_side=SessionStateChoices.UP)
        return queryset.filter(up) if value else queryset.exclude(up)
