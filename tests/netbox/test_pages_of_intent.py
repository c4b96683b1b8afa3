"""The lists, pages, forms and imports of what people own, held to NetBox's own tests of its own pages."""

from __future__ import annotations

from utilities.testing import ViewTestCases, create_tags

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


class _Pages:
    """Where the plugin's pages are."""

    def _get_base_url(self):
        return f'plugins:netbox_calico:{self.model._meta.model_name}_{{}}'


@inventory.configured
class SwitchProfilePages(_Pages, ViewTestCases.OrganizationalObjectViewTestCase):
    model = CalicoSwitchProfile

    @classmethod
    def setUpTestData(cls):
        for name in ('One', 'Two', 'Three'):
            inventory.profile(name)
        cls.form_data = {
            'name': 'Four', 'slug': 'four', 'driver': 'frr', 'template_set': 'frr', 'credential': 'switches',
            'port': 2222, 'confirm_seconds': 90, 'keepalive': 3, 'hold_time': 9, 'workers': 5, 'max_prefixes': 100,
            'verify_host': True, 'description': 'fast', 'tags': [tag.pk for tag in create_tags('a', 'b')],
        }  # fmt: skip
        cls.csv_data = ('name,slug,credential', 'Five,five,switches', 'Six,six,switches', 'Seven,seven,others')
        rows = CalicoSwitchProfile.objects.all()
        cls.csv_update_data = ('id,workers,description', *(f'{row.pk},{n},changed' for n, row in enumerate(rows, 7)))
        cls.bulk_edit_data = {'workers': 9, 'credential': 'others', 'description': 'changed'}


@inventory.configured
class ClusterPages(_Pages, ViewTestCases.PrimaryObjectViewTestCase):
    model = CalicoCluster

    @classmethod
    def setUpTestData(cls):
        inventory.clusters(3)
        cls.form_data = {
            'name': 'New', 'handle': 'new', 'connection': 'prod', 'design': 'tor-full-tables',
            'ipv4': True, 'ipv6': True, 'asn': inventory.asn(64512).pk,
            'scheme': 'shared-address', 'presented_as': 65499, 'loop_remedy': 'allow-own-as',
            'rack_label': 'example.com/rack', 'password_secret': 'bgp', 'settle_time': 5,
            'rack_pause': 60, 'interval': 30, 'approvals': 2, 'four_eyes': True, 'deletion_share': 10,
            'description': 'first', 'tags': [tag.pk for tag in create_tags('a', 'b')],
        }  # fmt: skip
        cls.csv_data = (
            'name,handle,ipv4,ipv6,scheme,redundancy', 'A,a,true,false,shared-address,2', 'B,b,true,true,per-router,4',
            'C,c,false,true,per-router,3',
        )  # fmt: skip
        rows = CalicoCluster.objects.all()
        cls.csv_update_data = ('id,rack_pause,description', *(f'{row.pk},{n},changed' for n, row in enumerate(rows, 7)))
        cls.bulk_edit_data = {
            'settle_time': 33, 'design': 'tor-full-tables', 'loop_remedy': 'allow-own-as', 'reflectors_max': 9,
            'description': 'changed',
        }  # fmt: skip


@inventory.configured
class NodePages(_Pages, ViewTestCases.PrimaryObjectViewTestCase):
    model = CalicoNode

    @classmethod
    def setUpTestData(cls):
        dc = inventory.data_centre(racks=1, nodes=3)
        host = inventory.device('host', 'server', dc.site)
        cls.form_data = {
            'cluster': dc.cluster.pk, 'name': 'host', 'device': host.pk, 'description': 'new',
            'asn': inventory.asn(4200000001).pk, 'reflector': 'never', 'drained': True,
            'tags': [tag.pk for tag in create_tags('a', 'b')],
        }  # fmt: skip
        cls.csv_data = (
            'cluster,name,device,asn,reflector', 'prod,x,host,4200000001,always', 'prod,y,,,auto', 'prod,z,,,auto',
        )  # fmt: skip
        cls.csv_update_data = ('id,description', *(f'{node.pk},changed' for node in dc.nodes))
        cls.bulk_edit_data = {
            'rack': dc.racks[0].pk, 'reflector': 'always', 'drained': True, 'description': 'changed',
        }  # fmt: skip


