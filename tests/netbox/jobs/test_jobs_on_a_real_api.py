"""Sync, check and deployment against a real Kubernetes API: what they write down, and what they say when they fail."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
import time
from pathlib import Path
from unittest import mock

import django_rq
from core.choices import JobStatusChoices
from core.models import ObjectChange
from dcim.models import Device
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone
from ipam.models import Prefix
from lightkube import Client, KubeConfig
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node

from netbox_calico import lease
from netbox_calico.adapters.kubernetes.resources import calico
from netbox_calico.choices import PlanStatusChoices, RunStatusChoices, WishChoices
from netbox_calico.jobs.check import CheckJob
from netbox_calico.jobs.deploy import QUEUE, DeployJob
from netbox_calico.jobs.sync import SyncJob
from netbox_calico.models import (
    CalicoBlob,
    CalicoCluster,
    CalicoClusterState,
    CalicoLease,
    CalicoNode,
    CalicoPlan,
    CalicoPool,
    CalicoRouterState,
    CalicoRun,
)
from tests.netbox import inventory, plans
from tests.netbox.jobs.people import person, plugin_settings
from tests.services import services

V1 = calico('crd.projectcalico.org')


class _WithAnApi(TransactionTestCase):
    """A snapshot is a transaction of its own, so these tests commit."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kubeconfig = Path(folder.name) / 'kubeconfig'
        self.document = json.loads(services.kubernetes.kubeconfig().read_text())
        self.write()
        settings = plugin_settings(
            credentials={'prod': f'file:{self.kubeconfig}', 'switches': 'env:NOT_SET_ANYWHERE'}, sync_timeout=60
        )
        settings.enable()
        self.addCleanup(settings.disable)
        assert 'NOT_SET_ANYWHERE' not in os.environ

    def write(self):
        self.kubeconfig.write_text(json.dumps(self.document))

    def run_job(self, job, cluster, **kwargs):
        made = job.enqueue(instance=cluster, cluster_id=cluster.pk, immediate=True, **kwargs)
        made.refresh_from_db()
        return made

    def admin(self):
        client = Client(KubeConfig.from_file(services.kubernetes.kubeconfig()), field_manager='admin')
        self.addCleanup(lambda: [client.deletecollection(kind) for kind in (Node, *V1.values())])
        return client


class AFailedLook(_WithAnApi):
    def setUp(self):
        super().setUp()
        self.cluster = CalicoCluster.objects.create(
            name='prod', handle='prod', asn=inventory.asn(64512), design='tor-full-tables', connection='prod'
        )

    def assert_told(self, words):
        job = self.run_job(CheckJob, self.cluster)
        assert job.status == JobStatusChoices.STATUS_FAILED
        assert words in job.error
        assert CalicoClusterState.objects.get().error == job.error
        assert job.error in [entry['message'] for entry in job.log_entries]

    def test_is_told_in_words(self):
        good = services.kubernetes.kubeconfig().read_text()
        for change, words in (
            ({'users': {'user': {'exec': {'command': '/bin/sh'}}}}, 'uses exec, which runs a program on the NetBox'),
            ({'users': {'user': {'token': 'not-good-any-more'}}}, 'refuses the login (401)'),
            ({'clusters': {'cluster': {'server': 'https://127.0.0.1:1'}}}, 'Check that it runs'),
        ):
            with self.subTest(words):
                self.document = json.loads(good)
                for section, values in change.items():
                    self.document[section][0] = {**self.document[section][0], **values}
                self.write()
                self.assert_told(words)
        with self.subTest('no file'):
            self.kubeconfig.unlink()
            self.assert_told('cannot be read (No such file or directory); make it readable for the user of the worker')
        with self.subTest('no connection'):
            CalicoCluster.objects.update(connection='')
            self.assert_told('The cluster has no connection: choose one of the kubeconfigs')

    def test_what_was_seen_before_stays_and_the_error_goes_with_the_next_good_look(self):
        self.run_job(CheckJob, self.cluster)
        seen = CalicoClusterState.objects.get()
        self.document['users'][0]['user'] = {'token': 'none'}
        self.write()
        self.assert_told('refuses the login')
        state = CalicoClusterState.objects.get()
        assert (state.observed_at, state.mesh) == (seen.observed_at, seen.mesh)
        self.document = json.loads(services.kubernetes.kubeconfig().read_text())
        self.write()
        assert self.run_job(CheckJob, self.cluster).status == JobStatusChoices.STATUS_COMPLETED
        assert CalicoClusterState.objects.get().error == ''


