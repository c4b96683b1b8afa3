"""What lists can be narrowed by, in the web, in REST and in saved filters."""

from .cluster import CalicoClusterFilterSet
from .node import CalicoNodeFilterSet
from .peering import CalicoPeeringFilterSet
from .plan import CalicoPlanFilterSet, CalicoPlanItemFilterSet
from .pool import CalicoPoolFilterSet
from .router import CalicoRouterFilterSet
from .run import CalicoOutcomeFilterSet, CalicoRunFilterSet
from .service_range import CalicoServiceRangeFilterSet
from .switch_profile import CalicoSwitchProfileFilterSet

__all__ = (
    'CalicoClusterFilterSet',
    'CalicoNodeFilterSet',
    'CalicoOutcomeFilterSet',
    'CalicoPeeringFilterSet',
    'CalicoPlanFilterSet',
    'CalicoPlanItemFilterSet',
    'CalicoPoolFilterSet',
    'CalicoRouterFilterSet',
    'CalicoRunFilterSet',
    'CalicoServiceRangeFilterSet',
    'CalicoSwitchProfileFilterSet',
)