@inventory.configured
class RouterPages(_Pages, ViewTestCases.PrimaryObjectViewTestCase):
    model = CalicoRouter

    @classmethod
    def setUpTestData(cls):
        dc = inventory.data_centre(racks=2)
        for name in 'abcd':
            inventory.device(f'tor-{name}', 'tor', dc.site)
        new = inventory.device('new', 'tor', dc.site)
        cls.form_data = {
            'device': new.pk, 'role': 'tor', 'asn': inventory.asn(65000).pk, 'profile': inventory.profile().pk,
            'racks': [dc.racks[0].pk], 'credential': 'others', 'description': 'new', 'router_id': '192.0.2.1',
            'drained': True,
            'tags': [tag.pk for tag in create_tags('a', 'b')],
        }  # fmt: skip
        cls.csv_data = (
            'device,asn,profile,racks', 'tor-a,65101,FRR,"prod-r1,prod-r2"', 'tor-b,65101,,', 'tor-c,,FRR,prod-r1',
        )  # fmt: skip
        cls.csv_update_data = ('id,credential,description', *(f'{router.pk},others,changed' for router in dc.routers))
        cls.bulk_edit_data = {'credential': 'others', 'drained': True, 'description': 'changed'}


@inventory.configured
class PoolPages(_Pages, ViewTestCases.PrimaryObjectViewTestCase):
    model = CalicoPool

    @classmethod
    def setUpTestData(cls):
        (cluster,) = inventory.clusters(1)
        prefixes = [inventory.prefix(f'10.{n}.0.0/16') for n in range(7)]
        for prefix in prefixes[:3]:
            CalicoPool.objects.create(cluster=cluster, name=f'pool-{prefix.pk}', prefix=prefix)
        cls.form_data = {
            'cluster': cluster.pk, 'name': 'new', 'prefix': prefixes[3].pk, 'block_size': 28, 'node_selector': 'all()',
            'ipip': 'Never', 'vxlan': 'CrossSubnet', 'nat_outgoing': True, 'disabled': False, 'disable_export': True,
            'ours': True, 'description': 'new', 'tags': [tag.pk for tag in create_tags('a', 'b')],
        }  # fmt: skip
        cls.csv_data = (
            'cluster,name,prefix,block_size',
            *(f'Cluster 1,csv-{n},{prefix.prefix},26' for n, prefix in enumerate(prefixes[4:])),
        )
        rows = CalicoPool.objects.all()
        cls.csv_update_data = (
            'id,block_size,description',
            *(f'{row.pk},{n},changed' for n, row in enumerate(rows, 27)),
        )
        cls.bulk_edit_data = {'block_size': 28, 'vxlan': 'Always', 'ours': True, 'description': 'changed'}


@inventory.configured
class ServiceRangePages(_Pages, ViewTestCases.PrimaryObjectViewTestCase):
    model = CalicoServiceRange

    @classmethod
    def setUpTestData(cls):
        (cluster,) = inventory.clusters(1)
        prefixes = [inventory.prefix(f'10.96.{n}.0/24') for n in range(7)]
        for prefix in prefixes[:3]:
            CalicoServiceRange.objects.create(cluster=cluster, prefix=prefix, kind='cluster')
        cls.form_data = {
            'cluster': cluster.pk, 'prefix': prefixes[3].pk, 'kind': 'external', 'anycast': True, 'description': 'new',
            'tags': [tag.pk for tag in create_tags('a', 'b')],
        }  # fmt: skip
        cls.csv_data = (
            'cluster,prefix,kind', *(f'Cluster 1,{prefix.prefix},loadbalancer' for prefix in prefixes[4:]),
        )  # fmt: skip
        rows = CalicoServiceRange.objects.all()
        cls.csv_update_data = ('id,kind,description', *(f'{row.pk},external,changed' for row in rows))
        cls.bulk_edit_data = {'kind': 'loadbalancer', 'description': 'changed'}


@inventory.configured
class PeeringPages(_Pages, ViewTestCases.PrimaryObjectViewTestCase):
    model = CalicoPeering

    @classmethod
    def setUpTestData(cls):
        dc = inventory.data_centre(racks=1, nodes=4)
        router = dc.routers[0]
        for node in dc.nodes[:3]:
            CalicoPeering.objects.create(cluster=dc.cluster, node=node, router=router, family=4)
        cls.form_data = {
            'cluster': dc.cluster.pk, 'node': dc.nodes[3].pk, 'router': router.pk, 'family': 4,
            'local_address': '10.1.1.4', 'remote_address': '10.1.1.251', 'local_asn': 64512, 'remote_asn': 65101,
            'description': 'by hand', 'tags': [tag.pk for tag in create_tags('a', 'b')],
        }  # fmt: skip
        cls.csv_data = (
            'cluster,node,router,family,local_address',
            *(f'prod,{node},{router.device.name},6,fd00:1:1::{n}' for n, node in enumerate(dc.nodes[:3], 1)),
        )
        rows = CalicoPeering.objects.all()
        cls.csv_update_data = ('id,local_asn,description', *(f'{row.pk},64513,changed' for row in rows))
        cls.bulk_edit_data = {'remote_asn': 65102, 'description': 'changed'}
