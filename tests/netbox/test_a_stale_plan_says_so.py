"""A plan's page says whether it is stale and what has changed since; a stale one is past all decisions."""

from __future__ import annotations

from datetime import timedelta

from core.models import ObjectType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from users.models import ObjectPermission
from utilities.testing import TestCase, disable_warnings

from netbox_calico.choices import PlanStatusChoices
from netbox_calico.jobs.pipe import compare
from netbox_calico.models import CalicoNode, CalicoPlan
from netbox_calico.snapshot import read_snapshot
from netbox_calico.state import record_comparison
from tests.netbox import inventory, plans
from tests.planning import world

STALE = 'This plan is stale: '


@inventory.configured
class Freshness(TestCase):
    user_permissions = ('netbox_calico.view_calicoplan', 'netbox_calico.change_caliconode')

    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)
        cls.plan = plans.stored(cls.dc, status=PlanStatusChoices.APPROVED)

    def url(self, action):
        return reverse(f'plugins:netbox_calico:calicoplan{action}', kwargs={'pk': self.plan.pk})

    def told(self):
        return self.client.get(self.url('_freshness'), headers={'HX-Request': 'true'})

    def may_decide(self):
        permission = ObjectPermission.objects.create(name='decisions', actions=['view', 'approve'])
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(CalicoPlan))

    def decide(self, decision='approve', plan=None):
        """On the page."""
        plan = plan or self.plan
        url = reverse('plugins:netbox_calico:calicoplan_approve', kwargs={'pk': plan.pk})
        return self.client.post(url, {'digest': plan.digest, 'decision': decision}, follow=True)

    def may_read_the_change_log(self):
        permission = ObjectPermission.objects.create(name='changes', actions=['view'])
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get(app_label='core', model='objectchange'))

    def drain(self):
        """As a person does it, so that the change log tells."""
        node = self.dc.nodes[0]
        url = reverse('plugins:netbox_calico:caliconode_edit', kwargs={'pk': node.pk})
        permission = ObjectPermission.objects.create(name='hosts', actions=['view'])
        permission.users.add(self.user)
        for model in ('calicocluster', 'device', 'caliconode'):
            permission.object_types.add(ObjectType.objects.get(app_label__in=('netbox_calico', 'dcim'), model=model))
        data = {
            'cluster': self.dc.cluster.pk, 'name': node.name, 'device': node.device.pk, 'reflector': 'auto',
            'drained': True,
        }  # fmt: skip
        self.assertHttpStatus(self.client.post(url, data), 302)

    def compare(self, **changes):
        snapshot = read_snapshot(self.dc.cluster.pk)
        record_comparison(self.dc.cluster, *compare(snapshot, world.observation(snapshot, **changes)))

    def test_the_page_asks_while_the_plan_can_be_deployed(self):
        self.assertContains(self.client.get(self.url('')), self.url('_freshness'))
        CalicoPlan.objects.update(status=PlanStatusChoices.DEPLOYED)
        self.assertNotContains(self.client.get(self.url('')), self.url('_freshness'))

    def test_a_fresh_plan_is_told_fresh(self):
        told = self.told()
        self.assertContains(told, 'NetBox is as when the plan was made.')
        self.assertNotContains(told, STALE)

    def test_what_changed_in_netbox_is_told_with_who_did_it(self):
        self.may_read_the_change_log()
        self.drain()
        told = self.told()
        # Above the plan, and where it is about to be deployed.
        self.assertContains(told, STALE, 2)
        self.assertContains(told, self.dc.nodes[0].name)
        self.assertContains(told, self.user.username)

    def test_not_to_those_who_may_not_read_the_change_log(self):
        self.drain()
        told = self.told()
        self.assertContains(told, STALE)
        self.assertNotContains(told, self.dc.nodes[0].name)
        self.assertContains(told, 'nothing in the change log that you may see tells what')

    def test_a_change_that_shapes_no_plan_is_none(self):
        CalicoNode.objects.update(description='something else')
        self.assertNotContains(self.told(), STALE)

    def test_a_later_comparison_that_saw_the_same_says_so(self):
        self.compare()
        self.assertContains(self.told(), 'and so were the cluster and its routers at the comparison of')

    def test_a_later_comparison_that_saw_something_else_makes_it_stale(self):
        self.compare(calico_version='v3.31.0')
        told = self.told()
        self.assertContains(told, 'The cluster or its routers have changed since the plan was made')
        self.assertNotContains(told, 'In NetBox')

    def test_an_earlier_one_tells_nothing(self):
        self.compare(calico_version='v3.31.0')
        CalicoPlan.objects.update(created=timezone.now() + timedelta(seconds=1))
        self.assertNotContains(self.told(), STALE)

    def test_a_stale_plan_is_past_all_decisions(self):
        self.may_decide()
        button = 'data-bs-target="#approve"'
        self.assertContains(self.client.get(self.url('')), button)
        self.assertNotContains(self.told(), 'id="decide"')
        CalicoNode.objects.update(drained=True)
        told = self.told()
        self.assertContains(told, '<span id="decide" hx-swap-oob="true" title="This plan is stale: make a new one.">')
        self.assertNotContains(told, button)
        for decision in ('approve', 'reject'):
            refused = self.decide(decision)
            self.assertContains(
                refused, f'{self.plan} is stale: NetBox has changed since it was made. Make a new plan.'
            )
        self.compare(calico_version='v3.31.0')
        CalicoNode.objects.update(drained=False)
        api = reverse('plugins-api:netbox_calico-api:calicoplan-approve', kwargs={'pk': self.plan.pk})
        with disable_warnings('django.request'):
            answer = self.client.post(api, {'digest': self.plan.digest, 'decision': 'approve'})
        assert answer.status_code == 409
        assert 'is stale: the cluster or its routers have changed since it was made.' in answer.json()['detail']
        assert not self.plan.approvals.exists()

    def test_a_decision_takes_no_more_queries_for_a_larger_cluster(self):
        self.may_decide()
        counts = []
        for plan in (self.plan, plans.stored(inventory.data_centre(racks=3, nodes=4, name='large', number=2))):
            with CaptureQueriesContext(connection) as queries:
                self.decide(plan=plan)
            assert plan.approvals.count() == 1
            counts.append(len(queries))
        assert counts[1] <= counts[0]
