"""The authors of a plan: all who changed what it carries since the last deployment, and nobody else."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core.models import ObjectChange
from dcim.models import Interface, Platform, Rack
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from ipam.models import IPAddress
from netbox.context_managers import event_tracking
from users.models import User
from utilities.testing.utils import create_test_user

from netbox_calico.authors import authors_of
from netbox_calico.models import CalicoPeering, CalicoPlan
from tests.netbox import inventory


class _Request:
    """What NetBox's change log wants to know of a request."""

    def __init__(self, user: User) -> None:
        self.user, self.id = user, uuid.uuid4()


class Authors(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)
        cls.other = inventory.data_centre(racks=1, name='other', number=2)
        cls.users = {name: create_test_user(name) for name in ('ann', 'ben', 'cem')}

    def change(self, name, instance, delete=False):
        with event_tracking(_Request(self.users[name])):
            instance = type(instance).objects.get(pk=instance.pk)
            instance.snapshot()
            if delete:
                instance.delete()
            else:
                instance.description = f'changed by {name}'
                instance.save()

    def authors(self):
        return authors_of(self.dc.cluster)

    def test_nobody_at_first(self):
        assert self.authors() == []

    def test_of_the_cluster_its_nodes_and_its_pools(self):
        self.change('ann', self.dc.cluster)
        self.change('ben', self.dc.nodes[0])
        self.change('cem', self.dc.cluster.pools.first())
        assert self.authors() == ['ann', 'ben', 'cem']

    def test_of_routers_and_profiles(self):
        self.change('ann', self.dc.routers[0])
        self.change('ben', inventory.profile())
        assert self.authors() == ['ann', 'ben']

    def test_of_devices_their_interfaces_and_addresses(self):
        self.change('ann', self.dc.nodes[0].device)
        self.change('ben', Interface.objects.filter(device=self.dc.nodes[0].device).first())
        self.change('cem', IPAddress.objects.filter(interface__device=self.dc.routers[0].device).first())
        assert self.authors() == ['ann', 'ben', 'cem']

    def test_of_what_shapes_artefacts_from_outside(self):
        tor, pool = self.dc.routers[0], self.dc.cluster.pools.first()
        cable = Interface.objects.filter(device=self.dc.nodes[0].device, cable__isnull=False).first().cable
        for instance in (
            self.dc.cluster.asn, tor.asn, tor.device.platform, self.dc.racks[0], pool.prefix, cable,
            self.dc.cluster.service_ranges.first().prefix,
        ):  # fmt: skip
            with self.subTest(instance):
                assert self.authors() == []
                self.change('ann', instance)
                assert self.authors() == ['ann']
                ObjectChange.objects.all().delete()

    def test_of_anything_else_is_none(self):
        elsewhere = Rack.objects.create(name='elsewhere', site=self.dc.site)
        for instance in (
            inventory.asn(65999), inventory.prefix('192.0.2.0/24'), elsewhere, Platform.objects.get(slug='linux')
        ):  # fmt: skip
            self.change('ann', instance)
        assert self.authors() == []

    def test_a_larger_cluster_takes_no_more_queries(self):
        self.authors()
        with CaptureQueriesContext(connection) as few:
            self.authors()
        larger = inventory.data_centre(racks=3, name='larger', number=3).cluster
        with CaptureQueriesContext(connection) as many:
            authors_of(larger)
        assert len(many) == len(few)

    def test_whoever_deleted_something_is_one(self):
        peering = CalicoPeering.objects.create(
            cluster=self.dc.cluster, node=self.dc.nodes[0], router=self.dc.routers[0], family=4
        )
        self.change('ann', peering, delete=True)
        assert self.authors() == ['ann']

    def test_of_another_cluster_is_none(self):
        self.change('ann', self.other.cluster)
        self.change('ben', self.other.nodes[0])
        self.change('cem', self.other.nodes[0].device)
        assert self.authors() == []

    def test_what_was_deployed_already_is_past(self):
        self.change('ann', self.dc.cluster)
        ObjectChange.objects.update(time=timezone.now() - timedelta(hours=1))
        CalicoPlan.objects.create(
            cluster=self.dc.cluster, kind='deploy', status='deployed', design='mesh', digest='', snapshot_digest='',
            observation_digest='',
        )  # fmt: skip
        self.change('ben', self.dc.cluster)
        assert self.authors() == ['ben']
