"""Pages of devices and virtual machines show our part of them, after the page, and only what the user may see."""

from __future__ import annotations

from core.models import ObjectType
from dcim.models import Device
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from ipam.models import ASN
from users.models import ObjectPermission
from utilities.testing import TestCase, disable_warnings
from virtualization.models import Cluster, ClusterType, VirtualMachine

from netbox_calico.models import CalicoNode, CalicoPeering, CalicoPeeringState, CalicoRouter
from tests.netbox import inventory


class Panels(TestCase):
    user_permissions = ('dcim.view_device', 'virtualization.view_virtualmachine')

    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1, nodes=12)
        cls.tor = cls.dc.routers[0]
        for node in cls.dc.nodes:
            peering = CalicoPeering.objects.create(
                cluster=cls.dc.cluster, node=node, router=cls.tor, family=4, local_address='10.1.1.7'
            )
            CalicoPeeringState.objects.create(peering=peering, cluster=cls.dc.cluster, node_side=2, router_side=1)

    def allow(self, model, **constraints):
        permission = ObjectPermission.objects.create(name='x', actions=['view'], constraints=constraints or None)
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(model))

    def panel(self, device):
        return self.client.get(reverse('dcim:device_calico', kwargs={'pk': device.pk}))

    def test_the_page_itself_asks_nothing_of_ours(self):
        self.allow(CalicoRouter)
        self.client.get(self.tor.device.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            page = self.client.get(self.tor.device.get_absolute_url())
        self.assertContains(page, reverse('dcim:device_calico', kwargs={'pk': self.tor.device.pk}))
        assert not [query for query in queries if 'netbox_calico' in query['sql'].split('FROM')[-1]]

    def test_the_page_has_no_frame_for_those_who_may_see_nothing(self):
        page = self.client.get(self.tor.device.get_absolute_url())
        self.assertNotContains(page, reverse('dcim:device_calico', kwargs={'pk': self.tor.device.pk}))

    def test_a_router_shows_its_peerings_and_where_the_rest_is(self):
        self.allow(CalicoRouter)
        self.allow(CalicoPeering)
        page = self.panel(self.tor.device)
        self.assertContains(page, self.tor.get_absolute_url())
        self.assertContains(page, '10.1.1.7', count=10)
        self.assertContains(page, f'?router_id={self.tor.pk}')

    def test_a_node_shows_its_cluster_and_both_sides_of_its_peering(self):
        self.allow(CalicoNode)
        self.allow(CalicoPeering)
        page = self.panel(self.dc.nodes[0].device)
        self.assertContains(page, self.dc.cluster.get_absolute_url())
        self.assertContains(page, 'Established', count=1)
        self.assertContains(page, 'Down', count=1)

    def test_permissions_on_objects_hold(self):
        self.allow(CalicoRouter, pk=0)
        self.allow(CalicoNode, pk=0)
        self.allow(CalicoPeering)
        assert self.panel(self.tor.device).content.strip() == b''
        assert self.panel(self.dc.nodes[0].device).content.strip() == b''

    def test_a_device_that_one_may_not_see_has_no_panel(self):
        ObjectPermission.objects.filter(users=self.user).delete()
        self.allow(Device, pk=self.tor.device.pk)
        self.allow(CalicoNode)
        with disable_warnings('django.request'):
            self.assertHttpStatus(self.panel(self.dc.nodes[0].device), 404)

    def test_a_virtual_machine_shows_its_node(self):
        kind = ClusterType.objects.create(name='kvm', slug='kvm')
        machine = VirtualMachine.objects.create(name='vm', cluster=Cluster.objects.create(name='kvm', type=kind))
        node = CalicoNode.objects.create(cluster=self.dc.cluster, name='vm', virtual_machine=machine)
        self.allow(CalicoNode)
        page = self.client.get(reverse('virtualization:virtualmachine_calico', kwargs={'pk': machine.pk}))
        self.assertContains(page, node.get_absolute_url())

    def test_pages_that_count_related_objects_count_ours(self):
        self.user.is_superuser = True
        self.user.save()
        number = ASN.objects.get(asn=64512)
        page = self.client.get(number.get_absolute_url())
        self.assertContains(page, f'{reverse("plugins:netbox_calico:calicocluster_list")}?asn_id={number.pk}')
        for related in (self.dc.racks[0], self.dc.site, self.tor.device.platform):
            self.assertHttpStatus(self.client.get(related.get_absolute_url()), 200)
