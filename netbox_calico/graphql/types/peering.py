"""Calico peerings in GraphQL."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.scalars import BigInt
from netbox.graphql.types import NetBoxObjectType, register_type

from netbox_calico import models
from netbox_calico.graphql import filters

if TYPE_CHECKING:
    from netbox_calico.graphql.types import CalicoClusterType, CalicoNodeType, CalicoRouterType


@strawberry_django.type(models.CalicoPeeringState, fields=['node_side', 'router_side', 'since', 'accepted'])
class CalicoPeeringStateType:
    """What both ends said last: 0 unknown, 1 down, 2 Established; reached through its peering only."""

    @strawberry_django.field(only=['peering'])
    def id(self) -> strawberry.ID:
        return str(self.pk)


@register_type(models.CalicoPeering, fields='__all__', filters=filters.CalicoPeeringFilter, pagination=True)
class CalicoPeeringType(NetBoxObjectType):
    cluster: Annotated['CalicoClusterType', strawberry.lazy('netbox_calico.graphql.types')] | None
    node: Annotated['CalicoNodeType', strawberry.lazy('netbox_calico.graphql.types')] | None
    router: Annotated['CalicoRouterType', strawberry.lazy('netbox_calico.graphql.types')] | None
    peer_node: Annotated['CalicoNodeType', strawberry.lazy('netbox_calico.graphql.types')] | None
    local_asn: BigInt | None
    remote_asn: BigInt | None
    state: CalicoPeeringStateType | None
