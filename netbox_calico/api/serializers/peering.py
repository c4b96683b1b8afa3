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
    router = CalicoRouterSerializer(nested=True, required=False, allow_null=True, default=None)
    peer_node = CalicoNodeSerializer(nested=True, required=False, allow_null=True, default=None)
    family = ChoiceField(choices=FamilyChoices)
    origin = ChoiceField(choices=PeeringOriginChoices, read_only=True)
    state = CalicoPeeringStateSerializer(read_only=True, allow_null=True)

    class Meta:
        model = CalicoPeering
        fields = (
            'id', 'url', 'display_url', 'display', 'cluster', 'node', 'router', 'peer_node', 'family', 'origin',
            'local_address', 'remote_address', 'local_asn', 'remote_asn', 'state', 'description',
            'tags', 'custom_fields', 'created', 'last_updated',
        )  # fmt: skip
        brief_fields = ('id', 'url', 'display', 'family', 'local_address', 'remote_address', 'description')

    def validate(self, data):
        """The model puts two nodes in order, but only on a copy: what is written has to follow."""
        data = super().validate(data)
        ends = {name: data.get(name, getattr(self.instance, name, None)) for name in CalicoPeering.other_end}
        if ends['node'] and ends['peer_node'] and ends['peer_node'].pk < ends['node'].pk:
            data.update({name: ends[other] for name, other in CalicoPeering.other_end.items()})
        return data