class ALook(_WithAnApi):
    def test_a_check_records_both_sides_and_changes_nothing(self):
        dc = inventory.data_centre(racks=1)
        client = self.admin()
        client.create(V1['BGPConfiguration'](metadata={'name': 'default'}, spec={'nodeToNodeMeshEnabled': True}))
        before = [item.to_dict() for item in client.list(V1['BGPConfiguration'])]
        job = self.run_job(CheckJob, dc.cluster)
        assert job.status == JobStatusChoices.STATUS_COMPLETED, job.error
        state = CalicoClusterState.objects.get()
        assert (state.mesh, state.error) == ('on', '')
        assert state.findings_error == sum(
            finding['severity'] == 'error' for finding in json.loads(state.findings.body)
        )
        assert state.findings_error > 0
        for router in CalicoRouterState.objects.all():
            assert not router.reachable
            assert 'the environment variable NOT_SET_ANYWHERE is not set' in router.error
        assert CalicoRouterState.objects.count() == 2
        assert [item.to_dict() for item in client.list(V1['BGPConfiguration'])] == before

    def test_a_sync_writes_a_proposal_and_what_is_picked_of_it_becomes_objects(self):
        site = inventory.site()
        cluster = CalicoCluster.objects.create(name='prod', handle='prod', asn=inventory.asn(64512), connection='prod')
        host = inventory.device('n1', 'server', site)
        client = self.admin()
        for name in ('n1', 'n2'):
            client.create(Node(metadata=ObjectMeta(name=name)))
        for name, cidr in (('pool-a', '10.244.0.0/16'), ('pool-b', '10.245.0.0/16')):
            client.create(V1['IPPool'](metadata={'name': name}, spec={'cidr': cidr}))
        user = person(
            'ann',
            calicocluster=('view', 'sync'),
            device=('view',),
            caliconode=('add',),
            calicopool=('add',),
        )
        before = (Device.objects.count(), Prefix.objects.count(), ObjectChange.objects.count())

        job = self.run_job(SyncJob, cluster, user=user)
        assert job.status == JobStatusChoices.STATUS_COMPLETED, job.error
        proposal = json.loads(CalicoClusterState.objects.get().proposal.body)
        hosts = {entry['name']: entry['host'] and entry['host']['name'] for entry in proposal['nodes']}
        assert hosts == {'n1': 'n1', 'n2': None}
        assert (Device.objects.count(), Prefix.objects.count(), ObjectChange.objects.count()) == before
        assert not CalicoNode.objects.exists()
        assert not CalicoPool.objects.exists()

        self.client.force_login(user)
        url = f'{cluster.get_absolute_url()}found/'
        picked = {'nodes': ['n1'], 'pools': ['pool-a']}
        response = self.client.post(url, picked, follow=True)
        self.assertContains(response, 'NetBox has no prefix 10.244.0.0/16 in the global table: create it')
        assert not CalicoNode.objects.exists()

        Prefix.objects.create(prefix='10.244.0.0/16')
        self.client.post(url, picked, follow=True)
        assert [(node.name, node.device) for node in CalicoNode.objects.all()] == [('n1', host)]
        assert [pool.name for pool in CalicoPool.objects.all()] == ['pool-a']
        logged = ObjectChange.objects.filter(user=user).values_list('changed_object_type__model', 'action')
        assert sorted(logged) == [('caliconode', 'create'), ('calicopool', 'create')]

        user.object_permissions.get(name='ann caliconode').delete()
        response = self.client.post(url, {'nodes': ['n2']}, follow=True)
        self.assertContains(response, 'the permission «netbox_calico.add_caliconode» is needed')
        assert CalicoNode.objects.count() == 1


