"""Runs in REST: read only, with the wishes that they obey."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet
from rest_framework.decorators import action

from netbox_calico import control, filtersets
from netbox_calico.api.actions import ActionsMixin
from netbox_calico.api.permissions import ControlPermission
from netbox_calico.api.serializers import CalicoOutcomeSerializer, CalicoRunSerializer
from netbox_calico.choices import PhaseChoices, ResultChoices, WishChoices
from netbox_calico.models import CalicoRun

_OUTCOME_FILTERS = [
    OpenApiParameter('step', OpenApiTypes.INT, many=True),
    OpenApiParameter('phase', OpenApiTypes.STR, many=True, enum=PhaseChoices.values()),
    OpenApiParameter('result', OpenApiTypes.STR, many=True, enum=ResultChoices.values()),
]
_ACCEPTED = {'request': None, 'responses': {202: CalicoRunSerializer}}


class CalicoRunViewSet(ActionsMixin, NetBoxReadOnlyModelViewSet):
    # A run is called after the cluster of its plan; the plan's own steps are as long as a book.
    queryset = CalicoRun.objects.select_related('plan__cluster').defer('plan__steps').order_by('-pk')
    serializer_class = CalicoRunSerializer
    filterset_class = filtersets.CalicoRunFilterSet
    action_permissions = dict.fromkeys(('pause', 'resume', 'cancel', 'roll_back'), ControlPermission)

    @extend_schema(responses={200: CalicoOutcomeSerializer(many=True)}, parameters=_OUTCOME_FILTERS, filters=False)
    @action(detail=True, filterset_class=None)
    def outcomes(self, request, pk):
        """What became of the plan's items."""
        run = get_object_or_404(self.queryset, pk=pk)
        outcomes = run.outcomes.select_related('item').order_by('pk')
        page = self.paginate_queryset(filtersets.CalicoOutcomeFilterSet(request.query_params, outcomes).qs)
        return self.get_paginated_response(CalicoOutcomeSerializer(page, many=True).data)

    @extend_schema(**_ACCEPTED)
    @action(detail=True, methods=['post'])
    def pause(self, request, pk):
        """Stop before the next step until the run is resumed."""
        return self._wish(pk, WishChoices.PAUSE)

    @extend_schema(**_ACCEPTED)
    @action(detail=True, methods=['post'])
    def resume(self, request, pk):
        """Go on: a paused run at once, an interrupted or failed one in a new attempt."""
        return self._wish(pk, WishChoices.RUN)

    @extend_schema(**_ACCEPTED)
    @action(detail=True, methods=['post'])
    def cancel(self, request, pk):
        """End before the next step; what is done stays in place."""
        return self._wish(pk, WishChoices.CANCEL)

    @extend_schema(**_ACCEPTED)
    @action(detail=True, methods=['post'], url_path='roll-back')
    def roll_back(self, request, pk):
        """Take back everything that the run has done."""
        return self._wish(pk, WishChoices.ROLL_BACK)

    def _wish(self, pk, wanted):
        return self.accepted(CalicoRunSerializer, control.wish(self.permitted(pk), wanted, self.request.user))
