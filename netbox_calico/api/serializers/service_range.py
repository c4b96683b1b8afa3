"""Calico service ranges in REST."""

from __future__ import annotations

from ipam.api.serializers import PrefixSerializer
from netbox.api.fields import ChoiceField
from netbox.api.serializers import PrimaryModelSerializer

from netbox_calico.choices import ServiceRangeKindChoices
from netbox_calico.models import CalicoServiceRange

from .cluster import CalicoClusterSerializer


class CalicoServiceRangeSerializer(PrimaryModelSerializer):
    cluster = CalicoClusterSerializer(nested=True)
    prefix = PrefixSerializer(nested=True)
    kind = ChoiceField(choices=ServiceRangeKindChoices)

    class Meta:
        model = CalicoServiceRange
        fields = (
            'id', 'url', 'display_url', 'display', 'cluster', 'prefix', 'kind', 'anycast', 'description', 'owner',
            'comments', 'tags', 'custom_fields', 'created', 'last_updated',
        )  # fmt: skip
        brief_fields = ('id', 'url', 'display', 'prefix', 'kind', 'description')
