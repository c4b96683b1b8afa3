"""The tab Sizing: every design for the nodes and racks that the cluster has, or for numbers that somebody tries."""

from __future__ import annotations

from core.models import ObjectType
from django.urls import reverse
from users.models import ObjectPermission, User
from utilities.testing import TestCase, disable_warnings

from netbox_calico.cluster_scale import numbers_of
from netbox_calico.models import CalicoCluster, CalicoNode, CalicoPeering, CalicoRouter
from tests.netbox import inventory


@inventory.configured
class Sizing(TestCase):
    user_permissions = ()

    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=3, tors=2, nodes=2)
        cls.cluster = cls.dc.cluster

    def setUp(self):
        super().setUp()
        self.client.force_login(self.user)

    def allow(self, *models, constraints=None):
        permission = ObjectPermission.objects.create(name='x', actions=['view'], constraints=constraints)
        permission.users.add(self.user)
        permission.object_types.set([ObjectType.objects.get_for_model(model) for model in models])

    def page(self, cluster=None, **numbers):
        url = reverse('plugins:netbox_calico:calicocluster_sizing', kwargs={'pk': (cluster or self.cluster).pk})
        return self.client.get(url, numbers)

    def test_the_designs_stand_side_by_side_for_the_cluster_as_it_is(self):
        self.allow(CalicoCluster, CalicoNode, CalicoRouter, CalicoPeering)
        response = self.page()
        assert (response.status_code, response.context['numbers'].errors) == (200, {})
        scale = response.context['scale']
        assert (scale.nodes, scale.racks, scale.tors, scale.families) == (6, 3, 2, (4, 6))
        designs = {design['row'].design: design for design in response.context['designs']}
        own = designs['TOR, full tables, per router']
        assert own['own']
        assert own['recommended']
        assert [design['row'].design for design in designs.values() if design['own']] == [
            'TOR, full tables, per router'
        ]
        assert (own['row'].node, own['row'].tor, own['row'].sessions, own['row'].bgp_peers) == ('4', '4', '24', '12')
        assert designs['Reflectors, hierarchy']['refused']
        self.assertContains(response, 'this cluster')
        self.assertContains(response, 'Typha')

    def test_a_choice_that_the_design_does_not_read_marks_no_row(self):
        self.allow(CalicoCluster, CalicoNode, CalicoRouter, CalicoPeering)
        for design, own in (
            ('tor-full-tables', 'TOR, full tables, shared'),
            ('mesh', 'Mesh'),
        ):
            CalicoCluster.objects.update(design=design, scheme='shared-address')
            designs = self.page().context['designs']
            assert [row['row'].design for row in designs if row['own']] == [own]

    def test_other_numbers_can_be_tried(self):
        self.allow(CalicoCluster, CalicoNode, CalicoRouter, CalicoPeering)
        response = self.page(nodes=5000, racks=250)
        assert response.context['recommended'].design.label == 'TOR, full tables, shared'
        self.assertContains(response, '24,995,000')
        self.assertContains(response, '6.2 s')
        self.assertContains(response, 'take shared TOR-side addresses in one AS for all nodes')

    def test_a_number_that_cannot_be_is_told(self):
        self.allow(CalicoCluster, CalicoNode, CalicoRouter, CalicoPeering)
        response = self.page(nodes=3, racks=7)
        self.assertContains(response, 'racks is 7, with 3 nodes: count only racks that have nodes.', count=1)
        assert 'designs' not in response.context
        assert 'nodes' in self.page(nodes='many').context['numbers'].errors

    def test_what_nobody_may_see_is_not_counted(self):
        self.allow(CalicoCluster)
        self.allow(CalicoNode, constraints={'name__endswith': '-1'})
        assert numbers_of(self.cluster, self.user) == {'nodes': 3, 'racks': 3, 'tors': 0}

    def test_routers_count_where_they_are_tied_or_peer(self):
        self.allow(CalicoNode, CalicoRouter, CalicoPeering)
        spare = inventory.device('spare', 'tor', self.dc.site)
        router = CalicoRouter.objects.create(device=spare)
        assert numbers_of(self.cluster, self.user)['tors'] == 2
        router.racks.add(self.dc.racks[0])
        assert numbers_of(self.cluster, self.user)['tors'] == 3
        router.racks.clear()
        for n, peer in enumerate([router, *self.dc.routers], start=1):
            CalicoPeering.objects.create(
                cluster=self.cluster, node=self.dc.nodes[0], router=peer, family=4, local_address='10.1.1.1',
                remote_address=f'10.1.1.{n + 100}',
            )  # fmt: skip
        assert numbers_of(self.cluster, self.user)['tors'] == 7

    def test_a_cluster_without_nodes_asks_for_a_number(self):
        self.allow(CalicoCluster, CalicoNode)
        empty = CalicoCluster.objects.create(name='empty', handle='empty')
        response = self.page(empty)
        self.assertContains(response, 'Say how many it will have.')
        self.assertNotContains(response, 'nodes is 0')
        assert self.page(empty, nodes=80, racks=4, tors=0).context['recommended'].design.key == 'mesh'

    def test_the_size_of_a_cluster_takes_three_queries(self):
        with self.assertNumQueries(3):
            numbers_of(self.cluster, User(is_superuser=True, is_active=True))

    def test_a_stranger_does_not_see_it(self):
        with disable_warnings('django.request'):
            assert self.page().status_code == 403
