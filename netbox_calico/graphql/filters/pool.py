"""Filters of Calico pools."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.filters import PrimaryModelFilter, register_filter
from strawberry.scalars import ID
from strawberry_django import BaseFilterLookup, FilterLookup, StrFilterLookup

from netbox_calico import models

if TYPE_CHECKING:
    from ipam.graphql.filters import PrefixFilter
    from netbox.graphql.filter_lookups import IntegerLookup

    from netbox_calico.graphql.enums import CalicoEncapsulationEnum
    from netbox_calico.graphql.filters import CalicoClusterFilter


@register_filter(models.CalicoPool, lookups=True)
class CalicoPoolFilter(PrimaryModelFilter):
    cluster: Annotated['CalicoClusterFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    cluster_id: ID | None = strawberry_django.filter_field()
    prefix: Annotated['PrefixFilter', strawberry.lazy('ipam.graphql.filters')] | None = strawberry_django.filter_field()
    prefix_id: ID | None = strawberry_django.filter_field()
    name: StrFilterLookup | None = strawberry_django.filter_field()
    block_size: Annotated['IntegerLookup', strawberry.lazy('netbox.graphql.filter_lookups')] | None = (
        strawberry_django.filter_field()
    )
    ipip: (
        BaseFilterLookup[Annotated['CalicoEncapsulationEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None
    ) = strawberry_django.filter_field()
    vxlan: (
        BaseFilterLookup[Annotated['CalicoEncapsulationEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None
    ) = strawberry_django.filter_field()
    nat_outgoing: FilterLookup[bool] | None = strawberry_django.filter_field()
    disabled: FilterLookup[bool] | None = strawberry_django.filter_field()
    disable_export: FilterLookup[bool] | None = strawberry_django.filter_field()
    ours: FilterLookup[bool] | None = strawberry_django.filter_field()
