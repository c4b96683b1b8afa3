"""Plans in GraphQL: read only, shown whole to whoever may see the plan."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.types import BaseObjectType, register_type

from netbox_calico import models
from netbox_calico.graphql import filters

if TYPE_CHECKING:
    from netbox_calico.graphql.types import CalicoClusterType, CalicoRunType


@strawberry_django.type(models.CalicoApproval, fields=['id', 'user_name', 'decision', 'digest', 'comment', 'at'])
class CalicoApprovalType:
    """Reached through its plan only."""


@strawberry_django.type(
    models.CalicoPlanItem,
    fields=['id', 'seq', 'step', 'wave', 'undo', 'target', 'label', 'operation', 'before', 'after'],
    pagination=True,
)
class CalicoPlanItemType:
    """Reached through its plan only."""

    @strawberry_django.field(select_related=['diff'], only=['diff__body'])
    def diff(self) -> str:
        return self.diff.body

    @strawberry_django.field(select_related=['artefact'], only=['artefact__body'])
    def artefact(self) -> str:
        return self.artefact.body


@register_type(
    models.CalicoPlan,
    fields=[
        'id', 'cluster', 'kind', 'status', 'design', 'digest', 'snapshot_digest', 'observation_digest',
        'created', 'created_by_name', 'authors', 'summary', 'steps',
    ],
    filters=filters.CalicoPlanFilter,
    pagination=True,
)  # fmt: skip
class CalicoPlanType(BaseObjectType):
    cluster: Annotated['CalicoClusterType', strawberry.lazy('netbox_calico.graphql.types')] | None
    authors: list[str]
    approvals: list[CalicoApprovalType]
    items: list[CalicoPlanItemType]
    runs: list[Annotated['CalicoRunType', strawberry.lazy('netbox_calico.graphql.types')]]
