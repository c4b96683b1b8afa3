"""Calico clusters in REST, and what jobs can be asked for about them."""

from __future__ import annotations

from core.api.serializers import JobSerializer
from django.core.exceptions import ValidationError as DjangoValidationError
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from netbox_calico import filtersets
from netbox_calico.api.actions import ActionsMixin
from netbox_calico.api.permissions import PlanPermission, SyncPermission
from netbox_calico.api.serializers import CalicoClusterSerializer
from netbox_calico.api.serializers.cluster import CalicoPlanWishSerializer
from netbox_calico.api.serializers.found import (
    CalicoDriftSerializer,
    CalicoFoundSerializer,
    CalicoPickedSerializer,
    CalicoPickSerializer,
)
from netbox_calico.api.serializers.plan import CalicoFindingSerializer
from netbox_calico.documents import found_of, read
from netbox_calico.models import CalicoCluster
from netbox_calico.proposal import accept


class CalicoClusterViewSet(ActionsMixin, NetBoxModelViewSet):
    queryset = CalicoCluster.objects.select_related('state')
    serializer_class = CalicoClusterSerializer
    filterset_class = filtersets.CalicoClusterFilterSet
    action_permissions = {
        'accept': SyncPermission,
        'found': SyncPermission,
        'sync': SyncPermission,
        'check': SyncPermission,
        'plan': PlanPermission,
    }

    @extend_schema(responses={200: CalicoFindingSerializer(many=True)}, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def findings(self, request, pk):
        """What the checks said when both sides were compared last."""
        return Response(self._document(self.get_object(), 'findings') or [])

    @extend_schema(responses={200: CalicoDriftSerializer(many=True)}, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def drift(self, request, pk):
        """Which targets are not as NetBox says, and how they differ."""
        return Response(self._document(self.get_object(), 'drift') or [])

    @extend_schema(responses={200: CalicoFoundSerializer}, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def found(self, request, pk):
        """What the last sync found in the cluster, with the hosts that fit and that one may view."""
        return Response(found_of(self.permitted(pk), request.user))

    @extend_schema(request=CalicoPickSerializer, responses={201: CalicoPickedSerializer})
    @found.mapping.post
    def accept(self, request, pk):
        """Add nodes, pools and ranges of what was found, by name; all of them or none."""
        cluster = self.permitted(pk)
        try:
            count = accept(
                cluster, found_of(cluster, request.user), **self.validated(CalicoPickSerializer), user=request.user
            )
        except DjangoValidationError as exc:
            raise ValidationError(exc.messages) from exc
        return Response({'added': count}, status=status.HTTP_201_CREATED)

    @staticmethod
    def _document(cluster, name):
        state = getattr(cluster, 'state', None)
        return read(getattr(state, name) if state else None)

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
