"""Runs in REST: read only."""

from __future__ import annotations

from core.api.serializers import JobSerializer
from netbox.api.fields import ChoiceField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers

from netbox_calico.choices import (
    PhaseChoices,
    PlanKindChoices,
    ResultChoices,
    RunStatusChoices,
    StepStatusChoices,
    WishChoices,
)
from netbox_calico.models import CalicoOutcome, CalicoRun, CalicoRunStep

from .cluster import CalicoClusterSerializer
from .plan import CalicoPlanSerializer


class CalicoRunStepSerializer(serializers.ModelSerializer):
    status = ChoiceField(choices=StepStatusChoices, read_only=True)

    class Meta:
        model = CalicoRunStep
        fields = ('step', 'status', 'started', 'ended', 'waiting', 'message')


class CalicoRunSerializer(BaseModelSerializer):
    cluster = CalicoClusterSerializer(nested=True, read_only=True)
    plan = CalicoPlanSerializer(nested=True, read_only=True)
    kind = ChoiceField(choices=PlanKindChoices, read_only=True)
    status = ChoiceField(choices=RunStatusChoices, read_only=True)
    wanted = ChoiceField(choices=WishChoices, read_only=True)
    job = JobSerializer(nested=True, read_only=True)
    steps = CalicoRunStepSerializer(many=True, read_only=True)

    class Meta:
        model = CalicoRun
        fields = (
            'id', 'url', 'display_url', 'display', 'cluster', 'plan', 'kind', 'status', 'wanted', 'attempt',
            'heartbeat', 'requested', 'started', 'ended', 'started_by_name', 'step', 'job', 'error', 'steps',
        )  # fmt: skip
        read_only_fields = fields
        brief_fields = ('id', 'url', 'display', 'kind', 'status')


class CalicoOutcomeSerializer(serializers.ModelSerializer):
    """What became of one item in one phase."""

    step = serializers.IntegerField(source='item.step', read_only=True)
    target = serializers.CharField(source='item.target', read_only=True)
    label = serializers.CharField(source='item.label', read_only=True)
    phase = ChoiceField(choices=PhaseChoices, read_only=True)
    result = ChoiceField(choices=ResultChoices, read_only=True)

    class Meta:
        model = CalicoOutcome
        fields = ('id', 'step', 'target', 'label', 'phase', 'result', 'at', 'message')
        read_only_fields = fields
