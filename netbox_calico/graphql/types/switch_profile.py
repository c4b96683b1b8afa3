"""Switch profiles in GraphQL."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from netbox.graphql.types import OrganizationalObjectType, register_type

from netbox_calico import models
from netbox_calico.graphql import filters

if TYPE_CHECKING:
    from dcim.graphql.types import PlatformType

    from netbox_calico.graphql.types import CalicoRouterType


@register_type(models.CalicoSwitchProfile, fields='__all__', filters=filters.CalicoSwitchProfileFilter, pagination=True)
class CalicoSwitchProfileType(OrganizationalObjectType):
    platform: Annotated['PlatformType', strawberry.lazy('dcim.graphql.types')] | None
    routers: list[Annotated['CalicoRouterType', strawberry.lazy('netbox_calico.graphql.types')]]
