"""Filters of plans."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.filters import BaseModelFilter, register_filter
from strawberry.scalars import ID
from strawberry_django import BaseFilterLookup, DatetimeFilterLookup, StrFilterLookup

from netbox_calico import models

if TYPE_CHECKING:
    from netbox_calico.graphql.enums import CalicoDesignEnum, CalicoPlanKindEnum, CalicoPlanStatusEnum
    from netbox_calico.graphql.filters import CalicoClusterFilter


@register_filter(models.CalicoPlan, lookups=True)
class CalicoPlanFilter(BaseModelFilter):
    cluster: Annotated['CalicoClusterFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    cluster_id: ID | None = strawberry_django.filter_field()
    kind: BaseFilterLookup[Annotated['CalicoPlanKindEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None = (
        strawberry_django.filter_field()
    )
    status: (
        BaseFilterLookup[Annotated['CalicoPlanStatusEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None
    ) = strawberry_django.filter_field()
    design: BaseFilterLookup[Annotated['CalicoDesignEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None = (
        strawberry_django.filter_field()
    )
    digest: StrFilterLookup | None = strawberry_django.filter_field()
    created_by_name: StrFilterLookup | None = strawberry_django.filter_field()
    created: DatetimeFilterLookup | None = strawberry_django.filter_field()
