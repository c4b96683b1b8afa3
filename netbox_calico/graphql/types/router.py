"""Calico routers in GraphQL."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.types import PrimaryObjectType, register_type

from netbox_calico import models
from netbox_calico.graphql import filters

if TYPE_CHECKING:
    from dcim.graphql.types import DeviceType, RackType
    from ipam.graphql.types import ASNType

    from netbox_calico.graphql.types import CalicoPeeringType, CalicoSwitchProfileType


@strawberry_django.type(models.CalicoRouterState, fields=['reachable', 'observed_at', 'error'])
class CalicoRouterStateType:
    """What was seen last; reached through its router only."""

    @strawberry_django.field(only=['router'])
    def id(self) -> strawberry.ID:
        return str(self.pk)


@register_type(models.CalicoRouter, fields='__all__', filters=filters.CalicoRouterFilter, pagination=True)
class CalicoRouterType(PrimaryObjectType):
    device: Annotated['DeviceType', strawberry.lazy('dcim.graphql.types')] | None
    profile: Annotated['CalicoSwitchProfileType', strawberry.lazy('netbox_calico.graphql.types')] | None
    asn: Annotated['ASNType', strawberry.lazy('ipam.graphql.types')] | None
    racks: list[Annotated['RackType', strawberry.lazy('dcim.graphql.types')]]
    state: CalicoRouterStateType | None
    peerings: list[Annotated['CalicoPeeringType', strawberry.lazy('netbox_calico.graphql.types')]]
