"""Filters of Calico routers."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.filters import PrimaryModelFilter, register_filter
from strawberry.scalars import ID
from strawberry_django import BaseFilterLookup, FilterLookup, StrFilterLookup

from netbox_calico import models

if TYPE_CHECKING:
    from dcim.graphql.filters import DeviceFilter, RackFilter
    from ipam.graphql.filters import ASNFilter

    from netbox_calico.graphql.enums import CalicoRouterRoleEnum
    from netbox_calico.graphql.filters import CalicoSwitchProfileFilter


@register_filter(models.CalicoRouter, lookups=True)
class CalicoRouterFilter(PrimaryModelFilter):
    device: Annotated['DeviceFilter', strawberry.lazy('dcim.graphql.filters')] | None = strawberry_django.filter_field()
    device_id: ID | None = strawberry_django.filter_field()
    role: BaseFilterLookup[Annotated['CalicoRouterRoleEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None = (
        strawberry_django.filter_field()
    )
    profile: Annotated['CalicoSwitchProfileFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    profile_id: ID | None = strawberry_django.filter_field()
    asn: Annotated['ASNFilter', strawberry.lazy('ipam.graphql.filters')] | None = strawberry_django.filter_field()
    asn_id: ID | None = strawberry_django.filter_field()
    racks: Annotated['RackFilter', strawberry.lazy('dcim.graphql.filters')] | None = strawberry_django.filter_field()
    credential: StrFilterLookup | None = strawberry_django.filter_field()
    router_id: StrFilterLookup | None = strawberry_django.filter_field()
    drained: FilterLookup[bool] | None = strawberry_django.filter_field()
