"""Runs in GraphQL: read only."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.types import BaseObjectType, register_type

from netbox_calico import models
from netbox_calico.graphql import filters

if TYPE_CHECKING:
    from netbox_calico.graphql.types import CalicoClusterType, CalicoPlanType


@strawberry_django.type(models.CalicoRunStep, fields=['id', 'step', 'status', 'started', 'ended', 'waiting', 'message'])
class CalicoRunStepType:
    """Reached through its run only."""


@strawberry_django.type(models.CalicoPlanItem, fields=['step', 'target', 'label', 'operation'])
class CalicoRunItemType:
    """What an outcome is of. Its texts are the plan's, whose permission a run does not ask for."""


@strawberry_django.type(
    models.CalicoOutcome, fields=['id', 'phase', 'result', 'at', 'message', 'item'], pagination=True
)
class CalicoOutcomeType:
    """Reached through its run only."""

    item: CalicoRunItemType


@register_type(
    models.CalicoRun,
    fields=[
        'id', 'cluster', 'plan', 'kind', 'status', 'wanted', 'attempt', 'heartbeat', 'requested', 'started', 'ended',
        'started_by_name', 'step', 'error',
    ],
    filters=filters.CalicoRunFilter,
    pagination=True,
)  # fmt: skip
class CalicoRunType(BaseObjectType):
    cluster: Annotated['CalicoClusterType', strawberry.lazy('netbox_calico.graphql.types')] | None
    plan: Annotated['CalicoPlanType', strawberry.lazy('netbox_calico.graphql.types')] | None
    steps: list[CalicoRunStepType]
    outcomes: list[CalicoOutcomeType]
