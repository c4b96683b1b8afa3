"""What the database refuses, whoever writes: a job, an import, a shell."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase
from virtualization.models import Cluster, ClusterType, VirtualMachine

from netbox_calico.models import (
    CalicoCluster,
    CalicoNode,
    CalicoPeering,
    CalicoPlan,
    CalicoPool,
    CalicoRouter,
    CalicoRun,
    CalicoSwitchProfile,
)
from tests.netbox import inventory


def plan(cluster: CalicoCluster, status: str) -> CalicoPlan:
    return CalicoPlan.objects.create(
        cluster=cluster,
        kind='deploy',
        status=status,
        design='mesh',
        digest='0',
        snapshot_digest='0',
        observation_digest='0',
    )


@inventory.configured
class Constraints(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.dc = inventory.data_centre()

    def refused(self, write, name: str) -> None:
        with self.assertRaisesMessage(IntegrityError, name), transaction.atomic():
            write()

    def test_a_cluster_has_a_family(self) -> None:
        self.refused(lambda: CalicoCluster.objects.update(ipv4=False, ipv6=False), 'calicocluster_family')

    def test_an_interval_of_no_minutes_is_none(self) -> None:
        self.refused(lambda: CalicoCluster.objects.update(interval=0), 'calicocluster_interval')

    def test_a_kubernetes_cluster_is_one_cluster(self) -> None:
        first, second, *_ = inventory.clusters(2)
        assert (first.connection, second.connection) == ('', '')
        first.connection = self.dc.cluster.connection
        self.refused(first.save, 'unique_connection')

    def test_a_plan_needs_an_approval(self) -> None:
        self.refused(lambda: CalicoCluster.objects.update(approvals=0), 'calicocluster_approvals')

    def test_hold_times_of_one_and_two_seconds_are_not_of_bgp(self) -> None:
        self.refused(
            lambda: CalicoSwitchProfile.objects.update(hold_time=2, keepalive=1), 'calicoswitchprofile_hold_time'
        )

    def test_a_keepalive_is_shorter_than_the_hold_time(self) -> None:
        self.refused(
            lambda: CalicoSwitchProfile.objects.update(hold_time=9, keepalive=9), 'calicoswitchprofile_keepalive'
        )

    def test_a_platform_has_one_profile(self) -> None:
        other = inventory.profile('Other')
        first = CalicoSwitchProfile.objects.get(slug='frr')
        other.platform = first.platform
        self.refused(other.save, 'calicoswitchprofile_unique_platform')

    def test_a_device_is_one_router(self) -> None:
        device = self.dc.routers[0].device
        self.refused(lambda: CalicoRouter.objects.create(device=device), 'calicorouter_unique_device')

    def test_a_device_is_one_node(self) -> None:
        device = self.dc.nodes[0].device
        self.refused(
            lambda: CalicoNode.objects.create(cluster=self.dc.cluster, name='twin', device=device),
            'caliconode_unique_device',
        )

    def test_a_node_is_no_device_and_virtual_machine_at_once(self) -> None:
        kind = ClusterType.objects.create(name='kvm', slug='kvm')
        machine = VirtualMachine.objects.create(name='vm', cluster=Cluster.objects.create(name='kvm', type=kind))
        node = self.dc.nodes[0]
        node.virtual_machine = machine
        self.refused(node.save, 'caliconode_one_host')

    def test_a_pool_has_one_encapsulation(self) -> None:
        self.refused(lambda: CalicoPool.objects.update(ipip='Always', vxlan='Always'), 'calicopool_one_encapsulation')

    def test_a_session_is_one_peering(self) -> None:
        ends = {'cluster': self.dc.cluster, 'node': self.dc.nodes[0], 'router': self.dc.routers[0], 'family': 4}
        CalicoPeering.objects.create(**ends)
        self.refused(lambda: CalicoPeering.objects.create(**ends), 'calicopeering_unique_session')

    def test_a_cluster_has_one_open_plan(self) -> None:
        plan(self.dc.cluster, 'deployed')
        plan(self.dc.cluster, 'ready')
        self.refused(lambda: plan(self.dc.cluster, 'approved'), 'calicoplan_one_open')

    def test_a_cluster_has_one_active_run(self) -> None:
        first = plan(self.dc.cluster, 'deployed')
        CalicoRun.objects.create(plan=first, cluster=self.dc.cluster, kind='deploy', status='completed')
        CalicoRun.objects.create(plan=first, cluster=self.dc.cluster, kind='deploy', status='interrupted')
        self.refused(
            lambda: CalicoRun.objects.create(plan=first, cluster=self.dc.cluster, kind='deploy'), 'calicorun_one_active'
        )


@inventory.configured
class Validation(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.dc = inventory.data_centre(racks=1)

    def invalid(self, instance, message: str) -> None:
        with self.assertRaisesMessage(ValidationError, message):
            instance.full_clean()

    def test_a_credential_is_one_of_the_configured_names(self) -> None:
        self.dc.cluster.connection = 'nobody'
        self.invalid(self.dc.cluster, "There is no credential 'nobody'")
        self.dc.cluster.connection = 'prod'
        self.dc.cluster.full_clean()

    def test_a_handle_can_be_part_of_every_name(self) -> None:
        for handle in ('Prod', '1prod', 'prod-', 'pro d', 'prod_1'):
            self.dc.cluster.handle = handle
            self.invalid(self.dc.cluster, 'Start with a lower-case letter')

    def test_an_interval_is_a_year_at_most(self) -> None:
        self.dc.cluster.interval = 525_601
        self.invalid(self.dc.cluster, 'less than or equal to 525600')
        self.dc.cluster.interval = 525_600
        self.dc.cluster.full_clean()

    def test_a_block_lies_within_what_calico_allows(self) -> None:
        pool = CalicoPool(cluster=self.dc.cluster, name='x', prefix=inventory.prefix('10.9.0.0/24'))
        pool.block_size = 22
        self.invalid(pool, 'Blocks of 10.9.0.0/24 have a length of 24 to 32.')
        pool.block_size = 26
        pool.full_clean()

    def test_a_selector_can_be_read(self) -> None:
        pool = CalicoPool(cluster=self.dc.cluster, name='x', prefix=inventory.prefix('10.9.0.0/24'))
        for selector in ('all()', "zone == 'a'"):
            pool.node_selector = selector
            pool.full_clean()
        pool.node_selector = 'zone = a'
        self.invalid(pool, "Selector 'zone = a' cannot be read at character 6")

    def test_ipip_is_of_ipv4(self) -> None:
        pool = CalicoPool.objects.get(block_size=122)
        pool.ipip = 'Always'
        self.invalid(pool, 'Calico knows no IPIP for IPv6.')

    def test_the_addresses_of_a_peering_are_of_its_family(self) -> None:
        peering = CalicoPeering(
            cluster=self.dc.cluster,
            node=self.dc.nodes[0],
            router=self.dc.routers[0],
            family=6,
            local_address='10.1.1.1',
        )
        self.invalid(peering, 'This is not an IPv6 address.')

    def test_a_peering_stays_within_its_cluster(self) -> None:
        other = CalicoCluster.objects.create(name='other', handle='other')
        peering = CalicoPeering(cluster=other, node=self.dc.nodes[0], router=self.dc.routers[0], family=4)
        self.invalid(peering, 'is not one of this cluster')
