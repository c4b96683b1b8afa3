"""What was found in a cluster or differs from NetBox, as documents; and what is picked of it."""

from __future__ import annotations

from rest_framework import serializers


class CalicoFoundHostSerializer(serializers.Serializer):
    kind = serializers.CharField()
    id = serializers.IntegerField()
    name = serializers.CharField()


class CalicoFoundNodeSerializer(serializers.Serializer):
    name = serializers.CharField()
    system_uuid = serializers.CharField()
    addresses = serializers.ListField(child=serializers.CharField())
    asn = serializers.IntegerField(allow_null=True)
    ready = serializers.BooleanField()
    host = CalicoFoundHostSerializer(allow_null=True)
    clues = serializers.ListField(child=serializers.CharField(), help_text='By what the host was recognised')
    reason = serializers.CharField(help_text='Why no host was')
    known = serializers.BooleanField(help_text='NetBox has it already')


class CalicoMissingNodeSerializer(serializers.Serializer):
    name = serializers.CharField()


class CalicoFoundPoolSerializer(serializers.Serializer):
    name = serializers.CharField()
    prefix = serializers.CharField()
    block_size = serializers.IntegerField()
    ipip = serializers.CharField()
    vxlan = serializers.CharField()
    nat_outgoing = serializers.BooleanField()
    disabled = serializers.BooleanField()
    disable_export = serializers.BooleanField()
    node_selector = serializers.CharField()
    known = serializers.BooleanField()


class CalicoFoundRangeSerializer(serializers.Serializer):
    prefix = serializers.CharField()
    kind = serializers.CharField()
    known = serializers.BooleanField()


class CalicoFoundSerializer(serializers.Serializer):
    nodes = CalicoFoundNodeSerializer(many=True)
    missing = CalicoMissingNodeSerializer(many=True, help_text='Nodes that NetBox has and the cluster has not')
    pools = CalicoFoundPoolSerializer(many=True)
    ranges = CalicoFoundRangeSerializer(many=True)


class CalicoPickSerializer(serializers.Serializer):
    """Names of found nodes and pools, prefixes of found ranges."""

    nodes = serializers.ListField(child=serializers.CharField(), default=list)
    pools = serializers.ListField(child=serializers.CharField(), default=list)
    ranges = serializers.ListField(child=serializers.CharField(), default=list)


class CalicoPickedSerializer(serializers.Serializer):
    added = serializers.IntegerField()


class CalicoChangeSerializer(serializers.Serializer):
    field = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class CalicoDriftSerializer(serializers.Serializer):
    target = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField()
    severity = serializers.CharField()
    diff = serializers.CharField()
    changes = CalicoChangeSerializer(many=True)
