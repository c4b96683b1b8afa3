"""The snapshot says what NetBox holds, in a number of queries that does not grow, as of one moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_interface, ip_network

from circuits.models import Provider
from dcim.models import Interface
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from extras.models import Tag
from ipam.models import ASN, RIR, VRF, ASNRange, IPAddress
from virtualization.models import Cluster, ClusterType, VirtualMachine, VMInterface

from netbox_calico.models import (
    CalicoBlob,
    CalicoCluster,
    CalicoDeployed,
    CalicoNode,
    CalicoNodeState,
    CalicoPeering,
    CalicoPool,
    CalicoRouter,
    CalicoServiceRange,
)
from netbox_calico.planning.model.inventory import Deployed, ForeignRange, ForeignUse
from netbox_calico.snapshot import one_moment, read_snapshot
from tests.netbox import inventory

MOST = 15


class Contents(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.dc = inventory.data_centre()
        cls.other = inventory.data_centre(name='other', number=2)

    def snapshot(self):
        return read_snapshot(self.dc.cluster.pk)

    def node(self, name: str):
        return next(node for node in self.snapshot().nodes if node.name == name)

    def router(self, name: str):
        return next(router for router in self.snapshot().routers if router.name == name)

    def test_the_cluster(self) -> None:
        cluster = self.snapshot().cluster
        assert (cluster.name, cluster.handle, cluster.asn, cluster.families) == ('prod', 'prod', 64512, (4, 6))
        assert cluster.design == 'tor-full-tables'

    def test_pools_and_ranges(self) -> None:
        snapshot = self.snapshot()
        assert {pool.cidr: pool.block_size for pool in snapshot.pools} == {
            ip_network('10.201.0.0/16'): 26,
            ip_network('fd00:201::/48'): 122,
        }
        assert [service.cidr for service in snapshot.service_ranges] == [ip_network('10.96.1.0/24')]
        assert not any(pool.ours for pool in snapshot.pools)
        CalicoPool.objects.filter(name='pool-26').update(ours=True, ipip='CrossSubnet')
        assert {pool.name: (pool.ours, pool.ipip) for pool in self.snapshot().pools} == {
            'pool-26': (True, 'CrossSubnet'),
            'pool-122': (False, 'Never'),
        }

    def test_a_node_has_its_hosts_rack_addresses_and_cables(self) -> None:
        node = self.node('prod-node-1-2')
        assert node.host == 'prod-node-1-2'
        assert node.rack.name == 'prod-r1'
        assert {address.value for address in node.addresses} == {
            ip_interface('10.1.1.2/24'),
            ip_interface('fd00:1:1::2/64'),
        }
        assert set(node.cabled_routers) == {router.pk for router in self.dc.routers[:2]}

    def test_what_plans_are_kept_away_from_bears_the_tag_or_its_host_does(self) -> None:
        tag = Tag.objects.create(name='Hands off!', slug='hands-off')
        router, node = self.dc.routers[1], self.dc.nodes[0]
        for tagged in (self.dc.cluster, self.dc.routers[0], router.device, node.device, self.other.cluster):
            tagged.tags.add(tag)
        self.dc.nodes[1].tags.add(tag, Tag.objects.create(name='Other', slug='other'))
        self.dc.routers[2].tags.add(Tag.objects.get(slug='other'))
        snapshot = self.snapshot()
        assert snapshot.cluster.hands_off
        assert {found.id for found in snapshot.routers if found.hands_off} == {self.dc.routers[0].pk, router.pk}
        assert {found.id for found in snapshot.nodes if found.hands_off} == {self.dc.nodes[n].pk for n in (0, 1)}

    def test_a_management_cable_tells_nothing(self) -> None:
        host, elsewhere = self.dc.nodes[0].device, self.dc.routers[3].device
        inventory.cable(
            Interface.objects.create(device=host, name='mgmt', type='1000base-t'),
            Interface.objects.create(device=elsewhere, name='swp48', type='1000base-t'),
        )
        assert set(self.node('prod-node-1-1').cabled_routers) == {router.pk for router in self.dc.routers[:2]}

    def test_an_address_on_a_vlan_stands_on_the_cables_of_its_parent(self) -> None:
        host = self.dc.nodes[0].device
        bond = host.interfaces.get(name='bond0')
        vlan = Interface.objects.create(device=host, name='bond0.10', type='virtual', parent=bond)
        for address in IPAddress.objects.filter(interface=bond):
            address.assigned_object = vlan
            address.save()
        assert set(self.node('prod-node-1-1').cabled_routers) == {router.pk for router in self.dc.routers[:2]}

    def test_a_virtual_machine_stands_in_the_rack_of_its_host(self) -> None:
        kind = ClusterType.objects.create(name='kvm', slug='kvm')
        hypervisor = inventory.device('hypervisor', 'server', self.dc.site, self.dc.racks[1])
        group = Cluster.objects.create(name='kvm', type=kind)
        hypervisor.cluster = group
        hypervisor.save()
        machine = VirtualMachine.objects.create(name='vm', cluster=group, site=self.dc.site, device=hypervisor)
        port = VMInterface.objects.create(virtual_machine=machine, name='eth0')
        inventory.address(port, '10.1.2.9/24')
        CalicoNode.objects.create(cluster=self.dc.cluster, name='vm', virtual_machine=machine)
        node = self.node('vm')
        assert (node.host, node.rack.name) == ('vm', 'prod-r2')
        assert [address.value for address in node.addresses] == [ip_interface('10.1.2.9/24')]

    def test_a_node_without_host_is_there_without_anything(self) -> None:
        CalicoNode.objects.create(cluster=self.dc.cluster, name='lost')
        node = self.node('lost')
        assert (node.host, node.rack, node.addresses) == ('', None, ())

    def test_a_router_is_told_by_the_profile_of_its_nearest_platform(self) -> None:
        assert self.profile_of('prod-tor-1-1') == 'FRR'
        platform = self.dc.routers[0].device.platform
        inventory.profile('Linux', platform=platform.parent, hold_time=90)
        assert self.profile_of('prod-tor-1-1') == 'FRR'
        platform.calico_switch_profiles.update(platform=None)
        assert self.profile_of('prod-tor-1-1') == 'Linux'
        own = inventory.profile('Own')
        CalicoRouter.objects.filter(device__name='prod-tor-1-1').update(profile=own, credential='others')
        assert self.profile_of('prod-tor-1-1') == 'Own'
        assert self.router('prod-tor-1-1').profile.credential == 'others'

    def profile_of(self, name: str) -> str:
        """The profile's name in the snapshot, which is what the router's page shows."""
        profile = self.router(name).profile.name
        assert CalicoRouter.objects.get(device__name=name).profile_in_use.name == profile
        return profile

    def test_a_router_is_reached_at_its_primary_address_or_name(self) -> None:
        assert self.router('prod-tor-1-1').management == '10.1.1.251'
        device = self.dc.routers[0].device
        device.primary_ip4 = None
        device.save()
        assert self.router('prod-tor-1-1').management == 'prod-tor-1-1'

    def test_routers_that_have_nothing_to_do_with_the_cluster_are_left_out(self) -> None:
        assert {router.name for router in self.snapshot().routers} == {
            f'prod-tor-{rack}-{tor}' for rack in (1, 2) for tor in (1, 2)
        }

    def test_a_router_where_we_are_still_is_kept(self) -> None:
        far = self.other.routers[0]
        blob = CalicoBlob.objects.create(digest='d', kind='artefact', size=4, body='text')
        CalicoDeployed.objects.create(
            cluster=self.dc.cluster, target=f'router:{far.pk}', artefact=blob, after='x', at='2026-01-01T00:00Z'
        )
        assert far.pk in {router.id for router in self.snapshot().routers}
        assert self.snapshot().deployed == (Deployed(f'router:{far.pk}', 'text', 'x'),)

    def test_a_router_is_found_by_the_address_that_the_cluster_tells_of_a_node(self) -> None:
        node = CalicoNode.objects.create(cluster=self.dc.cluster, name='new')
        CalicoNodeState.objects.create(node=node, addresses=['10.2.1.77/24'])
        assert 'other-tor-1-1' in {router.name for router in self.snapshot().routers}

    def test_a_router_tied_to_a_rack_of_the_nodes_is_kept(self) -> None:
        tied = self.other.routers[0]
        tied.racks.add(self.dc.racks[0])
        assert self.router(tied.device.name).tied_racks == (self.dc.racks[0].pk,)

    def test_addresses_of_another_vrf_are_no_sessions_of_the_cluster(self) -> None:
        vrf = VRF.objects.create(name='blue')
        port = self.dc.routers[0].device.interfaces.get(name='vlan10')
        inventory.address(port, '10.1.1.99/24', vrf=vrf)
        assert ip_interface('10.1.1.99/24') not in {a.value for a in self.router('prod-tor-1-1').addresses}
        CalicoCluster.objects.filter(pk=self.dc.cluster.pk).update(vrf=vrf)
        assert [a.value for a in self.router('prod-tor-1-1').addresses] == [ip_interface('10.1.1.99/24')]

    def test_the_roles_of_addresses_are_told_and_deprecated_ones_are_not_there(self) -> None:
        port = self.dc.routers[0].device.interfaces.get(name='vlan10')
        inventory.address(port, '10.1.1.1/24', role='anycast')
        inventory.address(port, '10.1.1.98/24', status='deprecated')
        roles = {str(address.value.ip): address.role for address in self.router('prod-tor-1-1').addresses}
        assert roles['10.1.1.1'] == 'anycast'
        assert '10.1.1.98' not in roles

    def test_other_clusters_on_our_routers_are_told(self) -> None:
        theirs, ours = self.other, self.dc.routers[0]
        CalicoPeering.objects.create(cluster=theirs.cluster, node=theirs.nodes[0], router=ours, family=4)
        blob = CalicoBlob.objects.create(digest='d', kind='artefact', size=0, body='')
        CalicoDeployed.objects.create(
            cluster=theirs.cluster, target=f'router:{self.dc.routers[1].pk}', artefact=blob, at='2026-01-01T00:00Z'
        )
        assert set(self.snapshot().foreign) == {
            ForeignUse('other', 'other', self.dc.routers[0].pk, 64512),
            ForeignUse('other', 'other', self.dc.routers[1].pk, 64512),
        }

    def test_numbers_of_the_range_that_something_else_has_are_told(self) -> None:
        registry = RIR.objects.get(slug='private')
        numbers = {n: ASN.objects.create(asn=n, rir=registry) for n in (64601, 64602, 64603, 64604, 64605, 65000)}
        Provider.objects.create(name='Transit', slug='transit').asns.add(numbers[64601], numbers[65000])
        self.dc.site.asns.add(numbers[64605])
        CalicoNode.objects.filter(pk=self.other.nodes[0].pk).update(asn=numbers[64602])
        CalicoRouter.objects.filter(pk=self.other.routers[0].pk).update(asn=numbers[64603])
        CalicoNode.objects.filter(pk=self.dc.nodes[0].pk).update(asn=numbers[64604])
        assert self.snapshot().numbers_elsewhere == frozenset()
        given = ASNRange.objects.create(name='nodes', slug='nodes', rir=registry, start=64601, end=64999)
        CalicoCluster.objects.filter(pk=self.dc.cluster.pk).update(asn_range=given)
        assert self.snapshot().numbers_elsewhere == {64601, 64602, 64603}

    def test_what_other_clusters_announce_in_our_vrf_is_told(self) -> None:
        announced = {
            ForeignRange('other', ip_network('10.202.0.0/16')),
            ForeignRange('other', ip_network('fd00:202::/48')),
            ForeignRange('other', ip_network('10.96.2.0/24'), service=True),
        }
        assert set(self.snapshot().foreign_ranges) == announced
        CalicoServiceRange.objects.filter(cluster=self.other.cluster).update(anycast=True)
        CalicoPool.objects.filter(cluster=self.other.cluster, name='pool-122').update(disable_export=True)
        assert {(found.cidr, found.anycast) for found in self.snapshot().foreign_ranges} == {
            (ip_network('10.202.0.0/16'), False),
            (ip_network('10.96.2.0/24'), True),
        }

    def test_clusters_of_another_vrf_or_in_the_mesh_announce_nothing_to_us(self) -> None:
        theirs = CalicoCluster.objects.filter(pk=self.other.cluster.pk)
        theirs.update(vrf=VRF.objects.create(name='blue'))
        assert self.snapshot().foreign_ranges == ()
        theirs.update(vrf=None, design='mesh')
        assert self.snapshot().foreign_ranges == ()


class Growth(TestCase):
    def test_the_number_of_queries_is_the_same_at_two_sizes(self) -> None:
        small = inventory.data_centre(racks=1, nodes=1)
        large = inventory.data_centre(racks=4, nodes=5, name='large', number=2)
        read_snapshot(small.cluster.pk)
        counts = []
        for dc in (small, large):
            with CaptureQueriesContext(connection) as queries:
                snapshot = read_snapshot(dc.cluster.pk)
            assert len(snapshot.nodes) == len(dc.nodes)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= MOST


class Moment(TestCase):
    def test_all_queries_see_one_moment_and_write_nothing(self) -> None:
        # In a thread, and so on a connection of its own: the test's has begun its transaction already.
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(_settings_of_the_moment).result() == ('repeatable read', 'on')


def _settings_of_the_moment() -> tuple[str, str]:
    try:
        with one_moment(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
            return cursor.fetchone()
    finally:
        connection.close()
