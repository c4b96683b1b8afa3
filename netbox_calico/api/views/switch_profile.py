"""Switch profiles in REST."""

from __future__ import annotations

from netbox.api.viewsets import NetBoxModelViewSet

from netbox_calico import filtersets
from netbox_calico.api.serializers import CalicoSwitchProfileSerializer
from netbox_calico.models import CalicoSwitchProfile


class CalicoSwitchProfileViewSet(NetBoxModelViewSet):
    queryset = CalicoSwitchProfile.objects.all()
    serializer_class = CalicoSwitchProfileSerializer
    filterset_class = filtersets.CalicoSwitchProfileFilterSet
