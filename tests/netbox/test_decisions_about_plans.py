"""Whoever looks at a plan sees all of it, decides about just that, and only if they may."""

from __future__ import annotations

from core.models import ObjectType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from users.models import ObjectPermission
from utilities.testing import TestCase, disable_warnings

from netbox_calico.choices import PlanStatusChoices
from netbox_calico.models import CalicoPlan, CalicoRun
from netbox_calico.planning.model.plan import Plan
from tests.netbox import inventory, plans


class _OfAPlan(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre()
        cls.plan = plans.stored(cls.dc)

    def url(self, action='', **kwargs):
        name = f'plugins:netbox_calico:calicoplan{"_" + action if action else ""}'
        return reverse(name, kwargs={'pk': self.plan.pk, **kwargs})

    def allow(self, *actions, constraints=None):
        permission = ObjectPermission.objects.create(name='+'.join(actions), actions=actions, constraints=constraints)
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(CalicoPlan))

    def post(self, action, **data):
        with disable_warnings('django.request'):
            response = self.client.post(self.url(action), {'digest': self.plan.digest, **data}, follow=True)
        self.plan = CalicoPlan.objects.get(pk=self.plan.pk)
        return response


class ThePage(_OfAPlan):
    def test_everything_is_there_in_order(self):
        self.allow('view')
        page = self.client.get(self.url()).content.decode()
        places = [page.index(step['title']) for step in self.plan.steps]
        assert places == sorted(places)
        assert self.plan.digest in page
        assert all(step['gate']['title'] in page for step in self.plan.steps)

    def test_the_way_to_the_other_plans_of_the_cluster_is_shown(self):
        self.allow('view')
        others = f'{reverse("plugins:netbox_calico:calicoplan_list")}?cluster_id={self.dc.cluster.pk}'
        self.assertContains(self.client.get(self.url()), f'href="{others}"')

    def test_changes_that_look_the_same_are_shown_once(self):
        self.allow('view')
        step = next(step for step in self.plan.steps if step['title'].startswith('Label the nodes'))
        same = self.plan.items.filter(step=step['number'], undo=False)
        assert same.count() == 2
        assert same.values('diff').distinct().count() == 1
        self.assertContains(self.client.get(self.url()), 'The same on 2 targets:')

    def test_a_change_shows_its_difference_and_exactly_what_is_sent(self):
        self.allow('view')
        item = self.plan.items.select_related('artefact', 'diff').filter(target__startswith='router:').first()
        page = self.client.get(self.url('item', seq=item.seq))
        self.assertContains(page, item.artefact.body.splitlines()[-1])
        self.assertContains(page, '<span class="added">+ neighbor CAL-PROD-4 peer-group</span>', html=True)

    def test_a_plan_is_shown_whole_or_not_at_all(self):
        self.allow('view', constraints={'pk': 0})
        for url in (self.url(), self.url('item', seq=0)):
            with disable_warnings('django.request'):
                self.assertHttpStatus(self.client.get(url), 404)

    def test_the_page_takes_no_more_queries_for_a_larger_plan(self):
        self.allow('view')
        large = plans.stored(inventory.data_centre(racks=4, nodes=4, name='large', number=2))
        counts = []
        for plan in (self.plan, self.plan, large):
            with CaptureQueriesContext(connection) as queries:
                self.assertHttpStatus(self.client.get(plan.get_absolute_url()), 200)
            counts.append(len(queries))
        assert counts[1] == counts[2]

    def test_buttons_are_for_those_who_may(self):
        self.allow('view')
        assert 'data-bs-target="#approve"' not in self.client.get(self.url()).content.decode()
        self.allow('approve')
        assert 'data-bs-target="#approve"' in self.client.get(self.url()).content.decode()
        CalicoPlan.objects.update(status=PlanStatusChoices.APPROVED)
        assert 'data-bs-target="#deploy"' not in self.client.get(self.url()).content.decode()
        self.allow('deploy')
        assert 'data-bs-target="#deploy"' in self.client.get(self.url()).content.decode()

    def test_nothing_can_be_edited(self):
        self.allow('view', 'add', 'change', 'delete')
        for action in ('edit', 'delete'):
            with disable_warnings('django.request'):
                self.assertHttpStatus(self.client.get(f'{self.url()}{action}/'), 404)


class Approval(_OfAPlan):
    def test_is_bound_to_the_digest_that_was_seen(self):
        self.allow('view', 'approve')
        response = self.post('approve', decision='approve', digest='another')
        self.assertContains(response, 'is not the plan that you looked at')
        assert not self.plan.approvals.exists()
        assert self.plan.status == PlanStatusChoices.READY
        self.post('approve', decision='approve', comment='fine')
        entry = self.plan.approvals.get()
        assert (entry.user, entry.digest, entry.comment) == (self.user, self.plan.digest, 'fine')
        assert self.plan.status == PlanStatusChoices.APPROVED

    def test_is_no_part_of_the_permission_to_change(self):
        self.allow('view', 'add', 'change', 'delete', 'deploy')
        assert self.post('approve', decision='approve').status_code == 403
        assert not self.plan.approvals.exists()

    def test_of_a_plan_that_one_may_not_see_is_of_no_plan(self):
        self.allow('approve')
        assert self.post('approve', decision='approve').status_code == 404

    def test_by_somebody_else_is_needed_where_four_eyes_are_wanted(self):
        self.dc.cluster.four_eyes = True
        self.dc.cluster.save()
        CalicoPlan.objects.update(authors=[self.user.username])
        self.allow('view', 'approve')
        response = self.post('approve', decision='approve')
        self.assertContains(response, 'let somebody else approve')
        assert not self.plan.approvals.exists()

    def test_can_be_refused(self):
        self.allow('view', 'approve')
        self.post('approve', decision='reject')
        assert self.plan.status == PlanStatusChoices.WITHDRAWN


class Deployment(_OfAPlan):
    def test_needs_its_own_permission(self):
        self.allow('view', 'approve')
        assert self.post('deploy').status_code == 403

    def test_of_another_digest_is_refused(self):
        self.allow('view', 'deploy')
        self.assertContains(self.post('deploy', digest='another'), 'is not the plan that you looked at')
        assert not CalicoRun.objects.exists()

    def test_without_a_worker_is_refused_in_words(self):
        self.allow('view', 'deploy')
        self.assertContains(self.post('deploy'), 'No worker serves the queue netbox_calico.deploy')
        assert not CalicoRun.objects.exists()


class WhatIsPlanned(_OfAPlan):
    def test_is_what_the_planner_made(self):
        assert isinstance(plans.planned(self.dc), Plan)
        assert self.plan.items.filter(undo=False).count() == self.plan.summary['items']
