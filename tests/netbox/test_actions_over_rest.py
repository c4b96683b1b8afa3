"""What can be asked for over REST, who may, and what is answered."""

from __future__ import annotations

import django_rq
from core.models import Job, ObjectType
from django.urls import reverse
from rq import Worker
from users.models import ObjectPermission
from utilities.testing import APITestCase, disable_warnings

from netbox_calico.choices import PlanStatusChoices, RunStatusChoices, WishChoices
from netbox_calico.models import CalicoCluster, CalicoPlan, CalicoRun
from tests.netbox import inventory, plans


class _Actions(APITestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)
        cls.plan = plans.stored(cls.dc)

    def allow(self, model, *actions, constraints=None):
        permission = ObjectPermission.objects.create(name='x', actions=actions, constraints=constraints)
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(model))

    def forget_permissions(self):
        ObjectPermission.objects.filter(users=self.user).delete()

    def post(self, instance, action, data=None):
        name = f'plugins-api:netbox_calico-api:{instance._meta.model_name}-{action}'
        with disable_warnings('django.request'):
            return self.client.post(reverse(name, kwargs={'pk': instance.pk}), data or {}, format='json', **self.header)

    def serve_deployments(self):
        """A worker as RQ knows it, which takes no job while the test runs."""
        worker = Worker(['netbox_calico.deploy'], connection=django_rq.get_connection('netbox_calico.deploy'))
        worker.register_birth()
        self.addCleanup(worker.register_death)


class Permissions(_Actions):
    def cases(self):
        run = plans.run_of(self.plan)
        cluster = self.dc.cluster
        return [
            (cluster, 'sync', 'sync', {}),
            (cluster, 'check', 'sync', {}),
            (cluster, 'plan', 'plan', {'kind': 'deploy'}),
            (self.plan, 'approve', 'approve', {'digest': self.plan.digest}),
            (self.plan, 'deploy', 'deploy', {'digest': self.plan.digest}),
            (run, 'pause', 'control', {}),
            (run, 'resume', 'control', {}),
            (run, 'cancel', 'control', {}),
            (run, 'roll-back', 'control', {}),
        ]

    def test_each_action_has_a_permission_of_its_own(self):
        for instance, action, permission, data in self.cases():
            with self.subTest(action=action):
                self.forget_permissions()
                others = {'sync', 'plan', 'automate', 'approve', 'deploy', 'control'} - {permission}
                self.allow(type(instance), 'view', 'add', 'change', 'delete', *others)
                self.assertHttpStatus(self.post(instance, action, data), 403)

    def test_what_one_may_not_see_is_not_there(self):
        for instance, action, permission, data in self.cases():
            with self.subTest(action=action):
                self.forget_permissions()
                self.allow(type(instance), permission)
                self.assertHttpStatus(self.post(instance, action, data), 404)
                self.allow(type(instance), 'view', constraints={'pk': 0})
                self.assertHttpStatus(self.post(instance, action, data), 404)

    def test_the_permission_may_be_for_other_objects_only(self):
        for instance, action, permission, data in self.cases():
            with self.subTest(action=action):
                self.forget_permissions()
                self.allow(type(instance), 'view')
                self.allow(type(instance), permission, constraints={'pk': 0})
                self.assertHttpStatus(self.post(instance, action, data), 404)

    def test_a_token_that_may_not_write_may_not_act(self):
        self.allow(CalicoCluster, 'view', 'sync')
        self.token.write_enabled = False
        self.token.save()
        self.assertHttpStatus(self.post(self.dc.cluster, 'sync'), 403)


