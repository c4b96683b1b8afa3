"""Every field of a model can be filtered by, and every sortable column of its list sorts."""

from __future__ import annotations

from django.test import TestCase
from utilities.testing import ChangeLoggedFilterSetTestMixin, TableTestCases
from utilities.testing.filtersets import BaseFilterSetTestMixin

from netbox_calico import filtersets, tables
from netbox_calico.models import (
    CalicoCluster,
    CalicoClusterState,
    CalicoNode,
    CalicoPeering,
    CalicoPeeringState,
    CalicoPlan,
    CalicoPool,
    CalicoRouter,
    CalicoRun,
    CalicoServiceRange,
    CalicoSwitchProfile,
)
from tests.netbox import inventory


class _Ours:
    """NetBox's test finds the filter sets in the application that the test's module belongs to."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.__module__ = 'netbox_calico.tests'

    def count(self, **params):
        return self.filterset(params, self.queryset).qs.count()


class SwitchProfileFilters(_Ours, ChangeLoggedFilterSetTestMixin, TestCase):
    queryset = CalicoSwitchProfile.objects.all()
    filterset = filtersets.CalicoSwitchProfileFilterSet

    @classmethod
    def setUpTestData(cls):
        inventory.profile('One', hold_time=9, keepalive=3)
        inventory.profile('Two', verify_host=False)
        inventory.profile('Three')

    def test_by_what_matters(self):
        assert self.count(q='tw') == 1
        assert self.count(hold_time=[9]) == 1
        assert self.count(verify_host=False) == 1
        assert self.count(driver=['frr']) == 3


class ClusterFilters(_Ours, ChangeLoggedFilterSetTestMixin, TestCase):
    queryset = CalicoCluster.objects.all()
    filterset = filtersets.CalicoClusterFilterSet
    ignore_fields = ('state',)

    @classmethod
    def setUpTestData(cls):
        inventory.clusters(3)
        inventory.data_centre(racks=0)

    def test_by_what_matters(self):
        assert self.count(q='cluster-2') == 1
        assert self.count(design=['tor-full-tables']) == 1
        assert self.count(asn=[64512]) == 1
        assert self.count(ipv6=True) == 1

    def test_by_what_was_seen_last(self):
        first, second, *_ = self.queryset
        CalicoClusterState.objects.create(cluster=first, mesh='on', drift_routers=1)
        CalicoClusterState.objects.create(cluster=second, mesh='off')
        assert self.count(mesh=['on', 'off']) == 2
        assert self.count(drifted=True) == 1
        assert self.count(drifted=False) == 3


class NodeFilters(_Ours, ChangeLoggedFilterSetTestMixin, TestCase):
    queryset = CalicoNode.objects.all()
    filterset = filtersets.CalicoNodeFilterSet
    ignore_fields = ('state',)

    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre()
        CalicoNode.objects.create(cluster=cls.dc.cluster, name='nowhere')

    def test_by_what_matters(self):
        assert self.count(cluster=['prod']) == 5
        assert self.count(has_host=False) == 1
        assert self.count(rack_id=[self.dc.racks[0].pk]) == 2
        assert self.count(device=['prod-node-1-1']) == 1
        assert self.count(q='nowh') == 1


class RouterFilters(_Ours, ChangeLoggedFilterSetTestMixin, TestCase):
    queryset = CalicoRouter.objects.all()
    filterset = filtersets.CalicoRouterFilterSet
    ignore_fields = ('state',)

    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre()
        cls.dc.routers[3].racks.add(cls.dc.racks[0])
        CalicoPeering.objects.create(cluster=cls.dc.cluster, node=cls.dc.nodes[0], router=cls.dc.routers[0], family=4)

    def test_by_what_matters(self):
        assert self.count(rack_id=[self.dc.racks[0].pk]) == 3
        assert self.count(cluster_id=[self.dc.cluster.pk]) == 1
        assert self.count(asn=[65101]) == 2
        assert self.count(site=['dc']) == 4
        assert self.count(q='tor-1') == 2


class PoolFilters(_Ours, ChangeLoggedFilterSetTestMixin, TestCase):
    queryset = CalicoPool.objects.all()
    filterset = filtersets.CalicoPoolFilterSet

    @classmethod
    def setUpTestData(cls):
        inventory.data_centre(racks=0)
        inventory.data_centre(racks=0, name='test', number=2)

    def test_by_what_matters(self):
        assert self.count(cluster=['test']) == 2
        assert self.count(family=6) == 2
        assert self.count(vxlan=['Never']) == 4
        assert (self.count(ours=False), self.count(ours=True)) == (4, 0)


class ServiceRangeFilters(_Ours, ChangeLoggedFilterSetTestMixin, TestCase):
    queryset = CalicoServiceRange.objects.all()
    filterset = filtersets.CalicoServiceRangeFilterSet

    @classmethod
    def setUpTestData(cls):
        for number, name in enumerate(('a', 'b', 'c'), 1):
            inventory.data_centre(racks=0, name=name, number=number)

    def test_by_what_matters(self):
        assert self.count(cluster=['a', 'b']) == 2
        assert self.count(kind=['external']) == 0
        assert self.count(family=4) == 3
        assert self.count(q='10.96.2') == 1


class PeeringFilters(_Ours, ChangeLoggedFilterSetTestMixin, TestCase):
    queryset = CalicoPeering.objects.all()
    filterset = filtersets.CalicoPeeringFilterSet
    ignore_fields = ('state',)

    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre()
        for node in cls.dc.nodes:
            CalicoPeering.objects.create(
                cluster=cls.dc.cluster, node=node, router=cls.dc.routers[0], family=4, local_address='10.1.1.1'
            )
        first, second = CalicoPeering.objects.all()[:2]
        CalicoPeeringState.objects.create(peering=first, cluster=cls.dc.cluster, node_side=2, router_side=2)
        CalicoPeeringState.objects.create(peering=second, cluster=cls.dc.cluster, node_side=2, router_side=1)

    def test_by_what_matters(self):
        assert self.count(up=True) == 1
        assert self.count(up=False) == 3
        assert self.count(origin=['derived']) == 0
        assert self.count(device_id=[self.dc.nodes[0].device_id]) == 1
        assert self.count(device_id=[self.dc.routers[0].device_id]) == 4
        assert self.count(node=['prod-node-1-1']) == 1
        assert self.count(local_address=['10.1.1.1']) == 4


class _Processes:
    @classmethod
    def setUpTestData(cls):
        for cluster in inventory.clusters(3):
            plan = CalicoPlan.objects.create(
                cluster=cluster, kind='deploy', status='deployed', design='mesh', digest=f'{cluster.pk}',
                snapshot_digest='', observation_digest='',
            )  # fmt: skip
            CalicoRun.objects.create(plan=plan, cluster=cluster, kind='deploy', status='completed')


class PlanFilters(_Processes, _Ours, BaseFilterSetTestMixin, TestCase):
    queryset = CalicoPlan.objects.all()
    filterset = filtersets.CalicoPlanFilterSet
    # Facts behind the plan, read through it alone.
    ignore_fields = ('findings', 'expected', 'steps', 'summary', 'authors', 'created_by')

    def test_by_what_matters(self):
        assert self.count(status=['deployed']) == 3
        assert self.count(cluster=['Cluster 1']) == 1


class RunFilters(_Processes, _Ours, BaseFilterSetTestMixin, TestCase):
    queryset = CalicoRun.objects.all()
    filterset = filtersets.CalicoRunFilterSet
    ignore_fields = ('started_by', 'job', 'error')

    def test_by_what_matters(self):
        assert self.count(status=['failed']) == 0
        assert self.count(plan_id=[CalicoPlan.objects.first().pk]) == 1


class SwitchProfileColumns(TableTestCases.StandardTableTestCase):
    table = tables.CalicoSwitchProfileTable


class ClusterColumns(TableTestCases.StandardTableTestCase):
    table = tables.CalicoClusterTable


class NodeColumns(TableTestCases.StandardTableTestCase):
    table = tables.CalicoNodeTable


class RouterColumns(TableTestCases.StandardTableTestCase):
    table = tables.CalicoRouterTable


class PoolColumns(TableTestCases.StandardTableTestCase):
    table = tables.CalicoPoolTable


class ServiceRangeColumns(TableTestCases.StandardTableTestCase):
    table = tables.CalicoServiceRangeTable


class PeeringColumns(TableTestCases.StandardTableTestCase):
    table = tables.CalicoPeeringTable


class PlanColumns(TableTestCases.StandardTableTestCase):
    table = tables.CalicoPlanTable


class RunColumns(TableTestCases.StandardTableTestCase):
    table = tables.CalicoRunTable
