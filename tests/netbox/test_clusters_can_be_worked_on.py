"""A cluster's page: what was seen last, the buttons, and picking from what was found."""

from __future__ import annotations

import json

from core.choices import JobStatusChoices
from core.models import Job, ObjectChange, ObjectType
from dcim.models import Device
from django.urls import reverse
from users.models import ObjectPermission
from utilities.testing import APITestCase, disable_warnings

from netbox_calico.jobs.check import CheckJob
from netbox_calico.jobs.plan import PlanJob
from netbox_calico.jobs.sync import SyncJob
from netbox_calico.models import CalicoCluster, CalicoClusterState, CalicoNode, CalicoPlan, CalicoPool
from netbox_calico.store import save_blob
from tests.netbox import inventory, plans

FINDING = {'severity': 'error', 'code': 'no-tor', 'subject': 'node-9', 'message': 'Add the switches of its rack.'}
DRIFT = {
    'target': 'router:1', 'label': 'tor-1', 'kind': 'changed', 'severity': 'warning', 'changes': [],
    'diff': '@@ router bgp 65001 @@\n- neighbor 10.9.9.9 peer-group X\n+ neighbor 10.1.1.1 peer-group CAL-PROD-4',
}  # fmt: skip


def document(kind, value):
    return save_blob(kind, json.dumps(value))


@inventory.configured
class _Cluster(APITestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)
        cls.cluster = cls.dc.cluster
        cls.host = inventory.device('new-node', 'server', cls.dc.site)
        inventory.prefix('10.77.0.0/16')
        found = {
            'nodes': [
                cls.found('new-node'),
                cls.found('stranger'),
                cls.found('prod-node-1-1'),
            ],
            'pools': [cls.pool('extra', '10.77.0.0/16'), cls.pool('unplanned', '10.78.0.0/16')],
            'ranges': [],
        }
        CalicoClusterState.objects.create(
            cluster=cls.cluster, observed_at='2026-01-01T00:00Z', mesh='on', sessions_up=3, sessions_expected=4,
            findings_error=1, drift_routers=1, findings=document('findings', [FINDING]),
            drift=document('drift', [DRIFT]), proposal=document('proposal', found),
        )  # fmt: skip

    @staticmethod
    def found(name):
        return {'name': name, 'system_uuid': '', 'addresses': ['10.1.1.9/24'], 'asn': None, 'ready': True}

    @staticmethod
    def pool(name, prefix):
        return {
            'name': name, 'prefix': prefix, 'block_size': 26, 'ipip': 'Never', 'vxlan': 'Never', 'nat_outgoing': False,
            'disabled': False, 'disable_export': False, 'node_selector': 'all()',
        }  # fmt: skip

    def setUp(self):
        super().setUp()
        self.client.force_login(self.user)

    def allow(self, model, *actions, constraints=None):
        permission = ObjectPermission.objects.create(name='x', actions=actions, constraints=constraints)
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(model))

    def url(self, action=''):
        name = f'plugins:netbox_calico:calicocluster{"_" + action if action else ""}'
        return reverse(name, kwargs={'pk': self.cluster.pk})

    def api(self, action):
        return reverse(f'plugins-api:netbox_calico-api:calicocluster-{action}', kwargs={'pk': self.cluster.pk})


