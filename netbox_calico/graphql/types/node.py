"""Calico nodes in GraphQL."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.scalars import BigInt
from netbox.graphql.types import PrimaryObjectType, register_type

from netbox_calico import models
from netbox_calico.graphql import filters

if TYPE_CHECKING:
    from dcim.graphql.types import DeviceType, RackType
    from ipam.graphql.types import ASNType
    from virtualization.graphql.types import VirtualMachineType

    from netbox_calico.graphql.types import CalicoClusterType, CalicoPeeringType


@strawberry_django.type(models.CalicoNodeState, fields=['ready', 'addresses', 'asn'])
class CalicoNodeStateType:
    """What the cluster said last; reached through its node only."""

    addresses: list[str]
    asn: BigInt | None

    @strawberry_django.field(only=['node'])
    def id(self) -> strawberry.ID:
        return str(self.pk)


@register_type(models.CalicoNode, fields='__all__', filters=filters.CalicoNodeFilter, pagination=True)
class CalicoNodeType(PrimaryObjectType):
    cluster: Annotated['CalicoClusterType', strawberry.lazy('netbox_calico.graphql.types')] | None
    device: Annotated['DeviceType', strawberry.lazy('dcim.graphql.types')] | None
    virtual_machine: Annotated['VirtualMachineType', strawberry.lazy('virtualization.graphql.types')] | None
    rack: Annotated['RackType', strawberry.lazy('dcim.graphql.types')] | None
    asn: Annotated['ASNType', strawberry.lazy('ipam.graphql.types')] | None
    state: CalicoNodeStateType | None
    peerings: list[Annotated['CalicoPeeringType', strawberry.lazy('netbox_calico.graphql.types')]]
