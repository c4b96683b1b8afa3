"""Calico pools in REST."""

from __future__ import annotations

from netbox.api.viewsets import NetBoxModelViewSet

from netbox_calico import filtersets
from netbox_calico.api.serializers import CalicoPoolSerializer
from netbox_calico.models import CalicoPool


class CalicoPoolViewSet(NetBoxModelViewSet):
    queryset = CalicoPool.objects.all()
    serializer_class = CalicoPoolSerializer
    filterset_class = filtersets.CalicoPoolFilterSet
