"""Lists that are looked at often are read by an index, with 20,000 peerings in the table."""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, Q
from django.test import TestCase

from netbox_calico.choices import SessionStateChoices
from netbox_calico.models import (
    CalicoCluster,
    CalicoNode,
    CalicoPeering,
    CalicoPeeringState,
    CalicoPlanItem,
    CalicoRouter,
)
from tests.netbox import inventory, plans

PEERINGS = 20_000
CLUSTERS = 4


class Indexes(TestCase):
    @classmethod
    def setUpTestData(cls):
        dc = inventory.data_centre(racks=1, tors=2, nodes=1)
        clusters = [dc.cluster, *inventory.clusters(CLUSTERS - 1)]
        cls.cluster = clusters[-1]
        nodes = CalicoNode.objects.bulk_create(
            CalicoNode(cluster=cluster, name=f'n{n}') for cluster in clusters for n in range(PEERINGS // CLUSTERS // 4)
        )
        peerings = CalicoPeering.objects.bulk_create(
            (
                CalicoPeering(cluster_id=node.cluster_id, node=node, router=router, family=family, origin='derived')
                for node in nodes
                for router in dc.routers
                for family in (4, 6)
            ),
            batch_size=5000,
        )
        CalicoPeeringState.objects.bulk_create(
            (
                CalicoPeeringState(
                    peering=peering,
                    cluster_id=peering.cluster_id,
                    node_side=SessionStateChoices.UP,
                    router_side=SessionStateChoices.DOWN if n % 1000 == 0 else SessionStateChoices.UP,
                )
                for n, peering in enumerate(peerings)
            ),
            batch_size=5000,
        )
        cls.plan = plans.stored(dc)
        with connection.cursor() as cursor:
            for model in (CalicoCluster, CalicoNode, CalicoRouter, CalicoPeering, CalicoPeeringState, CalicoPlanItem):
                cursor.execute(f'ANALYZE {model._meta.db_table}')

    def read(self, queryset):
        return queryset.explain()

    def test_a_page_of_the_peerings_of_a_cluster(self):
        page = CalicoPeering.objects.filter(cluster=self.cluster).select_related('state', 'node', 'router__device')[:50]
        plan = self.read(page)
        assert 'Seq Scan on netbox_calico_calicopeering ' not in plan
        assert 'Seq Scan on netbox_calico_calicopeeringstate' not in plan

    def test_counting_the_peerings_of_a_cluster(self):
        plan = self.read(
            CalicoPeering.objects.filter(cluster=self.cluster).order_by().values('cluster').annotate(Count('pk'))
        )
        assert 'Seq Scan' not in plan

    def test_sessions_that_are_down(self):
        down = ~Q(node_side=SessionStateChoices.UP) | ~Q(router_side=SessionStateChoices.UP)
        plan = self.read(CalicoPeeringState.objects.filter(down, cluster=self.cluster).order_by())
        assert 'netbox_calico_peering_down' in plan

    def test_the_peerings_of_a_router_and_of_a_node(self):
        node = CalicoNode.objects.last()
        assert 'Seq Scan' not in self.read(CalicoPeering.objects.filter(node=node).order_by())
        at_either_end = CalicoPeering.objects.filter(Q(node=node) | Q(peer_node=node))
        assert 'Seq Scan' not in self.read(at_either_end.order_by())
