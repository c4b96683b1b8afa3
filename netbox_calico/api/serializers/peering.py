"""Calico peerings in REST."""

from __future__ import annotations

from netbox.api.fields import ChoiceField
from netbox.api.serializers import NetBoxModelSerializer
from rest_framework import serializers

from netbox_calico.choices import FamilyChoices, PeeringOriginChoices, SessionStateChoices
from netbox_calico.models import CalicoPeering, CalicoPeeringState

from .cluster import CalicoClusterSerializer
from .node import CalicoNodeSerializer
from .router import CalicoRouterSerializer


class CalicoPeeringStateSerializer(serializers.ModelSerializer):
    """What both ends said last."""

    node_side = ChoiceField(choices=SessionStateChoices, read_only=True)
    router_side = ChoiceField(choices=SessionStateChoices, read_only=True)

    class Meta:
        model = CalicoPeeringState
        fields = ('node_side', 'router_side', 'since', 'accepted')


class CalicoPeeringSerializer(NetBoxModelSerializer):
    cluster = CalicoClusterSerializer(nested=True)
    node = CalicoNodeSerializer(nested=True)
    router = CalicoRouterSerializer(nested=True)
    family = ChoiceField(choices=FamilyChoices)
    origin = ChoiceField(choices=PeeringOriginChoices, read_only=True)
    state = CalicoPeeringStateSerializer(read_only=True, allow_null=True)

    class Meta:
        model = CalicoPeering
        fields = (
            'id', 'url', 'display_url', 'display', 'cluster', 'node', 'router', 'family', 'origin', 'local_address',
            'remote_address', 'local_asn', 'remote_asn', 'state', 'description', 'tags', 'custom_fields', 'created',
            'last_updated',
        )  # fmt: skip
        brief_fields = ('id', 'url', 'display', 'family', 'local_address', 'remote_address', 'description')
