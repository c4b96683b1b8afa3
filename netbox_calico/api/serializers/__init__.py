"""Representations, a file a noun. NetBox finds them here by the model's name."""

from .cluster import CalicoClusterSerializer
from .node import CalicoNodeSerializer
from .peering import CalicoPeeringSerializer
from .plan import CalicoPlanItemSerializer, CalicoPlanSerializer
from .pool import CalicoPoolSerializer
from .router import CalicoRouterSerializer
from .run import CalicoOutcomeSerializer, CalicoRunSerializer
from .service_range import CalicoServiceRangeSerializer
from .switch_profile import CalicoSwitchProfileSerializer

__all__ = (
    'CalicoClusterSerializer',
    'CalicoNodeSerializer',
    'CalicoOutcomeSerializer',
    'CalicoPeeringSerializer',
    'CalicoPlanItemSerializer',
    'CalicoPlanSerializer',
    'CalicoPoolSerializer',
    'CalicoRouterSerializer',
    'CalicoRunSerializer',
    'CalicoServiceRangeSerializer',
    'CalicoSwitchProfileSerializer',
)
