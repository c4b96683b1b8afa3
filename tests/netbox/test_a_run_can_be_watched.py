"""The page of a run: how far it is, what it waits for, what can be wished."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core.models import Job, ObjectType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from users.models import ObjectPermission
from utilities.testing import TestCase, disable_warnings

from netbox_calico.choices import RunStatusChoices, WishChoices
from netbox_calico.journal import RunJournal
from netbox_calico.models import CalicoRun, CalicoRunStep
from netbox_calico.progress import milestones_of, progress_of
from netbox_calico.store import load_plan
from tests.netbox import inventory, plans


class Watching(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.plan = plans.stored(inventory.data_centre())
        cls.watched = plans.run_of(cls.plan, status=RunStatusChoices.RUNNING, started=timezone.now())
        first, second, third = (step['number'] for step in cls.plan.steps[:3])
        CalicoRunStep.objects.create(run=cls.watched, step=first, status='complete', started=timezone.now())
        CalicoRunStep.objects.create(run=cls.watched, step=second, status='failed', message='tor-1-1 said no')
        CalicoRunStep.objects.create(
            run=cls.watched,
            step=third,
            status='running',
            waiting={'count': 7, 'names': [f'route {n}' for n in range(7)]},
        )
        for item in cls.plan.items.filter(undo=False, step__lte=third):
            cls.watched.outcomes.create(item=item, phase='apply', result='created', at=timezone.now())

    def allow(self, *actions, constraints=None):
        permission = ObjectPermission.objects.create(name='+'.join(actions), actions=actions, constraints=constraints)
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(CalicoRun))

    def url(self, action=''):
        return reverse(
            f'plugins:netbox_calico:calicorun{"_" + action if action else ""}', kwargs={'pk': self.watched.pk}
        )

    def test_the_page_tells_how_far_the_run_is(self):
        self.allow('view')
        page = self.client.get(self.url())
        self.assertContains(page, f'1 of {len(self.plan.steps)} steps complete')
        self.assertContains(page, 'tor-1-1 said no')
        self.assertContains(page, 'waits for 7:')
        self.assertContains(page, 'route 4')
        self.assertNotContains(page, 'route 6')
        self.assertContains(page, 'not begun')

    def test_only_an_active_run_is_asked_about_again(self):
        self.allow('view')
        again = f'hx-get="{self.url("progress")}" hx-trigger="every 2s"'
        self.assertContains(self.client.get(self.url('progress')), again)
        CalicoRun.objects.update(status=RunStatusChoices.COMPLETED)
        self.assertNotContains(self.client.get(self.url('progress')), 'hx-trigger')

    def test_asking_again_costs_the_same_however_large_the_run_is(self):
        self.allow('view')
        large = plans.stored(inventory.data_centre(racks=4, nodes=4, name='large', number=2))
        run = plans.run_of(large, status=RunStatusChoices.RUNNING)
        for item in large.items.filter(undo=False):
            run.outcomes.create(item=item, phase='apply', result='created', at=timezone.now())
        counts = []
        for one in (self.watched, self.watched, run):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(reverse('plugins:netbox_calico:calicorun_progress', kwargs={'pk': one.pk}))
            counts.append(len(queries))
        assert counts[1] == counts[2]

    def test_the_page_says_whether_a_run_that_is_to_pause_does(self):
        self.allow('view', 'control')
        CalicoRun.objects.update(wanted=WishChoices.PAUSE)
        self.assertContains(self.client.get(self.url()), 'wanted:')
        journal = RunJournal(self.watched, lambda: None, lambda line: None)
        journal.paused()
        self.assertContains(self.client.get(self.url()), '>Paused</span>')
        self.assertNotContains(self.client.get(self.url()), 'wanted:')
        assert self.offered() == {'resume', 'cancel', 'roll-back'}
        CalicoRun.objects.update(wanted=WishChoices.RUN)
        journal.started(load_plan(self.plan).steps[2])
        self.assertNotContains(self.client.get(self.url()), '>Paused</span>')
        assert self.offered() == {'pause', 'cancel', 'roll-back'}

    def test_the_time_that_an_interrupted_run_rests_is_not_counted(self):
        self.allow('view')
        begun = timezone.now() - timedelta(hours=5)
        CalicoRun.objects.update(started=begun, heartbeat=begun + timedelta(minutes=2), status='interrupted')
        self.assertContains(self.client.get(self.url()), 'ran for 2m')

    def test_progress_counts_outcomes_by_step(self):
        progress = progress_of(CalicoRun.objects.select_related('plan').get(pk=self.watched.pk))
        assert [len(step.results) for step in progress.steps[:4]] == [0, 1, 1, 0]
        assert progress.complete == 1
        assert progress.percent == 100 // len(self.plan.steps)

    def test_the_last_lines_of_the_log_are_told_the_newest_first(self):
        now = timezone.now().replace(microsecond=0)
        entries = [{'timestamp': now, 'level': 'info', 'message': f'line {n}'} for n in range(30)]
        self.watched.job = Job.objects.create(name='Calico deployment', job_id=uuid.uuid4(), log_entries=entries)
        lines = milestones_of(self.watched)
        assert [line.message for line in lines] == [f'line {n}' for n in range(29, 17, -1)]
        assert lines[0].at == now

    def test_wishes_are_for_those_who_may(self):
        self.allow('view')
        assert self.url('pause') not in self.client.get(self.url()).content.decode()
        with disable_warnings('django.request'):
            self.assertHttpStatus(self.client.post(self.url('pause')), 403)
        self.allow('control', constraints={'pk': 0})
        with disable_warnings('django.request'):
            self.assertHttpStatus(self.client.post(self.url('pause')), 404)
        self.allow('control')
        assert self.url('pause') in self.client.get(self.url()).content.decode()
        self.client.post(self.url('pause'))
        self.watched.refresh_from_db()
        assert self.watched.wanted == WishChoices.PAUSE
        page = self.client.get(self.url()).content.decode()
        assert self.url('pause') not in page
        assert self.url('resume') in page

    def test_a_run_that_stopped_short_offers_to_go_on_and_back_until_another_has_begun(self):
        self.allow('view', 'control')
        CalicoRun.objects.update(status=RunStatusChoices.FAILED)
        assert self.offered() == {'resume', 'roll-back'}
        plans.begin(plans.run_of(self.plan, status=RunStatusChoices.COMPLETED))
        assert self.offered() == set()

    def test_a_run_that_failed_before_its_first_step_offers_nothing(self):
        self.allow('view', 'control')
        CalicoRunStep.objects.all().delete()
        CalicoRun.objects.update(status=RunStatusChoices.FAILED)
        assert self.offered() == set()

    def offered(self):
        page = self.client.get(self.url()).content.decode()
        return {action for action in ('pause', 'resume', 'cancel', 'roll-back') if self.url(action) in page}

    def test_wishes_that_come_too_late_are_told_so(self):
        self.allow('view', 'control')
        CalicoRun.objects.update(status=RunStatusChoices.ROLLED_BACK)
        self.assertContains(self.client.post(self.url('cancel'), follow=True), 'cannot be told anything any more')

    def test_a_deployment_is_not_asked_for_by_looking(self):
        self.allow('view', 'control')
        for action in ('pause', 'resume', 'cancel', 'roll-back'):
            with disable_warnings('django.request'):
                self.assertHttpStatus(self.client.get(self.url(action)), 405)

    def test_outcomes_are_listed(self):
        self.allow('view')
        item = self.plan.items.filter(undo=False).first()
        self.assertContains(self.client.get(self.url('outcomes')), item.label)
