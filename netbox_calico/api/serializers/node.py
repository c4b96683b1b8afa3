"""Calico nodes in REST."""

from __future__ import annotations

from dcim.api.serializers import DeviceSerializer, RackSerializer
from ipam.api.serializers import ASNSerializer
from netbox.api.fields import ChoiceField
from netbox.api.serializers import PrimaryModelSerializer
from rest_framework import serializers
from virtualization.api.serializers import VirtualMachineSerializer

from netbox_calico.choices import ReflectorChoices
from netbox_calico.models import CalicoNode, CalicoNodeState

from .cluster import CalicoClusterSerializer


class CalicoNodeStateSerializer(serializers.ModelSerializer):
    """What the cluster said last."""

    class Meta:
        model = CalicoNodeState
        fields = ('ready', 'addresses', 'asn')


class CalicoNodeSerializer(PrimaryModelSerializer):
    cluster = CalicoClusterSerializer(nested=True)
    device = DeviceSerializer(nested=True, required=False, allow_null=True, default=None)
    virtual_machine = VirtualMachineSerializer(nested=True, required=False, allow_null=True, default=None)
    rack = RackSerializer(nested=True, required=False, allow_null=True, default=None)
    asn = ASNSerializer(nested=True, required=False, allow_null=True, default=None)
    reflector = ChoiceField(choices=ReflectorChoices, required=False)
    state = CalicoNodeStateSerializer(read_only=True, allow_null=True)

    class Meta:
        model = CalicoNode
        fields = (
            'id', 'url', 'display_url', 'display', 'cluster', 'name', 'system_uuid', 'device', 'virtual_machine',
            'rack', 'asn', 'reflector', 'drained', 'state', 'description', 'owner', 'comments', 'tags',
            'custom_fields', 'created', 'last_updated',
        )  # fmt: skip
        brief_fields = ('id', 'url', 'display', 'name', 'description')
