"""Calico routers in REST."""

from __future__ import annotations

from dcim.api.serializers import DeviceSerializer, RackSerializer
from dcim.models import Rack
from ipam.api.serializers import ASNSerializer
from netbox.api.fields import ChoiceField, SerializedPKRelatedField
from netbox.api.serializers import PrimaryModelSerializer
from rest_framework import serializers

from netbox_calico.choices import RouterRoleChoices
from netbox_calico.models import CalicoRouter, CalicoRouterState

from .switch_profile import CalicoSwitchProfileSerializer


class CalicoRouterStateSerializer(serializers.ModelSerializer):
    """What was seen last."""

    class Meta:
        model = CalicoRouterState
        fields = ('reachable', 'observed_at', 'error')


class CalicoRouterSerializer(PrimaryModelSerializer):
    device = DeviceSerializer(nested=True)
    role = ChoiceField(choices=RouterRoleChoices, required=False)
    profile = CalicoSwitchProfileSerializer(nested=True, required=False, allow_null=True, default=None)
    asn = ASNSerializer(nested=True, required=False, allow_null=True, default=None)
    racks = SerializedPKRelatedField(
        queryset=Rack.objects.all(), serializer=RackSerializer, nested=True, required=False, many=True
    )
    state = CalicoRouterStateSerializer(read_only=True, allow_null=True)

    class Meta:
        model = CalicoRouter
        fields = (
            'id', 'url', 'display_url', 'display', 'device', 'role', 'profile', 'asn', 'router_id', 'racks',
            'drained', 'credential', 'state', 'description', 'owner', 'comments', 'tags', 'custom_fields', 'created',
            'last_updated',
        )  # fmt: skip
        brief_fields = ('id', 'url', 'display', 'device', 'role', 'description')
