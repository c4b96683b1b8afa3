"""Filters of switch profiles."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.filters import OrganizationalModelFilter, register_filter
from strawberry.scalars import ID
from strawberry_django import BaseFilterLookup, FilterLookup, StrFilterLookup

from netbox_calico import models

if TYPE_CHECKING:
    from dcim.graphql.filters import PlatformFilter
    from netbox.graphql.filter_lookups import IntegerLookup

    from netbox_calico.graphql.enums import CalicoDriverEnum, CalicoTemplateSetEnum


@register_filter(models.CalicoSwitchProfile, lookups=True)
class CalicoSwitchProfileFilter(OrganizationalModelFilter):
    platform: Annotated['PlatformFilter', strawberry.lazy('dcim.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    platform_id: ID | None = strawberry_django.filter_field()
    driver: BaseFilterLookup[Annotated['CalicoDriverEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None = (
        strawberry_django.filter_field()
    )
    template_set: (
        BaseFilterLookup[Annotated['CalicoTemplateSetEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None
    ) = strawberry_django.filter_field()
    credential: StrFilterLookup | None = strawberry_django.filter_field()
    port: Annotated['IntegerLookup', strawberry.lazy('netbox.graphql.filter_lookups')] | None = (
        strawberry_django.filter_field()
    )
    verify_host: FilterLookup[bool] | None = strawberry_django.filter_field()
    hold_time: Annotated['IntegerLookup', strawberry.lazy('netbox.graphql.filter_lookups')] | None = (
        strawberry_django.filter_field()
    )
    keepalive: Annotated['IntegerLookup', strawberry.lazy('netbox.graphql.filter_lookups')] | None = (
        strawberry_django.filter_field()
    )
