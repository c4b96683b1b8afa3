"""A base for tests of jobs: a real Kubernetes API, and the plugin's settings that lead to it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from django.test import TransactionTestCase
from lightkube import Client, KubeConfig
from lightkube.resources.core_v1 import Node

from netbox_calico.adapters.kubernetes.resources import calico
from tests.netbox.jobs.people import plugin_settings
from tests.services import services

V1 = calico('crd.projectcalico.org')


class WithAnApi(TransactionTestCase):
    """A snapshot is a transaction of its own, so these tests commit."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kubeconfig = Path(folder.name) / 'kubeconfig'
        self.document = json.loads(services.kubernetes.kubeconfig().read_text())
        self.write()
        settings = plugin_settings(
            credentials={
                'prod': f'file:{self.kubeconfig}',
                'also-prod': f'file:{self.kubeconfig}',
                'switches': 'env:NOT_SET_ANYWHERE',
            },
            sync_timeout=60,
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