class Answers(_Actions):
    def test_a_sync_is_accepted_as_a_job(self):
        self.allow(CalicoCluster, 'view', 'sync')
        response = self.post(self.dc.cluster, 'sync')
        self.assertHttpStatus(response, 202)
        job = Job.objects.get(pk=response.data['id'])
        assert (job.object, job.user) == (self.dc.cluster, self.user)

    def test_a_plan_of_an_unknown_kind_is_a_bad_request(self):
        self.allow(CalicoCluster, 'view', 'plan')
        self.assertHttpStatus(self.post(self.dc.cluster, 'plan', {'kind': 'sideways'}), 400)
        self.assertHttpStatus(self.post(self.dc.cluster, 'plan', {'kind': 'back'}), 202)

    def test_an_approval_answers_with_the_plan_and_a_second_one_conflicts(self):
        self.allow(CalicoPlan, 'view', 'approve')
        data = {'digest': self.plan.digest, 'comment': 'read'}
        response = self.post(self.plan, 'approve', data)
        self.assertHttpStatus(response, 200)
        assert response.data['status']['value'] == PlanStatusChoices.APPROVED
        assert response.data['approvals'][0]['user_name'] == self.user.username
        again = self.post(self.plan, 'approve', data)
        self.assertHttpStatus(again, 409)
        assert 'has decided about' in str(again.data['detail'])

    def test_a_digest_that_is_another_conflicts(self):
        self.allow(CalicoPlan, 'view', 'approve', 'deploy')
        for action in ('approve', 'deploy'):
            self.assertHttpStatus(self.post(self.plan, action, {'digest': 'x'}), 409)

    def test_a_deployment_answers_with_its_run_and_a_second_one_conflicts(self):
        self.serve_deployments()
        self.allow(CalicoPlan, 'view', 'approve', 'deploy')
        data = {'digest': self.plan.digest}
        self.assertHttpStatus(self.post(self.plan, 'deploy', data), 409)
        self.assertHttpStatus(self.post(self.plan, 'approve', data), 200)
        response = self.post(self.plan, 'deploy', data)
        self.assertHttpStatus(response, 202)
        run = CalicoRun.objects.get(pk=response.data['id'])
        assert (run.plan, run.started_by, run.status) == (self.plan, self.user, RunStatusChoices.PENDING)
        self.assertHttpStatus(self.post(self.plan, 'deploy', data), 409)

    def test_wishes_are_written_down_for_the_job_to_read(self):
        self.allow(CalicoRun, 'view', 'control')
        run = plans.run_of(self.plan, status=RunStatusChoices.RUNNING)
        for action, wanted in (
            ('pause', WishChoices.PAUSE),
            ('resume', WishChoices.RUN),
            ('cancel', WishChoices.CANCEL),
            ('roll-back', WishChoices.ROLL_BACK),
        ):
            response = self.post(run, action)
            self.assertHttpStatus(response, 202)
            assert response.data['wanted']['value'] == wanted
            run.refresh_from_db()
            assert run.wanted == wanted

    def test_a_run_that_has_ended_obeys_no_wish(self):
        self.allow(CalicoRun, 'view', 'control')
        run = plans.run_of(self.plan, status=RunStatusChoices.COMPLETED)
        for action in ('pause', 'resume', 'cancel', 'roll-back'):
            response = self.post(run, action)
            self.assertHttpStatus(response, 409)
            assert 'is completed' in str(response.data['detail'])

    def test_an_interrupted_run_goes_on_or_back(self):
        self.allow(CalicoRun, 'view', 'control')
        run = plans.run_of(self.plan, status=RunStatusChoices.INTERRUPTED)
        self.assertHttpStatus(self.post(run, 'pause'), 409)
        self.assertHttpStatus(self.post(run, 'roll-back'), 409)
        run.refresh_from_db()
        assert run.wanted == WishChoices.RUN
        self.serve_deployments()
        self.assertHttpStatus(self.post(run, 'roll-back'), 202)
        run.refresh_from_db()
        assert (run.status, run.wanted) == (RunStatusChoices.PENDING, WishChoices.ROLL_BACK)


class Evidence(_Actions):
    def get(self, name, **kwargs):
        url = reverse(f'plugins-api:netbox_calico-api:{name}', kwargs=kwargs)
        return self.client.get(url, **self.header)

    def test_plans_and_runs_cannot_be_written(self):
        run = plans.run_of(self.plan)
        self.user.is_superuser = True
        self.user.save()
        for instance in (self.plan, run):
            detail = reverse(
                f'plugins-api:netbox_calico-api:{instance._meta.model_name}-detail', kwargs={'pk': instance.pk}
            )
            listing = reverse(f'plugins-api:netbox_calico-api:{instance._meta.model_name}-list')
            with disable_warnings('django.request'):
                for method, url in (
                    (self.client.post, listing),
                    (self.client.put, detail),
                    (self.client.patch, detail),
                    (self.client.delete, detail),
                ):
                    self.assertHttpStatus(method(url, {'status': 'approved'}, format='json', **self.header), 405)

    def test_a_plan_tells_its_steps_findings_and_changes(self):
        self.allow(CalicoPlan, 'view')
        pk = self.plan.pk
        assert [step['title'] for step in self.get('calicoplan-steps', pk=pk).data] == [
            step['title'] for step in self.plan.steps
        ]
        (finding,) = self.get('calicoplan-findings', pk=pk).data
        assert (finding['severity'], finding['code']) == ('warning', 'service-connections-break')
        items = self.get('calicoplan-items', pk=pk).data
        assert items['count'] == self.plan.items.count()
        assert 'artefact' not in items['results'][0]
        stored = self.plan.items.select_related('artefact', 'diff').first()
        item = self.get('calicoplan-item', pk=pk, seq=stored.seq).data
        assert (item['artefact'], item['diff']) == (stored.artefact.body, stored.diff.body)

    def test_what_lies_below_a_plan_follows_its_permission(self):
        self.allow(CalicoPlan, 'view', constraints={'pk': 0})
        for name, more in (('steps', {}), ('findings', {}), ('items', {}), ('item', {'seq': 0})):
            with disable_warnings('django.request'):
                self.assertHttpStatus(self.get(f'calicoplan-{name}', pk=self.plan.pk, **more), 404)

    def test_a_run_tells_its_steps_and_outcomes(self):
        run = plans.run_of(self.plan)
        run.steps.create(step=2, status='running', waiting={'count': 1, 'names': ['a route']})
        item = self.plan.items.first()
        run.outcomes.create(item=item, phase='apply', result='created', at='2026-01-01T00:00Z')
        self.allow(CalicoRun, 'view')
        assert self.get('calicorun-detail', pk=run.pk).data['steps'][0]['waiting']['names'] == ['a route']
        (outcome,) = self.get('calicorun-outcomes', pk=run.pk).data['results']
        assert (outcome['target'], outcome['result']['value']) == (item.target, 'created')
