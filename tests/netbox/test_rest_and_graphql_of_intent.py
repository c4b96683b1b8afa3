"""REST and GraphQL of what people own, held to NetBox's own tests of its own API."""

from __future__ import annotations

from utilities.testing import APIViewTestCases

from netbox_calico.graphql import types
from netbox_calico.models import (
    CalicoCluster,
    CalicoNode,
    CalicoPeering,
    CalicoPool,
    CalicoRouter,
    CalicoServiceRange,
    CalicoSwitchProfile,
)
from tests.netbox import inventory


class _Api:
    view_namespace = 'plugins-api:netbox_calico'


@inventory.configured
class SwitchProfileApi(_Api, APIViewTestCases.APIViewTestCase):
    model = CalicoSwitchProfile
    type_class = types.CalicoSwitchProfileType
    brief_fields = ['description', 'display', 'id', 'name', 'slug', 'url']
    bulk_update_data = {'hold_time': 60, 'description': 'changed'}
    bulk_update_invalid_data = {'hold_time': 2}

    @classmethod
    def setUpTestData(cls):
        for name in ('One', 'Two', 'Three'):
            inventory.profile(name, port=2222, description=name)
        cls.create_data = [
            {'name': name, 'slug': name.lower(), 'credential': 'switches', 'driver': 'frr', 'verify_host': False}
            for name in ('Four', 'Five', 'Six')
        ]


@inventory.configured
class ClusterApi(_Api, APIViewTestCases.APIViewTestCase):
    model = CalicoCluster
    type_class = types.CalicoClusterType
    brief_fields = ['description', 'display', 'handle', 'id', 'name', 'url']
    bulk_update_data = {'rack_pause': 600, 'description': 'changed'}
    bulk_update_invalid_data = {'interval': 0}

    @classmethod
    def setUpTestData(cls):
        for cluster in inventory.clusters(3):
            cluster.description = cluster.name
            cluster.save()
        cls.create_data = [
            {'name': name, 'handle': name, 'connection': connection, 'design': 'tor-full-tables', 'four_eyes': True}
            for name, connection in (('a', 'prod'), ('b', 'others'), ('c', ''))
        ]


@inventory.configured
class NodeApi(_Api, APIViewTestCases.APIViewTestCase):
    model = CalicoNode
    type_class = types.CalicoNodeType
    brief_fields = ['description', 'display', 'id', 'name', 'url']
    bulk_update_data = {'description': 'changed'}
    bulk_update_invalid_data = {'name': ''}

    @classmethod
    def setUpTestData(cls):
        dc = inventory.data_centre(racks=1, nodes=3)
        hosts = [inventory.device(f'host-{n}', 'server', dc.site) for n in range(3)]
        cls.create_data = [{'cluster': dc.cluster.pk, 'name': host.name, 'device': host.pk} for host in hosts]


@inventory.configured
class RouterApi(_Api, APIViewTestCases.APIViewTestCase):
    model = CalicoRouter
    type_class = types.CalicoRouterType
    brief_fields = ['description', 'device', 'display', 'id', 'role', 'url']
    bulk_update_data = {'credential': 'others', 'description': 'changed'}
    bulk_update_invalid_data = {'role': 'no such role'}
    graphql_auto_filter_exclude = ('role',)

    @classmethod
    def setUpTestData(cls):
        dc = inventory.data_centre(racks=2)
        CalicoRouter.objects.update(credential='switches')
        devices = [inventory.device(f'new-{n}', 'tor', dc.site) for n in range(3)]
        cls.create_data = [{'device': device.pk, 'racks': [dc.racks[0].pk]} for device in devices]


@inventory.configured
class PoolApi(_Api, APIViewTestCases.APIViewTestCase):
    model = CalicoPool
    type_class = types.CalicoPoolType
    brief_fields = ['description', 'display', 'id', 'name', 'url']
    bulk_update_data = {'vxlan': 'Always', 'description': 'changed'}
    bulk_update_invalid_data = {'node_selector': 'all('}

    @classmethod
    def setUpTestData(cls):
        (cluster,) = inventory.clusters(1)
        prefixes = [inventory.prefix(f'10.{n}.0.0/16') for n in range(6)]
        for prefix in prefixes[:3]:
            CalicoPool.objects.create(cluster=cluster, name=f'pool-{prefix.pk}', prefix=prefix)
        cls.create_data = [
            {'cluster': cluster.pk, 'name': f'new-{prefix.pk}', 'prefix': prefix.pk, 'block_size': 28}
            for prefix in prefixes[3:]
        ]


@inventory.configured
class ServiceRangeApi(_Api, APIViewTestCases.APIViewTestCase):
    model = CalicoServiceRange
    type_class = types.CalicoServiceRangeType
    brief_fields = ['description', 'display', 'id', 'kind', 'prefix', 'url']
    bulk_update_data = {'anycast': True, 'description': 'changed'}
    bulk_update_invalid_data = {'kind': 'no such kind'}

    @classmethod
    def setUpTestData(cls):
        (cluster,) = inventory.clusters(1)
        prefixes = [inventory.prefix(f'10.96.{n}.0/24') for n in range(6)]
        for prefix in prefixes[:3]:
            CalicoServiceRange.objects.create(cluster=cluster, prefix=prefix, kind='cluster', description='first')
        cls.create_data = [{'cluster': cluster.pk, 'prefix': prefix.pk, 'kind': 'external'} for prefix in prefixes[3:]]


@inventory.configured
class PeeringApi(_Api, APIViewTestCases.APIViewTestCase):
    model = CalicoPeering
    type_class = types.CalicoPeeringType
    brief_fields = ['description', 'display', 'family', 'id', 'local_address', 'remote_address', 'url']
    bulk_update_data = {'remote_asn': 65102, 'description': 'changed'}
    bulk_update_invalid_data = {'remote_asn': 0}

    @classmethod
    def setUpTestData(cls):
        dc = inventory.data_centre(racks=1, nodes=3)
        router = dc.routers[0]
        for n, node in enumerate(dc.nodes, 1):
            CalicoPeering.objects.create(
                cluster=dc.cluster, node=node, router=router, family=4, local_address=f'10.1.1.{n}', local_asn=64512
            )
        cls.create_data = [
            {'cluster': dc.cluster.pk, 'node': node.pk, 'router': dc.routers[1].pk, 'family': 4} for node in dc.nodes
        ]
