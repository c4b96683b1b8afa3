"""A name that PLUGINS_CONFIG has no more is shown as such, and kept when something else is changed."""

from __future__ import annotations

from core.models import ObjectType
from django.urls import reverse
from users.models import ObjectPermission
from utilities.testing import APITestCase, disable_warnings, post_data

from netbox_calico.forms import CalicoClusterForm
from netbox_calico.models import CalicoCluster
from tests.netbox import inventory


@inventory.configured
class AConnection(APITestCase):
    @classmethod
    def setUpTestData(cls):
        (cls.cluster,) = inventory.clusters(1)
        CalicoCluster.objects.update(connection='gone')
        cls.cluster.refresh_from_db()

    def setUp(self):
        super().setUp()
        permission = ObjectPermission.objects.create(name='clusters', actions=['view', 'change'])
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(CalicoCluster))

    def patch(self, **data):
        url = reverse('plugins-api:netbox_calico-api:calicocluster-detail', kwargs={'pk': self.cluster.pk})
        with disable_warnings('django.request'):
            return self.client.patch(url, data, format='json', **self.header)

    def test_stands_in_the_form_and_is_kept(self):
        self.client.force_login(self.user)
        url = reverse('plugins:netbox_calico:calicocluster_edit', kwargs={'pk': self.cluster.pk})
        page = self.client.get(url)
        self.assertContains(page, '<option value="gone" selected>gone (not configured)</option>', html=True)
        self.assertContains(page, '&#x27;gone&#x27; is not in PLUGINS_CONFIG')
        form = CalicoClusterForm(instance=self.cluster)
        data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        data['rack_pause'] = 600
        self.assertHttpStatus(self.client.post(url, post_data({k: v for k, v in data.items() if v is not None})), 302)
        self.cluster.refresh_from_db()
        assert (self.cluster.connection, self.cluster.rack_pause) == ('gone', 600)

    def test_is_kept_over_rest_but_no_other_such_name_is_taken(self):
        self.assertHttpStatus(self.patch(rack_pause=600, connection='gone'), 200)
        refused = self.patch(connection='never-there')
        self.assertHttpStatus(refused, 400)
        assert "There is no credential 'never-there'" in str(refused.data['connection'])
