"""Filters of Calico nodes."""

from __future__ import annotations

import django_filters
from dcim.models import Device, Rack
from django.db.models import Q
from django.utils.translation import gettext as _
from ipam.models import ASN
from netbox.filtersets import PrimaryModelFilterSet
from utilities.filtersets import register_filterset
from virtualization.models import VirtualMachine

from netbox_calico.choices import ReflectorChoices
from netbox_calico.models import CalicoNode

from .base import OfCluster


@register_filterset
class CalicoNodeFilterSet(OfCluster, PrimaryModelFilterSet):
    device_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Device.objects.all(), distinct=False, label=_('Device (ID)')
    )
    device = django_filters.ModelMultipleChoiceFilter(
        field_name='device__name',
        queryset=Device.objects.all(),
        distinct=False,
        to_field_name='name',
        label=_('Device (name)'),
    )
    virtual_machine_id = django_filters.ModelMultipleChoiceFilter(
        queryset=VirtualMachine.objects.all(), distinct=False, label=_('Virtual machine (ID)')
    )
    virtual_machine = django_filters.ModelMultipleChoiceFilter(
        field_name='virtual_machine__name',
        queryset=VirtualMachine.objects.all(),
        distinct=False,
        to_field_name='name',
        label=_('Virtual machine (name)'),
    )
    rack_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Rack.objects.all(), method='of_rack', label=_('Rack (ID)')
    )
    asn_id = django_filters.ModelMultipleChoiceFilter(queryset=ASN.objects.all(), distinct=False, label=_('ASN (ID)'))
    asn = django_filters.ModelMultipleChoiceFilter(
        field_name='asn__asn', queryset=ASN.objects.all(), distinct=False, to_field_name='asn', label=_('AS number')
    )
    reflector = django_filters.MultipleChoiceFilter(choices=ReflectorChoices, distinct=False)
    has_host = django_filters.BooleanFilter(method='with_host', label=_('Is tied to a device or virtual machine'))

    class Meta:
        model = CalicoNode
        fields = ('id', 'name', 'system_uuid', 'drained', 'description')

    def search(self, queryset, name, value):
        if not value.strip():
            return queryset
        return queryset.filter(
            Q(name__icontains=value) | Q(description__icontains=value) | Q(comments__icontains=value)
        )

    def of_rack(self, queryset, name, value: list[int]):
        if not value:
            return queryset
        return queryset.filter(
            Q(rack__in=value) | Q(device__rack__in=value) | Q(virtual_machine__device__rack__in=value)
        )

    def with_host(self, queryset, name, value):
        without = Q(device__isnull=True, virtual_machine__isnull=True)
        return queryset.filter(~without if value else without)
