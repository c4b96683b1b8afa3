"""AS numbers and prefixes that cannot be: refused in words wherever they are typed, imported or sent; no crash."""

from __future__ import annotations

from django.urls import reverse
from ipam.models import VRF, Prefix
from utilities.testing import APITestCase, TestCase

from netbox_calico.forms import (
    CalicoClusterImportForm,
    CalicoPeeringForm,
    CalicoPeeringImportForm,
    CalicoPoolImportForm,
    CalicoRouterImportForm,
)
from netbox_calico.models import CalicoPeering
from tests.netbox import inventory

UNKNOWN = ('0', '23456', '65535', '4294967295', '4294967296', '9' * 30)
NO_NUMBERS = ('1.10', '0.65001', 'AS64512', '64 512', '-')


@inventory.configured
class InImports(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)

    def refused(self, form, field: str, words: str) -> None:
        assert not form.is_valid()
        assert field in form.errors
        assert words in ' '.join(form.errors[field])

    def test_of_a_cluster_and_a_router_must_be_one_of_netbox(self):
        for text in (*UNKNOWN, *NO_NUMBERS):
            with self.subTest(text):
                cluster = {'name': 'x', 'handle': 'x', 'ipv4': True, 'asn': text}
                self.refused(CalicoClusterImportForm(cluster), 'asn', text)
                self.refused(CalicoRouterImportForm({'device': 'tor', 'role': 'tor', 'asn': text}), 'asn', text)

    def test_of_a_peering_must_be_one(self):
        node, router = self.dc.nodes[0], self.dc.routers[0]
        data = {'cluster': self.dc.cluster.name, 'node': node.name, 'router': router.device.name, 'family': 4}
        for text in ('0', '4294967296', *NO_NUMBERS):
            with self.subTest(text):
                self.refused(CalicoPeeringImportForm({**data, 'local_asn': text}), 'local_asn', '')
                by_hand = {**data, 'cluster': self.dc.cluster.pk, 'node': node.pk, 'router': router.pk}
                self.refused(CalicoPeeringForm({**by_hand, 'remote_asn': text}), 'remote_asn', '')

    def test_a_prefix_of_two_vrfs_has_to_be_chosen_by_hand(self):
        Prefix.objects.create(prefix='10.9.0.0/16')
        Prefix.objects.create(prefix='10.9.0.0/16', vrf=VRF.objects.create(name='blue'))
        data = {'cluster': self.dc.cluster.name, 'name': 'x', 'block_size': 26, 'prefix': '10.9.0.0/16'}
        self.refused(CalicoPoolImportForm(data), 'prefix', 'multiple objects were found')

    def test_a_prefix_that_is_none_is_refused(self):
        for text in ('10.9.0.0/33', '10.9.0.0', 'fd00::/200', 'all'):
            with self.subTest(text):
                data = {'cluster': self.dc.cluster.name, 'name': 'x', 'block_size': 26, 'prefix': text}
                self.refused(CalicoPoolImportForm(data), 'prefix', text)


@inventory.configured
class OverRest(APITestCase):
    user_permissions = (
        'netbox_calico.add_calicopeering',
        'netbox_calico.view_calicopeering',
        'netbox_calico.view_calicocluster',
        'netbox_calico.view_caliconode',
        'netbox_calico.view_calicorouter',
        'netbox_calico.add_calicopool',
        'ipam.view_prefix',
    )

    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)

    def test_an_as_number_of_a_peering_must_be_one(self):
        CalicoPeering.objects.all().delete()
        url = reverse('plugins-api:netbox_calico-api:calicopeering-list')
        data = {
            'cluster': self.dc.cluster.pk,
            'node': self.dc.nodes[0].pk,
            'router': self.dc.routers[0].pk,
            'family': 4,
        }
        for value in (0, 4294967296, -1, '1.10', 'AS1', 10**30, [], {}):
            with self.subTest(value):
                answer = self.client.post(url, {**data, 'local_asn': value}, format='json', **self.header)
                assert answer.status_code == 400, answer.content
                assert 'local_asn' in answer.json()

    def test_a_pool_of_larger_blocks_than_its_prefix_is_refused(self):
        url = reverse('plugins-api:netbox_calico-api:calicopool-list')
        prefix = inventory.prefix('10.9.0.0/28')
        data = {'cluster': self.dc.cluster.pk, 'name': 'x', 'prefix': prefix.pk, 'block_size': 26}
        answer = self.client.post(url, data, format='json', **self.header)
        assert answer.status_code == 400, answer.content
        assert 'Blocks of 10.9.0.0/28 have a length of 28 to 32.' in answer.content.decode()