class ADeploymentThatMayNotBegin(_WithAnApi):
    def setUp(self):
        super().setUp()
        self.dc = inventory.data_centre(racks=1)
        self.plan = plans.stored(self.dc, status=PlanStatusChoices.RUNNING)
        self.row = plans.run_of(self.plan)

    def assert_refused(self, words, plan=PlanStatusChoices.APPROVED, run=RunStatusChoices.FAILED):
        job = DeployJob.enqueue(instance=self.row, run_id=self.row.pk, immediate=True)
        job.refresh_from_db()
        self.row.refresh_from_db()
        assert job.status == JobStatusChoices.STATUS_FAILED
        assert words in job.error
        assert (self.row.status, self.row.error) == (run, job.error)
        assert CalicoPlan.objects.get(pk=self.plan.pk).status == plan
        held = CalicoLease.objects.filter(until__gt=timezone.now())
        assert not held.filter(holder__startswith=f'run {self.row.pk} ').exists()
        assert not self.row.outcomes.exists()

    def test_a_plan_that_netbox_has_outrun_is_stale(self):
        self.dc.cluster.asn = inventory.asn(64999)
        self.dc.cluster.save()
        self.assert_refused('NetBox has changed since the plan was made: make a new plan', PlanStatusChoices.STALE)

    def test_a_plan_that_the_cluster_has_outrun_is_stale(self):
        self.assert_refused('The cluster or its routers have changed since', PlanStatusChoices.STALE)

    def test_a_plan_whose_router_is_gone_is_stale(self):
        self.dc.routers[0].delete()
        self.assert_refused('1 routers of the plan are not in NetBox any more', PlanStatusChoices.STALE)

    def test_a_plan_whose_rows_were_changed_is_refused(self):
        item = self.plan.items.filter(target__startswith='router:').first()
        CalicoBlob.objects.filter(pk=item.artefact_id).update(body='router bgp 1\n')
        self.assert_refused('is not what was approved: its rows were changed in the database', PlanStatusChoices.STALE)

    def test_an_api_that_is_away_costs_no_approval(self):
        self.kubeconfig.unlink()
        self.assert_refused('cannot be read')

    def test_a_router_that_another_run_works_on_is_named(self):
        router = self.dc.routers[0]
        CalicoLease.objects.create(resource=f'router:{router.pk}', holder='run 9', until='2999-01-01T00:00Z')
        self.assert_refused(f'Router {router.device.name} is in the hands of run 9: wait until it has ended')

    def test_what_has_begun_stays_interrupted_and_keeps_its_plan(self):
        self.row.steps.create(step=1, status='complete')
        self.kubeconfig.unlink()
        self.assert_refused('cannot be read', PlanStatusChoices.RUNNING, RunStatusChoices.INTERRUPTED)
        assert CalicoRun.objects.get().is_active


class ADeploymentThatHasToLeave(_WithAnApi):
    """It has done its first step, so nothing of its plan is looked at again before the next."""

    def setUp(self):
        super().setUp()
        dc = inventory.data_centre(racks=1)
        self.plan = plans.stored(dc, status=PlanStatusChoices.RUNNING)
        self.row = plans.run_of(self.plan)
        self.row.steps.create(step=self.plan.steps[0]['number'], status='complete')
        self.queue = django_rq.get_queue(QUEUE)
        self.addCleanup(self.queue.empty)

    def deploy(self):
        job = DeployJob.enqueue(instance=self.row, run_id=self.row.pk, immediate=True)
        job.refresh_from_db()
        return job

    def assert_waits_for_the_next_worker(self, why):
        self.row.refresh_from_db()
        assert (self.row.status, self.row.ended) == (RunStatusChoices.PENDING, None)
        assert why in self.row.error
        assert 'The next worker goes on.' in self.row.error
        assert self.queue.job_ids == [str(self.row.job.job_id)]
        assert CalicoPlan.objects.get().status == PlanStatusChoices.RUNNING
        assert not CalicoLease.objects.filter(until__gt=timezone.now()).exists()
        assert not self.row.outcomes.exists()

    def test_because_its_lease_ran_out_touches_nothing_and_goes_on_with_the_next_worker(self):
        for attempt, wanted in enumerate((WishChoices.RUN, WishChoices.PAUSE), 1):
            words = f'run {self.row.pk} attempt {attempt} could not extend its leases for 0 s: it must not touch'
            with self.subTest(wanted), mock.patch.object(lease, 'SECONDS', 0):
                self.queue.empty()
                CalicoRun.objects.update(wanted=wanted)
                job = self.deploy()
                assert job.status == JobStatusChoices.STATUS_FAILED
                assert words in job.error
                self.assert_waits_for_the_next_worker(words)

    def test_because_of_sigterm_goes_on_with_the_next_worker_and_forgets_no_wish(self):
        CalicoRun.objects.update(wanted=WishChoices.PAUSE)

        def terminate_when_it_is_at_work():
            deadline = time.monotonic() + 60
            while not CalicoLease.objects.filter(until__gt=timezone.now()).exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            connection.close()
            os.kill(os.getpid(), signal.SIGTERM)

        before = signal.getsignal(signal.SIGTERM)
        killer = threading.Thread(target=terminate_when_it_is_at_work)
        killer.start()
        job = self.deploy()
        killer.join()
        assert job.status == JobStatusChoices.STATUS_COMPLETED
        self.assert_waits_for_the_next_worker('Asked to stop between two steps.')
        assert self.row.wanted == WishChoices.PAUSE
        assert signal.getsignal(signal.SIGTERM) == before
