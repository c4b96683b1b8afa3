"""Calico routers in REST."""

from __future__ import annotations

from netbox.api.viewsets import NetBoxModelViewSet

from netbox_calico import filtersets
from netbox_calico.api.serializers import CalicoRouterSerializer
from netbox_calico.models import CalicoRouter


class CalicoRouterViewSet(NetBoxModelViewSet):
    queryset = CalicoRouter.objects.select_related('state')
    serializer_class = CalicoRouterSerializer
    filterset_class = filtersets.CalicoRouterFilterSet