class ThePage(_Cluster):
    def test_what_was_seen_last_is_told(self):
        self.allow(CalicoCluster, 'view')
        page = self.client.get(self.url())
        for text in ('3 of 4 up', 'Add the switches of its rack.', 'Changed by somebody else', '1 on routers'):
            self.assertContains(page, text)
        self.assertContains(page, '<span class="removed">- neighbor 10.9.9.9 peer-group X</span>')

    def test_the_buttons_say_what_they_plan_on_every_tab(self):
        self.allow(CalicoCluster, 'view', 'sync', 'plan')
        self.allow(CalicoNode, 'view')
        for tab in ('', 'nodes', 'found', 'sizing', 'changelog'):
            page = self.client.get(self.url(tab))
            for kind, count in (('deploy', 2), ('back', 1)):
                self.assertContains(page, f'name="kind" value="{kind}"', count)

    def test_differences_that_look_the_same_are_shown_once(self):
        self.allow(CalicoCluster, 'view')
        self.differ([{**DRIFT, 'label': f'tor-{n}'} for n in range(20)])
        page = self.client.get(self.url())
        self.assertContains(page, 'The same on 20 targets:')
        self.assertContains(page, 'tor-11 and 8 more')
        self.assertContains(page, '<span class="removed">- neighbor 10.9.9.9 peer-group X</span>', count=1)

    def test_only_the_first_of_many_differences_are_shown(self):
        self.allow(CalicoCluster, 'view')
        self.differ([{**DRIFT, 'label': f'tor-{n}', 'diff': f'+ line {n}'} for n in range(53)])
        page = self.client.get(self.url())
        self.assertContains(page, '+ line 49<')
        self.assertNotContains(page, '+ line 50<')
        self.assertContains(page, '3 more differences')
        self.assertContains(page, self.api('drift'))

    def differ(self, entries):
        CalicoClusterState.objects.update(drift=document('drift', entries))

    def test_a_cluster_that_was_never_read_says_so(self):
        self.allow(CalicoCluster, 'view')
        CalicoClusterState.objects.all().delete()
        self.assertContains(self.client.get(self.url()), 'The cluster was not read yet.')

    def test_buttons_are_for_those_who_may(self):
        self.allow(CalicoCluster, 'view')
        page = self.client.get(self.url()).content.decode()
        assert self.url('sync') not in page
        assert self.url('plan') not in page
        self.allow(CalicoCluster, 'sync', 'plan')
        page = self.client.get(self.url()).content.decode()
        assert all(self.url(action) in page for action in ('sync', 'check', 'plan'))

    def test_a_button_starts_a_job_in_the_users_name(self):
        self.allow(CalicoCluster, 'view', 'sync', 'plan')
        for action, name, data in (
            ('sync', SyncJob.name, {}),
            ('check', CheckJob.name, {}),
            ('plan', PlanJob.name, {'kind': 'back'}),
        ):
            self.assertRedirects(self.client.post(self.url(action), data), self.url())
            job = Job.objects.get(name=name)
            assert (job.object, job.user) == (self.cluster, self.user)

    def test_a_plan_of_an_unknown_kind_starts_nothing(self):
        self.allow(CalicoCluster, 'view', 'plan')
        self.client.post(self.url('plan'), {'kind': 'sideways'})
        assert not Job.objects.exists()

    def test_what_goes_on_is_asked_about_again_while_it_goes_on(self):
        self.allow(CalicoCluster, 'view', 'sync')
        self.client.post(self.url('sync'))
        again = f'hx-get="{self.url("work")}"'
        self.assertContains(self.client.get(self.url('work')), again)
        Job.objects.update(status=JobStatusChoices.STATUS_FAILED, error='The kubeconfig has expired: renew it.')
        page = self.client.get(self.url('work'))
        self.assertNotContains(page, again)
        self.assertContains(page, 'The kubeconfig has expired: renew it.')

    def test_jobs_plans_and_runs_of_others_need_their_permissions(self):
        self.allow(CalicoCluster, 'view')
        plan = plans.stored(self.dc)
        Job.enqueue(print, instance=self.cluster, name='Somebody else’s')
        page = self.client.get(self.url('work')).content.decode()
        assert plan.get_absolute_url() not in page
        assert 'Somebody else' not in page
        self.allow(CalicoPlan, 'view')
        self.allow(Job, 'view')
        page = self.client.get(self.url('work')).content.decode()
        assert plan.get_absolute_url() in page
        assert 'Somebody else' in page


