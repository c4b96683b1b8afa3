"""Filters of Calico routers."""

from __future__ import annotations

import django_filters
from dcim.models import Device, Rack, Site
from django.db.models import Q
from django.utils.translation import gettext as _
from ipam.models import ASN
from netbox.filtersets import PrimaryModelFilterSet
from utilities.filtersets import register_filterset

from netbox_calico.choices import RouterRoleChoices
from netbox_calico.compat import MultiValueCharFilter
from netbox_calico.models import CalicoCluster, CalicoRouter, CalicoSwitchProfile


@register_filterset
class CalicoRouterFilterSet(PrimaryModelFilterSet):
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
    site_id = django_filters.ModelMultipleChoiceFilter(
        field_name='device__site', queryset=Site.objects.all(), distinct=False, label=_('Site (ID)')
    )
    site = django_filters.ModelMultipleChoiceFilter(
        field_name='device__site__slug',
        queryset=Site.objects.all(),
        distinct=False,
        to_field_name='slug',
        label=_('Site (slug)'),
    )
    rack_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Rack.objects.all(), method='of_rack', label=_('Rack that it stands in or is tied to (ID)')
    )
    profile_id = django_filters.ModelMultipleChoiceFilter(
        queryset=CalicoSwitchProfile.objects.all(), distinct=False, label=_('Switch profile (ID)')
    )
    profile = django_filters.ModelMultipleChoiceFilter(
        field_name='profile__slug',
        queryset=CalicoSwitchProfile.objects.all(),
        distinct=False,
        to_field_name='slug',
        label=_('Switch profile (slug)'),
    )
    asn_id = django_filters.ModelMultipleChoiceFilter(queryset=ASN.objects.all(), distinct=False, label=_('ASN (ID)'))
    asn = django_filters.ModelMultipleChoiceFilter(
        field_name='asn__asn', queryset=ASN.objects.all(), distinct=False, to_field_name='asn', label=_('AS number')
    )
    cluster_id = django_filters.ModelMultipleChoiceFilter(
        queryset=CalicoCluster.objects.all(),
        method='of_cluster',
        label=_('Calico cluster that it has peerings with (ID)'),
    )
    router_id = MultiValueCharFilter(label=_('BGP identifier'))
    role = django_filters.MultipleChoiceFilter(choices=RouterRoleChoices, distinct=False)

    class Meta:
        model = CalicoRouter
        fields = ('id', 'credential', 'drained', 'description')

    def search(self, queryset, name, value):
        if not value.strip():
            return queryset
        return queryset.filter(
            Q(device__name__icontains=value) | Q(description__icontains=value) | Q(comments__icontains=value)
        )

    def of_rack(self, queryset, name, value: list[int]):
        if not value:
            return queryset
        tied = CalicoRouter.objects.filter(racks__in=value).values('pk')
        return queryset.filter(Q(device__rack__in=value) | Q(pk__in=tied))

    def of_cluster(self, queryset, name, value: list[int]):
        if not value:
            return queryset
        return queryset.filter(pk__in=CalicoRouter.objects.filter(peerings__cluster__in=value).values('pk'))
