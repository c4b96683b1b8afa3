"""Calico pools in REST."""

from __future__ import annotations

from ipam.api.serializers import PrefixSerializer
from netbox.api.fields import ChoiceField
from netbox.api.serializers import PrimaryModelSerializer

from netbox_calico.choices import EncapsulationChoices
from netbox_calico.models import CalicoPool

from .cluster import CalicoClusterSerializer


class CalicoPoolSerializer(PrimaryModelSerializer):
    cluster = CalicoClusterSerializer(nested=True)
    prefix = PrefixSerializer(nested=True)
    ipip = ChoiceField(choices=EncapsulationChoices, required=False)
    vxlan = ChoiceField(choices=EncapsulationChoices, required=False)

    class Meta:
        model = CalicoPool
        fields = (
            'id', 'url', 'display_url', 'display', 'cluster', 'prefix', 'name', 'block_size', 'ipip', 'vxlan',
            'nat_outgoing', 'disabled', 'disable_export', 'node_selector', 'ours', 'description', 'owner', 'comments',
            'tags', 'custom_fields', 'created', 'last_updated',
        )  # fmt: skip
        brief_fields = ('id', 'url', 'display', 'name', 'description')
