"""Calico pools in GraphQL."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from netbox.graphql.types import PrimaryObjectType, register_type

from netbox_calico import models
from netbox_calico.graphql import filters

if TYPE_CHECKING:
    from ipam.graphql.types import PrefixType

    from netbox_calico.graphql.types import CalicoClusterType


@register_type(models.CalicoPool, fields='__all__', filters=filters.CalicoPoolFilter, pagination=True)
class CalicoPoolType(PrimaryObjectType):
    cluster: Annotated['CalicoClusterType', strawberry.lazy('netbox_calico.graphql.types')] | None
    prefix: Annotated['PrefixType', strawberry.lazy('ipam.graphql.types')] | None
