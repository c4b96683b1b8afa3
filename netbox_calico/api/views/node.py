"""Calico nodes in REST."""

from __future__ import annotations

from netbox.api.viewsets import NetBoxModelViewSet

from netbox_calico import filtersets
from netbox_calico.api.serializers import CalicoNodeSerializer
from netbox_calico.models import CalicoNode


class CalicoNodeViewSet(NetBoxModelViewSet):
    queryset = CalicoNode.objects.select_related('state')
    serializer_class = CalicoNodeSerializer
    filterset_class = filtersets.CalicoNodeFilterSet
