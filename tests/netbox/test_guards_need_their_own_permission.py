"""Whoever may change a cluster may not by that lower what keeps others from deploying."""

from __future__ import annotations

from core.models import ObjectType
from django.urls import reverse
from users.models import ObjectPermission
from utilities.testing import APITestCase, disable_warnings

from netbox_calico.models import CalicoCluster
from tests.netbox import inventory

LOWERED = {'connection': '', 'approvals': 1, 'four_eyes': False, 'deletion_share': 90}
RAISED = {'approvals': 3, 'four_eyes': True, 'deletion_share': 5}


@inventory.configured
class Guards(APITestCase):
    @classmethod
    def setUpTestData(cls):
        (cls.cluster,) = inventory.clusters(1)
        CalicoCluster.objects.update(connection='prod', approvals=2, four_eyes=True, deletion_share=20)

    def setUp(self):
        super().setUp()
        self.allow('view', 'change', 'add')
        self.client.force_login(self.user)

    def allow(self, *actions):
        permission = ObjectPermission.objects.create(name='+'.join(actions), actions=actions)
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(CalicoCluster))

    def patch(self, **data):
        url = reverse('plugins-api:netbox_calico-api:calicocluster-detail', kwargs={'pk': self.cluster.pk})
        with disable_warnings('django.request'):
            return self.client.patch(url, data, format='json', **self.header)

    def test_lowering_one_is_refused(self):
        for name, value in LOWERED.items():
            with self.subTest(name=name):
                response = self.patch(**{name: value})
                self.assertHttpStatus(response, 400)
                assert 'needs the permission «automate»' in str(response.data[name])

    def test_nor_may_the_cluster_leave_its_connection_to_another_with_fewer(self):
        for connection in ('', 'others'):
            response = self.patch(connection=connection)
            assert response.data['connection'] == [
                'Leaving this connection needs the permission «automate» on Calico clusters.'
            ]

    def test_raising_them_is_not(self):
        self.assertHttpStatus(self.patch(**RAISED), 200)

    def test_other_changes_are_not(self):
        self.assertHttpStatus(self.patch(rack_pause=600), 200)

    def test_the_permission_lets_them_be_lowered(self):
        self.allow('automate')
        self.assertHttpStatus(self.patch(**LOWERED), 200)

    def test_the_page_for_many_at_once_is_no_way_around(self):
        data = {'pk': [self.cluster.pk], '_apply': True, 'approvals': 1}
        self.assertContains(
            self.client.post(reverse('plugins:netbox_calico:calicocluster_bulk_edit'), data), 'needs the permission'
        )
        self.cluster.refresh_from_db()
        assert self.cluster.approvals == 2

    def test_an_import_is_no_way_around(self):
        data = {'data': f'id,approvals\n{self.cluster.pk},1', 'format': 'csv', 'csv_delimiter': 'auto'}
        self.assertContains(
            self.client.post(reverse('plugins:netbox_calico:calicocluster_bulk_import'), data), 'needs the permission'
        )
        self.cluster.refresh_from_db()
        assert self.cluster.approvals == 2

    def test_an_import_that_leaves_flags_out_takes_their_defaults(self):
        data = {'data': 'name,handle\nnew,new', 'format': 'csv', 'csv_delimiter': 'auto'}
        self.assertHttpStatus(self.client.post(reverse('plugins:netbox_calico:calicocluster_bulk_import'), data), 302)
        made = CalicoCluster.objects.get(name='new')
        assert (made.ipv4, made.ipv6, made.deletion_share, made.approvals) == (True, False, 20, 1)
