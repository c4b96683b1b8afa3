"""Calico clusters in GraphQL."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.scalars import BigInt
from netbox.graphql.types import PrimaryObjectType, register_type

from netbox_calico import models
from netbox_calico.graphql import filters

if TYPE_CHECKING:
    from ipam.graphql.types import ASNRangeType, ASNType, VRFType
    from tenancy.graphql.types import TenantType
    from virtualization.graphql.types import ClusterType

    from netbox_calico.graphql.types import (
        CalicoNodeType,
        CalicoPeeringType,
        CalicoPlanType,
        CalicoPoolType,
        CalicoRunType,
        CalicoServiceRangeType,
    )


@strawberry_django.type(
    models.CalicoClusterState,
    fields=[
        'observed_at', 'version', 'mesh', 'sessions_up', 'sessions_expected', 'drift_cluster', 'drift_routers',
        'findings_error', 'findings_warning', 'error',
    ],
)  # fmt: skip
class CalicoClusterStateType:
    """What was seen last; reached through its cluster only, whose permission it follows."""

    @strawberry_django.field(only=['cluster'])
    def id(self) -> strawberry.ID:
        return str(self.pk)


@register_type(models.CalicoCluster, fields='__all__', filters=filters.CalicoClusterFilter, pagination=True)
class CalicoClusterType(PrimaryObjectType):
    cluster: Annotated['ClusterType', strawberry.lazy('virtualization.graphql.types')] | None
    tenant: Annotated['TenantType', strawberry.lazy('tenancy.graphql.types')] | None
    vrf: Annotated['VRFType', strawberry.lazy('ipam.graphql.types')] | None
    asn: Annotated['ASNType', strawberry.lazy('ipam.graphql.types')] | None
    asn_range: Annotated['ASNRangeType', strawberry.lazy('ipam.graphql.types')] | None
    presented_as: BigInt
    state: CalicoClusterStateType | None
    nodes: list[Annotated['CalicoNodeType', strawberry.lazy('netbox_calico.graphql.types')]]
    pools: list[Annotated['CalicoPoolType', strawberry.lazy('netbox_calico.graphql.types')]]
    service_ranges: list[Annotated['CalicoServiceRangeType', strawberry.lazy('netbox_calico.graphql.types')]]
    peerings: list[Annotated['CalicoPeeringType', strawberry.lazy('netbox_calico.graphql.types')]]
    plans: list[Annotated['CalicoPlanType', strawberry.lazy('netbox_calico.graphql.types')]]
    runs: list[Annotated['CalicoRunType', strawberry.lazy('netbox_calico.graphql.types')]]
