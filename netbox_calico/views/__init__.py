"""The plugin's pages, a file a noun. They never talk to a device or a cluster: jobs do.

Importing a module registers its pages; the lists are named here, since NetBox looks for them by table.
"""

from . import cluster_tabs, device, found, sizing
from .cluster import CalicoClusterListView
from .node import CalicoNodeListView
from .peering import CalicoPeeringListView
from .plan import CalicoPlanListView
from .pool import CalicoPoolListView
from .router import CalicoRouterListView
from .run import CalicoRunListView
from .service_range import CalicoServiceRangeListView
from .switch_profile import CalicoSwitchProfileListView

__all__ = (
    'CalicoClusterListView',
    'CalicoNodeListView',
    'CalicoPeeringListView',
    'CalicoPlanListView',
    'CalicoPoolListView',
    'CalicoRouterListView',
    'CalicoRunListView',
    'CalicoServiceRangeListView',
    'CalicoSwitchProfileListView',
    'cluster_tabs',
    'device',
    'found',
    'sizing',
)
