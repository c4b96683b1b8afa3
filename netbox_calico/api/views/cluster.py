"""Calico clusters in REST, and what jobs can be asked for about them."""

from __future__ import annotations

from core.api.serializers import JobSerializer
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework.decorators import action

from netbox_calico import filtersets
from netbox_calico.api.actions import ActionsMixin
from netbox_calico.api.permissions import PlanPermission, SyncPermission
from netbox_calico.api.serializers import CalicoClusterSerializer
from netbox_calico.api.serializers.cluster import CalicoPlanWishSerializer
from netbox_calico.models import CalicoCluster


class CalicoClusterViewSet(ActionsMixin, NetBoxModelViewSet):
    queryset = CalicoCluster.objects.select_related('state')
    serializer_class = CalicoClusterSerializer
    filterset_class = filtersets.CalicoClusterFilterSet
    action_permissions = {'sync': SyncPermission, 'check': SyncPermission, 'plan': PlanPermission}

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=['post'])
    def sync(self, request, pk):
        """Read the cluster and offer what is found; changes nothing."""
        from netbox_calico.jobs.sync import SyncJob

        return self.accepted(JobSerializer, SyncJob.request(self.permitted(pk), request.user))

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=['post'])
    def check(self, request, pk):
        """Compare both sides with NetBox and record what differs; changes nothing."""
        from netbox_calico.jobs.check import CheckJob

        return self.accepted(JobSerializer, CheckJob.request(self.permitted(pk), request.user))

    @extend_schema(request=CalicoPlanWishSerializer, responses={202: JobSerializer})
    @action(detail=True, methods=['post'])
    def plan(self, request, pk):
        """Make a plan to the design (deploy) or back to the mesh (back)."""
        from netbox_calico.jobs.plan import PlanJob

        cluster = self.permitted(pk)
        kind = self.validated(CalicoPlanWishSerializer)['kind']
        return self.accepted(JobSerializer, PlanJob.request(cluster, request.user, kind))
