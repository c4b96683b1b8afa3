"""Types of GraphQL, a file a noun. Every related object may be null: its own permission may hide it."""

from .cluster import CalicoClusterType
from .node import CalicoNodeType
from .peering import CalicoPeeringType
from .plan import CalicoPlanType
from .pool import CalicoPoolType
from .router import CalicoRouterType
from .run import CalicoRunType
from .service_range import CalicoServiceRangeType
from .switch_profile import CalicoSwitchProfileType

__all__ = (
    'CalicoClusterType',
    'CalicoNodeType',
    'CalicoPeeringType',
    'CalicoPlanType',
    'CalicoPoolType',
    'CalicoRouterType',
    'CalicoRunType',
    'CalicoServiceRangeType',
    'CalicoSwitchProfileType',
)
