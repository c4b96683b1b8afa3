"""Filters of Calico nodes."""

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
    from virtualization.graphql.filters import VirtualMachineFilter

    from netbox_calico.graphql.enums import CalicoReflectorEnum
    from netbox_calico.graphql.filters import CalicoClusterFilter


@register_filter(models.CalicoNode, lookups=True)
class CalicoNodeFilter(PrimaryModelFilter):
    cluster: Annotated['CalicoClusterFilter', strawberry.lazy('netbox_calico.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    cluster_id: ID | None = strawberry_django.filter_field()
    name: StrFilterLookup | None = strawberry_django.filter_field()
    device: Annotated['DeviceFilter', strawberry.lazy('dcim.graphql.filters')] | None = strawberry_django.filter_field()
    device_id: ID | None = strawberry_django.filter_field()
    virtual_machine: Annotated['VirtualMachineFilter', strawberry.lazy('virtualization.graphql.filters')] | None = (
        strawberry_django.filter_field()
    )
    virtual_machine_id: ID | None = strawberry_django.filter_field()
    rack: Annotated['RackFilter', strawberry.lazy('dcim.graphql.filters')] | None = strawberry_django.filter_field()
    rack_id: ID | None = strawberry_django.filter_field()
    asn: Annotated['ASNFilter', strawberry.lazy('ipam.graphql.filters')] | None = strawberry_django.filter_field()
    asn_id: ID | None = strawberry_django.filter_field()
    reflector: (
        BaseFilterLookup[Annotated['CalicoReflectorEnum', strawberry.lazy('netbox_calico.graphql.enums')]] | None
    ) = strawberry_django.filter_field()
    drained: FilterLookup[bool] | None = strawberry_django.filter_field()
