"""Filters of Calico clusters."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils.translation import gettext as _
from ipam.models import ASN, VRF, ASNRange
from netbox.filtersets import PrimaryModelFilterSet
from utilities.filtersets import register_filterset
from virtualization.models import Cluster

from netbox_calico.choices import DesignChoices, LoopRemedyChoices, MeshChoices, SchemeChoices
from netbox_calico.compat import TenancyFilterSet
from netbox_calico.models import CalicoCluster


@register_filterset
class CalicoClusterFilterSet(PrimaryModelFilterSet, TenancyFilterSet):
    cluster_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Cluster.objects.all(), distinct=False, label=_('Virtualization cluster (ID)')
    )
    cluster = django_filters.ModelMultipleChoiceFilter(
        field_name='cluster__name',
        queryset=Cluster.objects.all(),
        distinct=False,
        to_field_name='name',
        label=_('Virtualization cluster (name)'),
    )
    vrf_id = django_filters.ModelMultipleChoiceFilter(queryset=VRF.objects.all(), distinct=False, label=_('VRF (ID)'))
    vrf = django_filters.ModelMultipleChoiceFilter(
        field_name='vrf__rd', queryset=VRF.objects.all(), distinct=False, to_field_name='rd', label=_('VRF (RD)')
    )
    asn_id = django_filters.ModelMultipleChoiceFilter(queryset=ASN.objects.all(), distinct=False, label=_('ASN (ID)'))
    asn = django_filters.ModelMultipleChoiceFilter(
        field_name='asn__asn', queryset=ASN.objects.all(), distinct=False, to_field_name='asn', label=_('AS number')
    )
    design = django_filters.MultipleChoiceFilter(choices=DesignChoices, distinct=False)
    asn_range_id = django_filters.ModelMultipleChoiceFilter(
        queryset=ASNRange.objects.all(), distinct=False, label=_('ASN range (ID)')
    )
    asn_range = django_filters.ModelMultipleChoiceFilter(
        field_name='asn_range__slug',
        queryset=ASNRange.objects.all(),
        distinct=False,
        to_field_name='slug',
        label=_('ASN range (slug)'),
    )
    scheme = django_filters.MultipleChoiceFilter(choices=SchemeChoices, distinct=False)
    loop_remedy = django_filters.MultipleChoiceFilter(choices=LoopRemedyChoices, distinct=False)
    mesh = django_filters.MultipleChoiceFilter(field_name='state__mesh', choices=MeshChoices, distinct=False)
    drifted = django_filters.BooleanFilter(method='with_drift', label=_('Differs from NetBox'))

    class Meta:
        model = CalicoCluster
        fields = (
            'id', 'name', 'handle', 'connection', 'ipv4', 'ipv6', 'rack_label', 'password_secret', 'settle_time',
            'rack_pause', 'interval', 'approvals', 'four_eyes', 'deletion_share', 'presented_as',
            'nodes_per_reflector', 'reflectors_min', 'reflectors_max', 'redundancy', 'spine_reflectors', 'description',
        )  # fmt: skip

    def search(self, queryset, name, value):
        if not value.strip():
            return queryset
        return queryset.filter(
            Q(name__icontains=value)
            | Q(handle__icontains=value)
            | Q(description__icontains=value)
            | Q(comments__icontains=value)
        )

    def with_drift(self, queryset, name, value):
        drift = Q(state__drift_cluster__gt=0) | Q(state__drift_routers__gt=0)
        return queryset.filter(drift) if value else queryset.exclude(drift)
