"""A plan is deployed as it was approved, by whom it may be, once at a time."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from core.models import Job
from django.test import TestCase
from users.models import ObjectPermission

from netbox_calico.approval import decide
from netbox_calico.choices import DecisionChoices, PlanStatusChoices, RunStatusChoices
from netbox_calico.jobs.calico_job import require_worker
from netbox_calico.jobs.check import CheckJob
from netbox_calico.jobs.deploy import QUEUE, DeployJob
from netbox_calico.jobs.plan import PlanJob
from netbox_calico.models import CalicoApproval, CalicoCluster, CalicoPlan, CalicoRun
from netbox_calico.planning.errors import Refused
from tests.netbox import inventory, plans
from tests.netbox.jobs.people import person, serve_deployments

APPROVE = DecisionChoices.APPROVE


@contextmanager
def refused(words):
    with pytest.raises(Refused) as caught:
        yield
    assert words in str(caught.value)


class _OfAPlan(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)
        cls.plan = plans.stored(cls.dc)
        cls.ann, cls.bob = (person(name, calicoplan=('view', 'approve')) for name in ('ann', 'bob'))
        cls.carl = person('carl', calicoplan=('view', 'deploy'))

    def setUp(self):
        serve_deployments(self)

    def approve(self, user=None, digest=None):
        self.plan = decide(self.plan, user or self.ann, digest or self.plan.digest, APPROVE)

    def deploy(self, user=None):
        return DeployJob.request(self.plan, user or self.carl)


class Approvals(_OfAPlan):
    def test_a_plan_that_nobody_approved_is_not_deployed(self):
        with refused('is awaits approval: only an approved plan is deployed'):
            self.deploy()
        assert not CalicoRun.objects.exists()

    def test_an_approved_plan_is_deployed(self):
        self.approve()
        run = self.deploy()
        assert (run.status, run.started_by, run.job.object) == (RunStatusChoices.PENDING, self.carl, run)
        assert CalicoPlan.objects.get().status == PlanStatusChoices.RUNNING

    def test_an_approval_of_another_digest_counts_for_nothing(self):
        with refused('is not the plan that you looked at'):
            self.approve(digest='0' * 64)
        self.approve()
        CalicoApproval.objects.update(digest='0' * 64)
        with refused('needs 1 approvals and has 0'):
            self.deploy()

    def test_one_person_decides_once(self):
        CalicoCluster.objects.update(approvals=2)
        self.approve()
        with refused('ann has decided about'):
            self.approve()
        assert self.plan.status == PlanStatusChoices.READY
        self.approve(self.bob)
        assert self.plan.status == PlanStatusChoices.APPROVED

    def test_an_approver_who_lost_the_permission_or_left_does_not_count(self):
        self.approve()
        permission = ObjectPermission.objects.get(users=self.ann)
        permission.users.remove(self.ann)
        with refused('of people who still may approve'):
            self.deploy()
        permission.users.add(self.ann)
        self.ann.is_active = False
        self.ann.save()
        with refused('of people who still may approve'):
            self.deploy()
        self.ann.is_active = True
        self.ann.save()
        assert self.deploy().pk

    def test_the_author_is_no_second_pair_of_eyes(self):
        CalicoCluster.objects.update(four_eyes=True)
        CalicoPlan.objects.update(authors=['ann'], created_by_name='bob')
        self.plan = CalicoPlan.objects.get()
        for author in (self.ann, self.bob):
            with refused('the cluster wants four eyes: let somebody else approve'):
                self.approve(author)
        self.approve(person('dora', calicoplan=('view', 'approve')))
        assert self.plan.status == PlanStatusChoices.APPROVED

    def test_whoever_deploys_needs_the_permission_and_an_account(self):
        self.approve()
        with refused('the permission «deploy» on Calico plans is needed'):
            self.deploy(self.ann)
        self.carl.is_active = False
        with refused('the permission «deploy» on Calico plans is needed'):
            self.deploy()

    def test_a_plan_that_another_replaced_is_not_deployed(self):
        self.approve()
        plans.stored(self.dc)
        with refused('is withdrawn'):
            self.deploy()


class OneAtATime(_OfAPlan):
    def test_a_second_run_of_a_cluster_is_refused_and_leaves_nothing(self):
        self.approve()
        first = self.deploy()
        CalicoPlan.objects.update(status=PlanStatusChoices.APPROVED)
        with refused(f'{first} of this cluster is active: wait until it has ended, or roll it back.'):
            self.deploy()
        assert (CalicoRun.objects.count(), Job.objects.count()) == (1, 1)

    def test_clusters_do_not_wait_for_each_other(self):
        self.approve()
        self.deploy()
        other = plans.stored(inventory.data_centre(racks=1, name='other', number=2))
        decide(other, self.ann, other.digest, APPROVE)
        assert DeployJob.request(other, self.carl).is_active

    def test_no_plan_is_made_while_a_run_is_active_also_one_that_was_resumed(self):
        run = plans.begin(plans.run_of(self.plan, status=RunStatusChoices.FAILED))
        CalicoPlan.objects.update(status=PlanStatusChoices.FAILED)
        planner = person('paul', calicocluster=('view', 'plan'))
        DeployJob.resume(run, self.carl)
        with refused('is pending: wait until it has ended, or roll it back'):
            PlanJob.request(self.dc.cluster, planner)

    def test_a_plan_that_a_deployment_overtook_while_it_was_made_is_refused(self):
        CalicoPlan.objects.update(status=PlanStatusChoices.RUNNING)
        with refused(f'{self.plan} began to run while this plan was made: wait until its run has ended, plan again.'):
            plans.stored(self.dc)
        assert CalicoPlan.objects.count() == 1

    def test_a_comparison_is_for_those_who_may_sync(self):
        with refused('vera may not compare prod: the permission «sync» on Calico clusters is needed'):
            CheckJob.request(self.dc.cluster, person('vera', calicocluster=('view',)))
        assert CheckJob.request(self.dc.cluster, person('sven', calicocluster=('view', 'sync'))).pk

    def test_a_failed_run_is_not_resumed_beside_another(self):
        failed = plans.begin(plans.run_of(self.plan, status=RunStatusChoices.FAILED))
        active = plans.run_of(self.plan, status=RunStatusChoices.RUNNING)
        with refused(f'{active} of this cluster is active'):
            DeployJob.resume(failed, self.carl)
        failed.refresh_from_db()
        assert failed.status == RunStatusChoices.FAILED

    def test_a_failed_run_that_changed_nothing_or_was_overtaken_is_not_resumed(self):
        failed = plans.run_of(self.plan, status=RunStatusChoices.FAILED)
        with refused(f'{failed} changed nothing'):
            DeployJob.resume(failed, self.carl)
        plans.begin(failed)
        plans.begin(plans.run_of(self.plan, status=RunStatusChoices.COMPLETED))
        with refused('a newer run has changed it since: make a new plan'):
            DeployJob.resume(failed, self.carl)

    def test_only_what_stopped_short_is_resumed(self):
        for status in (RunStatusChoices.PENDING, RunStatusChoices.RUNNING, RunStatusChoices.COMPLETED):
            CalicoRun.objects.all().delete()
            run = plans.run_of(self.plan, status=status)
            with refused('only an interrupted or failed run goes on'):
                DeployJob.resume(run, self.carl)


class Workers(TestCase):
    def test_a_queue_that_nobody_serves_is_told_with_the_command(self):
        with refused(f'start one with «netbox rqworker high default low {QUEUE}»'):
            require_worker(QUEUE)
        serve_deployments(self)
        require_worker(QUEUE)
