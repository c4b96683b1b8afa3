"""The tabs of a cluster's page: its nodes, routers, peerings, pools, ranges, plans and runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from netbox_calico import filtersets, forms, tables
from netbox_calico.models import (
    CalicoCluster,
    CalicoNode,
    CalicoPeering,
    CalicoPlan,
    CalicoPool,
    CalicoRouter,
    CalicoRun,
    CalicoServiceRange,
)


class _ChildrenView(generic.ObjectChildrenView):
    """A tab of a cluster's page with its nodes, pools and so on."""

    queryset = CalicoCluster.objects.all()

    def get_children(self, request, parent):
        return self.child_model.objects.restrict(request.user, 'view').filter(cluster=parent)

    def get_table(self, *args, **kwargs):
        table = super().get_table(*args, **kwargs)
        if 'cluster' in table.columns.names():
            table.columns.hide('cluster')
        return table


@register_model_view(CalicoCluster, 'nodes')
class CalicoClusterNodesView(_ChildrenView):
    child_model = CalicoNode
    table = tables.CalicoNodeTable
    filterset = filtersets.CalicoNodeFilterSet
    filterset_form = forms.CalicoNodeFilterForm
    tab = ViewTab(label=_('Nodes'), permission='netbox_calico.view_caliconode', weight=500)

    def get_children(self, request, parent):
        return super().get_children(request, parent).select_related('state')


@register_model_view(CalicoCluster, 'routers')
class CalicoClusterRoutersView(_ChildrenView):
    child_model = CalicoRouter
    table = tables.CalicoRouterTable
    filterset = filtersets.CalicoRouterFilterSet
    filterset_form = forms.CalicoRouterFilterForm
    tab = ViewTab(label=_('Routers'), permission='netbox_calico.view_calicorouter', weight=510)

    def get_children(self, request, parent):
        routers = CalicoPeering.objects.filter(cluster=parent).values('router')
        return (
            CalicoRouter.objects.restrict(request.user, 'view').filter(pk__in=routers).select_related('device', 'state')
        )


@register_model_view(CalicoCluster, 'peerings')
class CalicoClusterPeeringsView(_ChildrenView):
    child_model = CalicoPeering
    table = tables.CalicoPeeringTable
    filterset = filtersets.CalicoPeeringFilterSet
    filterset_form = forms.CalicoPeeringFilterForm
    tab = ViewTab(label=_('Peerings'), permission='netbox_calico.view_calicopeering', weight=520)

    def get_children(self, request, parent):
        return super().get_children(request, parent).select_related('state', 'node', 'router__device', 'peer_node')


@register_model_view(CalicoCluster, 'pools')
class CalicoClusterPoolsView(_ChildrenView):
    child_model = CalicoPool
    table = tables.CalicoPoolTable
    filterset = filtersets.CalicoPoolFilterSet
    filterset_form = forms.CalicoPoolFilterForm
    tab = ViewTab(label=_('Pools'), permission='netbox_calico.view_calicopool', weight=530)


@register_model_view(CalicoCluster, 'service-ranges')
class CalicoClusterServiceRangesView(_ChildrenView):
    child_model = CalicoServiceRange
    table = tables.CalicoServiceRangeTable
    filterset = filtersets.CalicoServiceRangeFilterSet
    filterset_form = forms.CalicoServiceRangeFilterForm
    tab = ViewTab(label=_('Service Ranges'), permission='netbox_calico.view_calicoservicerange', weight=540)


@register_model_view(CalicoCluster, 'plans')
class CalicoClusterPlansView(_ChildrenView):
    child_model = CalicoPlan
    table = tables.CalicoPlanTable
    filterset = filtersets.CalicoPlanFilterSet
    filterset_form = forms.CalicoPlanFilterForm
    actions = ()
    tab = ViewTab(label=_('Plans'), permission='netbox_calico.view_calicoplan', weight=550)


@register_model_view(CalicoCluster, 'runs')
class CalicoClusterRunsView(_ChildrenView):
    child_model = CalicoRun
    table = tables.CalicoRunTable
    filterset = filtersets.CalicoRunFilterSet
    filterset_form = forms.CalicoRunFilterForm
    actions = ()
    tab = ViewTab(label=_('Runs'), permission='netbox_calico.view_calicorun', weight=560)