class Picking(_Cluster):
    def test_what_was_found_is_offered_with_the_reason(self):
        self.allow(CalicoCluster, 'view', 'sync')
        page = self.client.get(self.url('found'))
        for text in (
            'new-node',
            'No device or virtual machine has its name',
            'NetBox has this node, the cluster has not',
        ):
            self.assertContains(page, text)

    def test_what_is_picked_is_added_as_the_user_and_logged(self):
        self.allow(CalicoCluster, 'view', 'sync')
        self.allow(CalicoNode, 'add')
        self.allow(CalicoPool, 'add')
        self.allow(Device, 'view')
        response = self.client.post(self.url('found'), {'nodes': ['new-node'], 'pools': ['extra']}, follow=True)
        self.assertContains(response, '2 objects were added.')
        node = CalicoNode.objects.get(name='new-node')
        assert node.device.name == 'new-node'
        assert CalicoPool.objects.get(name='extra').prefix.prefix.prefixlen == 16
        assert ObjectChange.objects.get(changed_object_id=node.pk, user=self.user).action == 'create'
        assert not CalicoNode.objects.filter(name='stranger').exists()

    def test_all_or_nothing_is_added(self):
        self.allow(CalicoCluster, 'view', 'sync')
        self.allow(CalicoNode, 'add')
        self.allow(CalicoPool, 'add')
        response = self.client.post(self.url('found'), {'nodes': ['new-node'], 'pools': ['unplanned']}, follow=True)
        self.assertContains(response, 'NetBox has no prefix 10.78.0.0/16')
        assert not CalicoNode.objects.filter(name='new-node').exists()

    def test_adding_needs_the_permission_to_add(self):
        self.allow(CalicoCluster, 'view', 'sync')
        response = self.client.post(self.url('found'), {'nodes': ['new-node']}, follow=True)
        self.assertContains(response, 'may not add new-node')
        assert not CalicoNode.objects.filter(name='new-node').exists()

    def test_looking_needs_the_permission_to_sync(self):
        self.allow(CalicoCluster, 'view')
        with disable_warnings('django.request'):
            self.assertHttpStatus(self.client.get(self.url('found')), 403)
            self.assertHttpStatus(self.client.get(self.api('found'), **self.header), 403)

    def test_another_cluster_to_sync_shows_nothing_of_this_one(self):
        self.allow(CalicoCluster, 'view')
        self.allow(CalicoCluster, 'sync', constraints={'pk': 0})
        with disable_warnings('django.request'):
            self.assertHttpStatus(self.client.get(self.api('found'), **self.header), 404)

    def test_hosts_are_for_those_who_may_view_them(self):
        self.allow(CalicoCluster, 'view', 'sync')
        self.allow(Device, 'view', constraints={'name': 'another'})
        page = self.url('found'), reverse('dcim:device', kwargs={'pk': self.host.pk})
        assert page[1] not in self.client.get(page[0]).content.decode()
        assert self.client.get(self.api('found'), **self.header).data['nodes'][0]['host'] is None
        self.allow(Device, 'view')
        assert page[1] in self.client.get(page[0]).content.decode()
        host = {'kind': 'device', 'id': self.host.pk, 'name': 'new-node'}
        assert self.client.get(self.api('found'), **self.header).data['nodes'][0]['host'] == host

    def test_rest_offers_and_takes_the_same(self):
        self.allow(CalicoCluster, 'view')
        assert self.client.get(self.api('findings'), **self.header).data == [FINDING]
        assert self.client.get(self.api('drift'), **self.header).data == [DRIFT]
        with disable_warnings('django.request'):
            picked = self.client.post(self.api('found'), {'nodes': ['new-node']}, format='json', **self.header)
            self.assertHttpStatus(picked, 403)
        self.allow(CalicoCluster, 'sync')
        found = self.client.get(self.api('found'), **self.header)
        assert [node['name'] for node in found.data['nodes']] == ['new-node', 'stranger', 'prod-node-1-1']
        with disable_warnings('django.request'):
            picked = self.client.post(self.api('found'), {'nodes': ['new-node']}, format='json', **self.header)
            self.assertHttpStatus(picked, 409)
        self.allow(CalicoNode, 'add')
        picked = self.client.post(self.api('found'), {'nodes': ['new-node']}, format='json', **self.header)
        self.assertHttpStatus(picked, 201)
        assert picked.data == {'added': 1}
        assert CalicoNode.objects.filter(name='new-node').exists()
