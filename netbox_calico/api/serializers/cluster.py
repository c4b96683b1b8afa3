"""Calico clusters in REST."""

from __future__ import annotations

from ipam.api.serializers import ASNRangeSerializer, ASNSerializer, VRFSerializer
from netbox.api.fields import ChoiceField
from netbox.api.serializers import PrimaryModelSerializer
from rest_framework import serializers
from tenancy.api.serializers import TenantSerializer
from virtualization.api.serializers import ClusterSerializer

from netbox_calico.choices import DesignChoices, LoopRemedyChoices, MeshChoices, PlanKindChoices, SchemeChoices
from netbox_calico.designs import OPTIONS
from netbox_calico.models import CalicoCluster, CalicoClusterState


class CalicoClusterStateSerializer(serializers.ModelSerializer):
    """What was seen last."""

    mesh = ChoiceField(choices=MeshChoices, read_only=True)

    class Meta:
        model = CalicoClusterState
        fields = (
            'observed_at', 'version', 'mesh', 'sessions_up', 'sessions_expected', 'drift_cluster', 'drift_routers',
            'findings_error', 'findings_warning', 'error',
        )  # fmt: skip


class CalicoClusterSerializer(PrimaryModelSerializer):
    cluster = ClusterSerializer(nested=True, required=False, allow_null=True, default=None)
    tenant = TenantSerializer(nested=True, required=False, allow_null=True, default=None)
    vrf = VRFSerializer(nested=True, required=False, allow_null=True, default=None)
    asn = ASNSerializer(nested=True, required=False, allow_null=True, default=None)
    design = ChoiceField(choices=DesignChoices, required=False)
    asn_range = ASNRangeSerializer(nested=True, required=False, allow_null=True, default=None)
    scheme = ChoiceField(choices=SchemeChoices, required=False)
    loop_remedy = ChoiceField(choices=LoopRemedyChoices, required=False)
    state = CalicoClusterStateSerializer(read_only=True, allow_null=True)

    class Meta:
        model = CalicoCluster
        fields = (
            'id', 'url', 'display_url', 'display', 'name', 'handle', 'cluster', 'tenant', 'vrf', 'asn', 'connection',
            'ipv4', 'ipv6', 'design', *OPTIONS, 'rack_label', 'password_secret', 'settle_time', 'rack_pause',
            'interval', 'approvals', 'four_eyes', 'deletion_share', 'state', 'description', 'owner', 'comments',
            'tags', 'custom_fields', 'created', 'last_updated',
        )  # fmt: skip
        brief_fields = ('id', 'url', 'display', 'name', 'handle', 'description')


class CalicoPlanWishSerializer(serializers.Serializer):
    """Which way to plan."""

    kind = serializers.ChoiceField(choices=list(PlanKindChoices), default=PlanKindChoices.DEPLOY)
