"""NetBox, seeded from the lab's inventory, describes the lab; seeding again changes only what is different."""

from __future__ import annotations

from ipaddress import IPv4Network

from dcim.models import Cable, Device, Interface
from django.test import TestCase
from ipam.models import ASN, IPAddress, Prefix

from lab.inventory import inventory
from lab.layout import design
from lab.netbox.seed import seed
from lab.topology import Shape

TOPOLOGY = design(Shape(racks=2, nodes=2, tors=2, shared_addresses=True))


class SeededNetBox(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        seed(inventory(TOPOLOGY))

    def test_every_device_of_the_lab_is_there_with_its_rack_and_management_address(self) -> None:
        expected = {
            (device.name, f'Rack-{device.rack}'.lower() if device.rack else None, str(device.management.ip))
            for device in (*TOPOLOGY.routers, *TOPOLOGY.nodes)
        }
        devices = Device.objects.select_related('rack', 'primary_ip4')
        assert expected == {
            (device.name, device.rack and device.rack.name, str(device.primary_ip4.address.ip)) for device in devices
        }

    def test_a_node_is_known_by_its_serial_and_its_addresses(self) -> None:
        node = TOPOLOGY.node('node-1-1')
        device = Device.objects.get(serial=node.system_uuid)
        bundle = device.interfaces.get(name='bond0')
        assert {str(each.address) for each in bundle.ip_addresses.all()} == {str(each) for each in node.addresses}
        assert {member.name for member in bundle.member_interfaces.all()} == {'eth0', 'eth1'}

    def test_cables_lead_from_a_node_to_both_tors_of_its_rack(self) -> None:
        members = Interface.objects.filter(device__name='node-2-1', lag__isnull=False)
        ends = {end.device.name for member in members for end in member.connected_endpoints}
        assert ends == {'tor-2a', 'tor-2b'}

    def test_the_gateway_that_both_tors_share_is_anycast(self) -> None:
        addresses = IPAddress.objects.filter(address__net_host='10.1.1.1')
        assert sorted((each.assigned_object.device.name, each.role) for each in addresses) == [
            ('tor-1a', 'anycast'),
            ('tor-1b', 'anycast'),
        ]

    def test_the_address_that_tors_of_a_position_share_is_anycast_on_each_of_them(self) -> None:
        for address in ('169.254.0.2', 'fd00:169:254::2'):
            found = IPAddress.objects.filter(address__net_host=address)
            assert sorted((each.assigned_object.device.name, each.role) for each in found) == [
                ('tor-1b', 'anycast'),
                ('tor-2b', 'anycast'),
            ]

    def test_seeding_again_writes_nothing(self) -> None:
        before = self._rows()
        seed(inventory(TOPOLOGY))
        assert self._rows() == before

    def test_a_management_network_that_moved_moves_the_addresses(self) -> None:
        moved = design(TOPOLOGY.shape, IPv4Network('172.29.0.0/22'))
        seed(inventory(moved))
        tor = Device.objects.get(name='tor-1a')
        assert str(tor.primary_ip4.address.ip) == str(moved.rack_tors(1)[0].management.ip)
        assert not IPAddress.objects.filter(address__net_contained='172.28.0.0/22').exists()

    def _rows(self) -> list[object]:
        models = (ASN, Prefix, Device, Interface, IPAddress, Cable)
        return [list(model.objects.order_by('pk').values_list('pk', 'last_updated')) for model in models]
