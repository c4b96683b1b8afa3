"""Calico service ranges in REST."""

from __future__ import annotations

from netbox.api.viewsets import NetBoxModelViewSet

from netbox_calico import filtersets
from netbox_calico.api.serializers import CalicoServiceRangeSerializer
from netbox_calico.models import CalicoServiceRange


class CalicoServiceRangeViewSet(NetBoxModelViewSet):
    queryset = CalicoServiceRange.objects.all()
    serializer_class = CalicoServiceRangeSerializer
    filterset_class = filtersets.CalicoServiceRangeFilterSet
