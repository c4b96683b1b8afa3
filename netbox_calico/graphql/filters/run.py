"""Filters of runs."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.filters import BaseModelFilter, register_filter
from strawberry.scalars import ID
from strawberry_django import BaseFilterLookup, DatetimeFilterLookup, StrFilterLookup

from netbox_calico import models

if TYPE_CHECKING:
    from netbox_calico.graphql.enums import CalicoPlanKindEnum, CalicoRunStatusEnum
    from netbox_calico.graphql.filters import CalicoClusterFilter, CalicoPlanFilter


@register_filter(models.CalicoRun, lookups=True)
class CalicoRunFilter(BaseModelFilter):
    cluster: Annotated['CalicoClusterFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    cluster_id: ID | None = strawberry_django.filter_field()
    plan: Annotated['CalicoPlanFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    plan_id: ID | None = strawberry_django.filter_field()
    kind: BaseFilterLookup[Annotated['CalicoPlanKindEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None = (
        strawberry_django.filter_field()
    )
    status: (
        BaseFilterLookup[Annotated['CalicoRunStatusEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None
    ) = strawberry_django.filter_field()
    started_by_name: StrFilterLookup | None = strawberry_django.filter_field()
    requested: DatetimeFilterLookup | None = strawberry_django.filter_field()
    started: DatetimeFilterLookup | None = strawberry_django.filter_field()
    ended: DatetimeFilterLookup | None = strawberry_django.filter_field()
