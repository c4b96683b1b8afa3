"""A node that was given an AS number by a deployment has it from then on, and NetBox knows whose it is."""

from __future__ import annotations

from core.models import ObjectType
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from extras.models import JournalEntry
from ipam.models import ASN, RIR, ASNRange
from users.models import ObjectPermission, User

from netbox_calico.as_numbers import keep_as_numbers
from netbox_calico.models import CalicoCluster, CalicoNode, CalicoRun
from netbox_calico.planning.errors import Refused
from tests.netbox import inventory, plans


def may_add(user, **constraints):
    permission = ObjectPermission.objects.create(name='numbers', actions=['add'], constraints=constraints or None)
    permission.users.add(user)
    permission.object_types.add(ObjectType.objects.get_for_model(ASN))
    return User.objects.get(pk=user.pk)


class Keeping(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=2)
        registry = RIR.objects.get(slug='private')
        numbers = ASNRange.objects.create(name='Nodes', slug='nodes', rir=registry, start=64520, end=64600)
        CalicoCluster.objects.filter(pk=cls.dc.cluster.pk).update(asn_range=numbers, design='tor-as-per-node')
        cls.dc.cluster.refresh_from_db()
        cls.user = User.objects.create_user('boss')

    def run_of(self, plan, user):
        stored = plans.stored(self.dc)
        return CalicoRun.objects.select_related('cluster__asn_range__rir').get(
            pk=plans.run_of(stored, status='completed', started_by=user, started_by_name=user.username).pk
        )

    def keep(self, user=None):
        plan = plans.planned(self.dc)
        assert not plan.errors
        return keep_as_numbers(self.run_of(plan, user or may_add(self.user)), plan)

    def numbers(self):
        return dict(CalicoNode.objects.values_list('name', 'asn__asn'))

    def test_every_node_keeps_the_number_that_it_was_given(self):
        had = ASN.objects.count()
        told = self.keep()
        assert told.startswith('4 nodes keep their AS number')
        given = {session.node: session.node_as for session in plans.planned(self.dc).sessions}
        assert self.numbers() == given
        assert sorted(given.values()) == [64520, 64521, 64522, 64523]
        made = ASN.objects.filter(asn__in=given.values())
        assert {asn.rir.slug for asn in made} == {'private'}
        assert ASN.objects.count() == had + 4
        assert JournalEntry.objects.get().assigned_object == self.dc.cluster

    def test_what_a_node_has_stays(self):
        node = self.dc.nodes[0]
        CalicoNode.objects.filter(pk=node.pk).update(asn=inventory.asn(65432))
        self.keep()
        assert self.numbers()[node.name] == 65432
        before = self.numbers()
        assert self.keep(User.objects.get(username='boss')) == ''
        assert self.numbers() == before

    def test_a_number_that_netbox_has_already_is_used(self):
        there = inventory.asn(64521)
        self.keep()
        assert ASN.objects.get(asn=64521).pk == there.pk
        assert 64521 in self.numbers().values()

    def test_who_may_not_add_numbers_adds_none(self):
        for user in (User.objects.create_user('nobody'), may_add(self.user, asn__gt=64521)):
            with self.subTest(user), self.assertRaisesMessage(Refused, 'the permission «add» on ASNs is needed'):
                self.keep(user)
            assert set(self.numbers().values()) == {None}
            assert not ASN.objects.filter(asn__gte=64520, asn__lte=64600).exists()
            CalicoRun.objects.all().delete()

    def test_other_designs_give_none(self):
        CalicoCluster.objects.update(design='tor-full-tables')
        self.dc.cluster.refresh_from_db()
        assert self.keep() == ''
        assert set(self.numbers().values()) == {None}

    def test_no_more_queries_for_more_nodes(self):
        plan = plans.planned(self.dc)
        run = self.run_of(plan, may_add(self.user))
        with CaptureQueriesContext(connection) as queries:
            keep_as_numbers(run, plan)
        assert len(queries) <= 20
