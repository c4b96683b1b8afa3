"""Columns of lists."""

from .cluster import CalicoClusterTable
from .node import CalicoNodeTable
from .peering import CalicoPeeringTable
from .plan import CalicoPlanTable
from .pool import CalicoPoolTable
from .router import CalicoRouterTable
from .run import CalicoOutcomeTable, CalicoRunTable
from .service_range import CalicoServiceRangeTable
from .switch_profile import CalicoSwitchProfileTable

__all__ = (
    'CalicoClusterTable',
    'CalicoNodeTable',
    'CalicoOutcomeTable',
    'CalicoPeeringTable',
    'CalicoPlanTable',
    'CalicoPoolTable',
    'CalicoRouterTable',
    'CalicoRunTable',
    'CalicoServiceRangeTable',
    'CalicoSwitchProfileTable',
)
