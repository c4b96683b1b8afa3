"""Filters of Calico clusters."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.filters import PrimaryModelFilter, register_filter
from strawberry.scalars import ID
from strawberry_django import BaseFilterLookup, FilterLookup, StrFilterLookup
from tenancy.graphql.filter_mixins import TenancyFilterMixin

from netbox_calico import models

if TYPE_CHECKING:
    from ipam.graphql.filters import ASNFilter, ASNRangeFilter, VRFFilter
    from virtualization.graphql.filters import ClusterFilter

    from netbox_calico.graphql.enums import CalicoDesignEnum, CalicoLoopRemedyEnum, CalicoSchemeEnum


@register_filter(models.CalicoCluster, lookups=True)
class CalicoClusterFilter(TenancyFilterMixin, PrimaryModelFilter):
    name: StrFilterLookup | None = strawberry_django.filter_field()
    handle: StrFilterLookup | None = strawberry_django.filter_field()
    design: BaseFilterLookup[Annotated['CalicoDesignEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None = (
        strawberry_django.filter_field()
    )
    cluster: Annotated['ClusterFilter', strawberry.lazy('virtualization.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    cluster_id: ID | None = strawberry_django.filter_field()
    asn: Annotated['ASNFilter', strawberry.lazy('ipam.graphql.filters')] | None = strawberry_django.filter_field()
    asn_id: ID | None = strawberry_django.filter_field()
    vrf: Annotated['VRFFilter', strawberry.lazy('ipam.graphql.filters')] | None = strawberry_django.filter_field()
    vrf_id: ID | None = strawberry_django.filter_field()
    ipv4: FilterLookup[bool] | None = strawberry_django.filter_field()
    ipv6: FilterLookup[bool] | None = strawberry_django.filter_field()
    connection: StrFilterLookup | None = strawberry_django.filter_field()
    four_eyes: FilterLookup[bool] | None = strawberry_django.filter_field()
    asn_range: Annotated['ASNRangeFilter', strawberry.lazy('ipam.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    asn_range_id: ID | None = strawberry_django.filter_field()
    scheme: BaseFilterLookup[Annotated['CalicoSchemeEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None = (
        strawberry_django.filter_field()
    )
    loop_remedy: (
        BaseFilterLookup[Annotated['CalicoLoopRemedyEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None
    ) = strawberry_django.filter_field()
