"""Filters of Calico service ranges."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.filters import PrimaryModelFilter, register_filter
from strawberry.scalars import ID
from strawberry_django import BaseFilterLookup, FilterLookup

from netbox_calico import models

if TYPE_CHECKING:
    from ipam.graphql.filters import PrefixFilter

    from netbox_calico.graphql.enums import CalicoServiceRangeKindEnum
    from netbox_calico.graphql.filters import CalicoClusterFilter


@register_filter(models.CalicoServiceRange, lookups=True)
class CalicoServiceRangeFilter(PrimaryModelFilter):
    cluster: Annotated['CalicoClusterFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    cluster_id: ID | None = strawberry_django.filter_field()
    prefix: Annotated['PrefixFilter', strawberry.lazy('ipam.graphql.filters')] | None = strawberry_django.filter_field()
    prefix_id: ID | None = strawberry_django.filter_field()
    kind: (
        BaseFilterLookup[Annotated['CalicoServiceRangeKindEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None
    ) = strawberry_django.filter_field()
    anycast: FilterLookup[bool] | None = strawberry_django.filter_field()
