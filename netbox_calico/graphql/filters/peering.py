"""Filters of Calico peerings."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.filters import NetBoxModelFilter, register_filter
from strawberry.scalars import ID
from strawberry_django import BaseFilterLookup, StrFilterLookup

from netbox_calico import models

if TYPE_CHECKING:
    from netbox.graphql.filter_lookups import BigIntegerLookup, IntegerLookup

    from netbox_calico.graphql.enums import CalicoPeeringOriginEnum
    from netbox_calico.graphql.filters import CalicoClusterFilter, CalicoNodeFilter, CalicoRouterFilter


@register_filter(models.CalicoPeering, lookups=True)
class CalicoPeeringFilter(NetBoxModelFilter):
    cluster: Annotated['CalicoClusterFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    cluster_id: ID | None = strawberry_django.filter_field()
    node: Annotated['CalicoNodeFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    node_id: ID | None = strawberry_django.filter_field()
    router: Annotated['CalicoRouterFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    router_id: ID | None = strawberry_django.filter_field()
    peer_node: Annotated['CalicoNodeFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    peer_node_id: ID | None = strawberry_django.filter_field()
    family: Annotated['IntegerLookup', strawberry.lazy('netbox.graphql.filter_lookups')] | None = (
        strawberry_django.filter_field()
    )
    origin: (
        BaseFilterLookup[Annotated['CalicoPeeringOriginEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None
    ) = strawberry_django.filter_field()
    local_address: StrFilterLookup | None = strawberry_django.filter_field()
    remote_address: StrFilterLookup | None = strawberry_django.filter_field()
    local_asn: Annotated['BigIntegerLookup', strawberry.lazy('netbox.graphql.filter_lookups')] | None = (
        strawberry_django.filter_field()
    )
    remote_asn: Annotated['BigIntegerLookup', strawberry.lazy('netbox.graphql.filter_lookups')] | None = (
        strawberry_django.filter_field()
    )
    description: StrFilterLookup | None = strawberry_django.filter_field()
