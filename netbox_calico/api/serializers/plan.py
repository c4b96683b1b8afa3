"""Plans in REST: read only. Texts of changes are given one at a time."""

from __future__ import annotations

from netbox.api.fields import ChoiceField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers

from netbox_calico.choices import (
    DecisionChoices,
    DesignChoices,
    OperationChoices,
    PlanKindChoices,
    PlanStatusChoices,
    SeverityChoices,
)
from netbox_calico.models import CalicoApproval, CalicoPlan, CalicoPlanItem

from .cluster import CalicoClusterSerializer


class CalicoApprovalSerializer(serializers.ModelSerializer):
    decision = ChoiceField(choices=DecisionChoices, read_only=True)

    class Meta:
        model = CalicoApproval
        fields = ('user_name', 'decision', 'digest', 'comment', 'at')


class CalicoPlanSerializer(BaseModelSerializer):
    cluster = CalicoClusterSerializer(nested=True, read_only=True)
    kind = ChoiceField(choices=PlanKindChoices, read_only=True)
    status = ChoiceField(choices=PlanStatusChoices, read_only=True)
    design = ChoiceField(choices=DesignChoices, read_only=True)
    approvals = CalicoApprovalSerializer(many=True, read_only=True)

    class Meta:
        model = CalicoPlan
        fields = (
            'id', 'url', 'display_url', 'display', 'cluster', 'kind', 'status', 'design', 'digest', 'snapshot_digest',
            'observation_digest', 'created', 'created_by_name', 'authors', 'summary', 'approvals',
        )  # fmt: skip
        read_only_fields = fields
        brief_fields = ('id', 'url', 'display', 'kind', 'status', 'digest')


class CalicoPlanItemSerializer(serializers.ModelSerializer):
    """One change; what is sent stands in the item's own representation."""

    operation = ChoiceField(choices=OperationChoices, read_only=True)

    class Meta:
        model = CalicoPlanItem
        fields = (
            'id', 'seq', 'step', 'wave', 'undo', 'target', 'label', 'operation', 'changes', 'before', 'after',
        )  # fmt: skip
        read_only_fields = fields


class CalicoPlanItemTextSerializer(CalicoPlanItemSerializer):
    """One change with its difference and exactly what is sent."""

    diff = serializers.CharField(source='diff.body', read_only=True)
    artefact = serializers.CharField(source='artefact.body', read_only=True)

    class Meta(CalicoPlanItemSerializer.Meta):
        fields = (*CalicoPlanItemSerializer.Meta.fields, 'diff', 'artefact')
        read_only_fields = fields


class CalicoFindingSerializer(serializers.Serializer):
    severity = serializers.ChoiceField(choices=list(SeverityChoices))
    code = serializers.CharField()
    subject = serializers.CharField()
    message = serializers.CharField()


class CalicoGateSerializer(serializers.Serializer):
    kind = serializers.CharField()
    title = serializers.CharField()
    timeout = serializers.IntegerField()
    hold = serializers.IntegerField()
    pause = serializers.IntegerField()
    racks = serializers.ListField(child=serializers.CharField())
    left = serializers.ListField(child=serializers.CharField())
    routers = serializers.ListField(child=serializers.IntegerField())
    nodes = serializers.ListField(child=serializers.CharField(), required=False)
    reflectors = serializers.ListField(child=serializers.CharField(), required=False)
    paths = serializers.IntegerField(required=False)


class CalicoStepSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    wave = serializers.IntegerField()
    title = serializers.CharField()
    items = serializers.IntegerField(help_text='How many changes the step makes')
    gate = CalicoGateSerializer()
    undo_gate = CalicoGateSerializer()


class CalicoDecisionSerializer(serializers.Serializer):
    """A decision about exactly the plan of this digest."""

    digest = serializers.CharField(max_length=64)
    decision = serializers.ChoiceField(choices=list(DecisionChoices), default=DecisionChoices.APPROVE)
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True, default='')


class CalicoDeploySerializer(serializers.Serializer):
    """The digest of the plan that is meant."""

    digest = serializers.CharField(max_length=64)
