"""Sync and check against a real Kubernetes API: what they write down, and what they say when they fail."""

from __future__ import annotations

import json

from core.choices import JobStatusChoices
from core.models import ObjectChange
from dcim.models import Device
from ipam.models import Prefix
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node

from netbox_calico.jobs.check import CheckJob
from netbox_calico.jobs.plan import PlanJob
from netbox_calico.jobs.sync import SyncJob
from netbox_calico.models import (
    CalicoCluster,
    CalicoClusterState,
    CalicoNode,
    CalicoPlan,
    CalicoPool,
    CalicoRouterState,
)
from tests.netbox import inventory
from tests.netbox.jobs.an_api import V1, WithAnApi
from tests.netbox.jobs.people import person
from tests.services import services


class AFailedLook(WithAnApi):
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


class ALook(WithAnApi):
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


class AKubernetesClusterIsOneCluster(WithAnApi):
    def test_also_where_two_names_lead_to_it(self):
        first, second = inventory.clusters(2)
        for cluster, connection in ((first, 'prod'), (second, 'also-prod')):
            cluster.connection = connection
            cluster.save()
        assert self.run_job(SyncJob, first).status == JobStatusChoices.STATUS_COMPLETED
        for job, kwargs in ((SyncJob, {}), (CheckJob, {}), (PlanJob, {'kind': 'deploy'})):
            refused = self.run_job(job, second, **kwargs)
            assert refused.status == JobStatusChoices.STATUS_FAILED
            assert refused.error == (
                'The connection «also-prod» of Cluster 2 leads to the Kubernetes cluster that is Cluster 1 here '
                'already: use Cluster 1, or choose a connection to another Kubernetes cluster.'
            )
        assert not CalicoPlan.objects.exists()
        assert CalicoClusterState.objects.get(cluster=second).proposal is None
        # Not even when the first has left its connection, for its guards stand as long as it does.
        CalicoCluster.objects.filter(pk=first.pk).update(connection='')
        assert self.run_job(CheckJob, second).status == JobStatusChoices.STATUS_FAILED
        first.delete()
        assert self.run_job(CheckJob, second).status == JobStatusChoices.STATUS_COMPLETED
