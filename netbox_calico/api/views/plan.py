"""Plans in REST: read only, with the two decisions about them."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet
from rest_framework.decorators import action
from rest_framework.response import Response

from netbox_calico import approval, filtersets
from netbox_calico.api.actions import ActionsMixin
from netbox_calico.api.permissions import ApprovePermission, DeployPermission
from netbox_calico.api.serializers import CalicoPlanItemSerializer, CalicoPlanSerializer, CalicoRunSerializer
from netbox_calico.api.serializers.plan import (
    CalicoDecisionSerializer,
    CalicoDeploySerializer,
    CalicoFindingSerializer,
    CalicoPlanItemTextSerializer,
    CalicoStepSerializer,
)
from netbox_calico.choices import OperationChoices
from netbox_calico.documents import read
from netbox_calico.models import CalicoPlan
from netbox_calico.planning.errors import Refused

# Of what lies below a plan; the schema generator knows the filters of the plans themselves only.
_ITEM_FILTERS = [
    OpenApiParameter('step', OpenApiTypes.INT, many=True),
    OpenApiParameter('wave', OpenApiTypes.INT, many=True),
    OpenApiParameter('undo', OpenApiTypes.BOOL),
    OpenApiParameter('target', OpenApiTypes.STR, many=True),
    OpenApiParameter('operation', OpenApiTypes.STR, many=True, enum=OperationChoices.values()),
]


class CalicoPlanViewSet(ActionsMixin, NetBoxReadOnlyModelViewSet):
    """Everything below a plan follows the plan's permission: it is shown whole or not at all."""

    queryset = CalicoPlan.objects.defer('steps').order_by('-pk')
    serializer_class = CalicoPlanSerializer
    filterset_class = filtersets.CalicoPlanFilterSet
    action_permissions = {'approve': ApprovePermission, 'deploy': DeployPermission}

    @extend_schema(responses={200: CalicoStepSerializer(many=True)}, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def steps(self, request, pk):
        """The steps in order, each with the gate behind it."""
        return Response(self.get_object().steps)

    @extend_schema(responses={200: CalicoFindingSerializer(many=True)}, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def findings(self, request, pk):
        """What the checks said."""
        return Response(read(self.get_object().findings) or [])

    @extend_schema(responses={200: CalicoPlanItemSerializer(many=True)}, parameters=_ITEM_FILTERS, filters=False)
    @action(detail=True, filterset_class=None)
    def items(self, request, pk):
        """The changes in order, without their texts."""
        plan = get_object_or_404(self.queryset, pk=pk)
        items = filtersets.CalicoPlanItemFilterSet(request.query_params, plan.items.order_by('seq')).qs
        page = self.paginate_queryset(items)
        return self.get_paginated_response(CalicoPlanItemSerializer(page, many=True).data)

    @extend_schema(
        responses={200: CalicoPlanItemTextSerializer},
        parameters=[OpenApiParameter('seq', OpenApiTypes.INT, OpenApiParameter.PATH)],
        filters=False,
    )
    @action(detail=True, url_path=r'items/(?P<seq>\d+)', pagination_class=None, filterset_class=None)
    def item(self, request, pk, seq):
        """One change with its difference and exactly what is sent."""
        plan = get_object_or_404(self.queryset, pk=pk)
        item = get_object_or_404(plan.items.select_related('diff', 'artefact'), seq=seq)
        return Response(CalicoPlanItemTextSerializer(item).data)

    @extend_schema(request=CalicoDecisionSerializer, responses={200: CalicoPlanSerializer})
    @action(detail=True, methods=['post'])
    def approve(self, request, pk):
        """Approve or reject exactly the plan of the digest."""
        plan = self.permitted(pk)
        data = self.validated(CalicoDecisionSerializer)
        plan = approval.decide(
            plan, request.user, data['digest'], data['decision'], data['comment'], request_id=request.id
        )
        return Response(CalicoPlanSerializer(plan, context={'request': request}).data)

    @extend_schema(request=CalicoDeploySerializer, responses={202: CalicoRunSerializer})
    @action(detail=True, methods=['post'])
    def deploy(self, request, pk):
        """Start a run of an approved plan."""
        from netbox_calico.jobs.deploy import DeployJob

        plan = self.permitted(pk)
        if self.validated(CalicoDeploySerializer)['digest'] != plan.digest:
            raise Refused(f'{plan} has another digest: read it again.')
        return self.accepted(CalicoRunSerializer, DeployJob.request(plan, request.user))
