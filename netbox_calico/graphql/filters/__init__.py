"""Filters of GraphQL, a file a noun."""

from .cluster import CalicoClusterFilter
from .node import CalicoNodeFilter
from .peering import CalicoPeeringFilter
from .plan import CalicoPlanFilter
from .pool import CalicoPoolFilter
from .router import CalicoRouterFilter
from .run import CalicoRunFilter
from .service_range import CalicoServiceRangeFilter
from .switch_profile import CalicoSwitchProfileFilter

__all__ = (
    'CalicoClusterFilter',
    'CalicoNodeFilter',
    'CalicoPeeringFilter',
    'CalicoPlanFilter',
    'CalicoPoolFilter',
    'CalicoRouterFilter',
    'CalicoRunFilter',
    'CalicoServiceRangeFilter',
    'CalicoSwitchProfileFilter',
)
