"""Addresses of the REST API."""

from __future__ import annotations

from netbox.api.routers import NetBoxRouter

from . import views

app_name = 'netbox_calico-api'

router = NetBoxRouter()
router.APIRootView = views.CalicoRootView
router.register('clusters', views.CalicoClusterViewSet)
router.register('nodes', views.CalicoNodeViewSet)
router.register('routers', views.CalicoRouterViewSet)
router.register('switch-profiles', views.CalicoSwitchProfileViewSet)
router.register('pools', views.CalicoPoolViewSet)
router.register('service-ranges', views.CalicoServiceRangeViewSet)
router.register('peerings', views.CalicoPeeringViewSet)
router.register('plans', views.CalicoPlanViewSet)
router.register('runs', views.CalicoRunViewSet)
urlpatterns = router.urls
