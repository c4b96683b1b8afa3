"""A run that can go neither on nor back, as its cluster or its login is gone, ends where it stands when people wish."""

from __future__ import annotations

import pytest
from core.models import ObjectType
from django.urls import reverse
from users.models import ObjectPermission
from utilities.testing import APITestCase

from netbox_calico import control
from netbox_calico.choices import PlanStatusChoices, RunStatusChoices, StepStatusChoices, WishChoices
from netbox_calico.models import CalicoBlob, CalicoDeployed, CalicoPlan, CalicoRun
from netbox_calico.planning.errors import Refused
from tests.netbox import inventory, plans
from tests.netbox.jobs.people import person


class GivingUp(APITestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)
        cls.plan = plans.stored(cls.dc, status=PlanStatusChoices.RUNNING)
        cls.interrupted = plans.run_of(cls.plan, status=RunStatusChoices.INTERRUPTED, error='The login is gone.')
        for step, status in ((1, StepStatusChoices.COMPLETE), (2, StepStatusChoices.FAILED)):
            cls.interrupted.steps.create(step=step, status=status)
        cls.boss = person('boss', calicorun=('view', 'control'))

    def assert_ended(self):
        run = CalicoRun.objects.get()
        assert (run.status, run.is_active, run.can_go_on) == (RunStatusChoices.CANCELLED, False, False)
        assert run.ended
        assert run.error == (
            f'Cancelled on request where it stood. Of {len(self.plan.steps)} steps these are in place: 1; 2 may be '
            'there in part. Make a new plan when both sides answer: it goes on from there.'
        )
        assert CalicoPlan.objects.get().status == PlanStatusChoices.FAILED

    def test_it_ends_and_says_what_stands(self):
        control.wish(self.interrupted, WishChoices.CANCEL, self.boss)
        self.assert_ended()
        complete = self.plan.items.filter(step=1, undo=False).exclude(after='').values_list('target', flat=True)
        assert set(CalicoDeployed.objects.values_list('target', flat=True)) == set(complete)

    def test_the_cluster_is_free_for_another_plan(self):
        control.wish(self.interrupted, WishChoices.CANCEL, self.boss)
        assert plans.stored(self.dc).status == PlanStatusChoices.READY

    def test_rows_that_somebody_changed_do_not_keep_it(self):
        CalicoBlob.objects.filter(pk=self.plan.items.first().artefact_id).update(body='router bgp 1\n')
        control.wish(self.interrupted, WishChoices.CANCEL, self.boss)
        self.assert_ended()

    def test_the_permission_is_the_same_as_for_other_wishes(self):
        with pytest.raises(Refused, match='the permission «control» on Calico runs is needed'):
            control.wish(self.interrupted, WishChoices.CANCEL, person('guest', calicorun=('view',)))

    def test_a_failed_run_holds_nobody_up_and_is_not_given_up(self):
        CalicoRun.objects.update(status=RunStatusChoices.FAILED)
        with pytest.raises(Refused, match='resume it or roll it back'):
            control.wish(CalicoRun.objects.get(), WishChoices.CANCEL, self.boss)

    def allow(self):
        permission = ObjectPermission.objects.create(name='x', actions=['view', 'control'])
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(CalicoRun))

    def test_the_page_offers_it(self):
        self.allow()
        self.client.force_login(self.user)
        cancel = reverse('plugins:netbox_calico:calicorun_cancel', kwargs={'pk': self.interrupted.pk})
        self.assertContains(self.client.get(self.interrupted.get_absolute_url()), cancel)
        self.client.post(cancel)
        self.assert_ended()
        self.assertNotContains(self.client.get(self.interrupted.get_absolute_url()), cancel)

    def test_rest_takes_it(self):
        self.allow()
        url = reverse('plugins-api:netbox_calico-api:calicorun-cancel', kwargs={'pk': self.interrupted.pk})
        self.assertHttpStatus(self.client.post(url, {}, format='json', **self.header), 202)
        self.assert_ended()
