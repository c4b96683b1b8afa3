"""Patch panels, two primary addresses, racks of one name: what the snapshot makes of inventories as in life."""

from __future__ import annotations

from dcim.models import FrontPort, Interface, PortMapping, Rack, RearPort, Site
from django.test import TestCase

from netbox_calico.models import CalicoNode
from netbox_calico.planning.naming import rack_values
from netbox_calico.snapshot import read_snapshot
from tests.netbox import inventory


class Inventories(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.dc = inventory.data_centre()

    def snapshot(self):
        return read_snapshot(self.dc.cluster.pk)

    def panel(self, name: str) -> tuple[FrontPort, RearPort]:
        device = inventory.device(name, 'panel', self.dc.site)
        rear = RearPort.objects.create(device=device, name='rear', type='lc', positions=1)
        front = FrontPort.objects.create(device=device, name='front', type='lc', positions=1)
        PortMapping.objects.create(
            device=device, front_port=front, front_port_position=1, rear_port=rear, rear_port_position=1
        )
        return front, rear

    def test_cables_are_followed_through_patch_panels_and_an_aggregate(self) -> None:
        host, router = self.dc.nodes[0].device, self.dc.routers[2]
        for port in host.interfaces.filter(cable__isnull=False):
            port.cable.delete()
        (near, near_rear), (far, far_rear) = self.panel('panel-a'), self.panel('panel-b')
        inventory.cable(host.interfaces.get(name='eth0'), near)
        inventory.cable(near_rear, far_rear)
        inventory.cable(far, Interface.objects.create(device=router.device, name='swp40', type='25gbase-x-sfp28'))
        [node] = [node for node in self.snapshot().nodes if node.id == self.dc.nodes[0].pk]
        assert node.cabled_routers == (router.pk,)

    def test_a_cable_that_ends_in_a_patch_panel_tells_nothing(self) -> None:
        host = self.dc.nodes[0].device
        for port in host.interfaces.filter(cable__isnull=False):
            port.cable.delete()
        front, _ = self.panel('panel-a')
        inventory.cable(host.interfaces.get(name='eth0'), front)
        [node] = [node for node in self.snapshot().nodes if node.id == self.dc.nodes[0].pk]
        assert node.cabled_routers == ()

    def test_of_two_primary_addresses_the_preferred_one_is_connected_to(self) -> None:
        device = self.dc.routers[0].device
        device.primary_ip6 = inventory.address(device.interfaces.get(name='vlan10'), 'fd00:1:1::99/64')
        device.save()
        reached = {}
        for prefer in (True, False):
            with self.settings(PREFER_IPV4=prefer):
                [router] = [router for router in self.snapshot().routers if router.id == self.dc.routers[0].pk]
                reached[prefer] = router.management
        assert reached == {True: '10.1.1.251', False: 'fd00:1:1::99'}

    def test_racks_of_one_name_in_two_sites_stay_two(self) -> None:
        elsewhere = Site.objects.create(name='Elsewhere', slug='elsewhere')
        twin = Rack.objects.create(name=self.dc.racks[0].name, site=elsewhere)
        host = inventory.device('twin', 'server', elsewhere, twin)
        CalicoNode.objects.create(cluster=self.dc.cluster, name='twin', device=host)
        racks = {node.rack for node in self.snapshot().nodes if node.rack and node.rack.name == twin.name}
        assert {rack.id for rack in racks} == {self.dc.racks[0].pk, twin.pk}
        values = rack_values(racks)
        assert values[self.dc.racks[0].pk] == twin.name
        assert values[twin.pk].startswith(f'{twin.name}-')
