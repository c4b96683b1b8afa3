"""A session between two nodes is one row as well, whichever end it was seen from."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from core.models import ObjectType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse
from users.models import ObjectPermission
from utilities.testing import APITestCase

from netbox_calico.choices import SessionStateChoices
from netbox_calico.filtersets import CalicoPeeringFilterSet
from netbox_calico.models import CalicoCluster, CalicoNode, CalicoPeering, CalicoPeeringState
from netbox_calico.peerings import derive_peerings, derive_peerings_of_nodes, record_states
from netbox_calico.planning.model.observation import NodePeer, NodeStatus
from netbox_calico.planning.node_pairs import NodePair
from tests.netbox import inventory, plans

UP, DOWN, UNKNOWN = SessionStateChoices.UP, SessionStateChoices.DOWN, SessionStateChoices.UNKNOWN


class _BetweenNodes(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1, nodes=3)
        cls.first, cls.second, cls.third = cls.dc.nodes

    def peering(self, node, peer, family=4, **values):
        ends = {'local_address': '10.1.1.1', 'remote_address': '10.1.1.2', 'local_asn': 64512, 'remote_asn': 64513}
        return CalicoPeering(cluster=self.dc.cluster, node=node, peer_node=peer, family=family, **{**ends, **values})


class Constraints(_BetweenNodes):
    def refused(self, name, *peerings):
        with self.assertRaisesMessage(IntegrityError, name), transaction.atomic():
            for peering in peerings:
                peering.save()

    def test_a_peering_has_just_one_peer(self):
        self.refused('one_peer', self.peering(self.first, None))
        self.refused('one_peer', self.peering(self.first, self.second, router=self.dc.routers[0]))

    def test_a_session_is_one_row(self):
        self.refused('node_order', self.peering(self.second, self.first))
        self.refused('node_order', self.peering(self.first, self.first))
        self.refused('unique_session', self.peering(self.first, self.second), self.peering(self.first, self.second))

    def test_what_differs_is_another_session(self):
        for peer, family in ((self.second, 4), (self.second, 6), (self.third, 4)):
            self.peering(self.first, peer, family=family).save()
        assert CalicoPeering.objects.count() == 3

    def test_a_session_with_a_router_is_still_one_row(self):
        ends = {'cluster': self.dc.cluster, 'node': self.first, 'router': self.dc.routers[0], 'family': 4}
        self.refused('unique_session', CalicoPeering(**ends), CalicoPeering(**ends))

    def test_it_goes_with_either_node(self):
        self.peering(self.first, self.second).save()
        self.peering(self.second, self.third).save()
        CalicoNode.objects.get(pk=self.third.pk).delete()
        CalicoNode.objects.get(pk=self.first.pk).delete()
        assert not CalicoPeering.objects.exists()


class Validation(_BetweenNodes):
    def test_ends_are_put_in_order(self):
        peering = self.peering(self.second, self.first)
        peering.full_clean()
        peering.save()
        assert (peering.node, peering.peer_node) == (self.first, self.second)
        assert (peering.local_address, peering.remote_address) == ('10.1.1.2', '10.1.1.1')
        assert (peering.local_asn, peering.remote_asn) == (64513, 64512)
        assert str(peering) == 'prod-node-1-1 – prod-node-1-2 (IPv4)'

    def test_both_nodes_are_of_the_cluster(self):
        other = CalicoCluster.objects.create(name='other', handle='other')
        stranger = CalicoNode.objects.create(cluster=other, name='stranger')
        with self.assertRaisesMessage(ValidationError, 'Node stranger is not one of this cluster.'):
            self.peering(self.first, stranger).full_clean()

    def test_what_is_wrong_is_said_in_words(self):
        for message, peering in (
            ('A node does not peer with itself.', self.peering(self.first, self.first)),
            ('A node peers with a router or with another node', self.peering(self.first, None)),
        ):
            with self.assertRaisesMessage(ValidationError, message):
                peering.full_clean()


class States(_BetweenNodes):
    def test_each_end_is_told_by_its_own_node(self):
        peering = self.peering(self.first, self.second)
        peering.save()
        status = NodeStatus(self.first.name, (NodePeer('10.1.1.2', 'NodePeer', True),))
        assert self.states(peering, status) == (UP, UNKNOWN)
        other = NodeStatus(self.second.name, (NodePeer('10.1.1.1', 'NodePeer', False),))
        assert self.states(peering, status, other) == (UP, DOWN)

    def states(self, peering, *statuses):
        assert record_states(self.dc.cluster, [], statuses) == (0, 0)
        state = CalicoPeeringState.objects.get(peering=peering)
        return state.node_side, state.router_side

    def test_those_of_reflectors_follow_what_is_there(self):
        made = NodePair(
            'prod-node-1-1', 'prod-node-1-2', 4, ip_address('10.1.1.1'), ip_address('10.1.1.2'), 64512, 64513
        )
        turned = NodePair('prod-node-1-3', 'prod-node-1-2', 6, ip_address('fd00::3'), ip_address('fd00::2'), 3, 2)
        unknown = replace(made, peer='nobody')
        assert derive_peerings_of_nodes(self.dc.cluster, (made, turned, unknown), 'run 1') == (2, 0)
        assert derive_peerings_of_nodes(self.dc.cluster, (turned, made), 'run 2') == (0, 0)
        row = CalicoPeering.objects.get(family=6)
        assert (row.node, row.peer_node, row.origin) == (self.second, self.third, 'derived')
        assert (row.local_address, row.remote_address, row.local_asn, row.remote_asn) == ('fd00::2', 'fd00::3', 2, 3)
        assert derive_peerings_of_nodes(self.dc.cluster, (replace(made, node_as=64514),), 'run 3') == (0, 1)
        assert CalicoPeering.objects.get().local_asn == 64514

    def test_what_people_recorded_stays_as_it_is(self):
        self.peering(self.first, self.second).save()
        assert derive_peerings_of_nodes(self.dc.cluster, (), 'run 1') == (0, 0)

    def test_a_plan_with_sessions_with_routers_leaves_them_alone(self):
        self.peering(self.first, self.second, origin='derived').save()
        sessions = plans.planned(self.dc).sessions
        derive_peerings(self.dc.cluster, sessions, 'plan')
        assert derive_peerings(self.dc.cluster, (), 'plan') == (0, len(sessions))
        assert CalicoPeering.objects.get().peer_node == self.second


class Lists(_BetweenNodes):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        for node, peer in ((cls.first, cls.second), (cls.second, cls.third)):
            CalicoPeering.objects.create(cluster=cls.dc.cluster, node=node, peer_node=peer, family=4)

    def count(self, **params):
        return CalicoPeeringFilterSet(params, CalicoPeering.objects.all()).qs.count()

    def test_a_node_is_found_at_either_end(self):
        assert self.count(node_id=[self.second.pk]) == 2
        assert self.count(node=[self.third.name]) == 1
        assert self.count(peer_node_id=[self.second.pk]) == 1
        assert self.count(device_id=[self.third.device.pk]) == 1
        assert self.count(q=self.third.name) == 1


@inventory.configured
class PagesAndRest(APITestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1, nodes=2)
        cls.first, cls.second = cls.dc.nodes

    def setUp(self):
        super().setUp()
        permission = ObjectPermission.objects.create(name='all', actions=['view', 'add', 'change', 'delete'])
        permission.users.add(self.user)
        for model in (CalicoCluster, CalicoNode, CalicoPeering):
            permission.object_types.add(ObjectType.objects.get_for_model(model))

    def test_it_is_recorded_over_rest_from_either_end(self):
        url = reverse('plugins-api:netbox_calico-api:calicopeering-list')
        data = {'cluster': self.dc.cluster.pk, 'node': self.second.pk, 'peer_node': self.first.pk, 'family': 4}
        made = self.client.post(url, data, format='json', **self.header)
        self.assertHttpStatus(made, 201)
        assert (made.data['node']['id'], made.data['peer_node']['id']) == (self.first.pk, self.second.pk)
        assert made.data['router'] is None
        again = self.client.post(url, data, format='json', **self.header)
        self.assertHttpStatus(again, 400)
        assert 'There is a peering of these two and this family already.' in str(again.data)

    def test_its_page_and_those_of_its_nodes_show_it(self):
        peering = CalicoPeering.objects.create(
            cluster=self.dc.cluster, node=self.first, peer_node=self.second, family=4, remote_address='10.1.1.2'
        )
        self.client.force_login(self.user)
        page = self.client.get(peering.get_absolute_url())
        self.assertContains(page, self.second.get_absolute_url())
        listed = reverse('plugins:netbox_calico:calicopeering_list')
        for node in (self.first, self.second):
            self.assertContains(self.client.get(f'{listed}?node_id={node.pk}'), peering.get_absolute_url())
