"""Calico peerings in REST."""

from __future__ import annotations

from netbox.api.viewsets import NetBoxModelViewSet

from netbox_calico import filtersets
from netbox_calico.api.serializers import CalicoPeeringSerializer
from netbox_calico.models import CalicoPeering


class CalicoPeeringViewSet(NetBoxModelViewSet):
    queryset = CalicoPeering.objects.select_related('state', 'router__device', 'peer_node')
    serializer_class = CalicoPeeringSerializer
    filterset_class = filtersets.CalicoPeeringFilterSet
