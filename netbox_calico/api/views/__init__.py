"""View sets, a file a noun."""

from rest_framework.routers import APIRootView

from .cluster import CalicoClusterViewSet
from .node import CalicoNodeViewSet
from .peering import CalicoPeeringViewSet
from .plan import CalicoPlanViewSet
from .pool import CalicoPoolViewSet
from .router import CalicoRouterViewSet
from .run import CalicoRunViewSet
from .service_range import CalicoServiceRangeViewSet
from .switch_profile import CalicoSwitchProfileViewSet


class CalicoRootView(APIRootView):
    """The plugin's part of the REST API."""

    def get_view_name(self):
        return 'Calico'


__all__ = (
    'CalicoClusterViewSet',
    'CalicoNodeViewSet',
    'CalicoPeeringViewSet',
    'CalicoPlanViewSet',
    'CalicoPoolViewSet',
    'CalicoRootView',
    'CalicoRouterViewSet',
    'CalicoRunViewSet',
    'CalicoServiceRangeViewSet',
    'CalicoSwitchProfileViewSet',
)
