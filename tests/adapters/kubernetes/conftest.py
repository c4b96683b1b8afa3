"""A cluster on the real API, and an administrator beside us who changes things behind our back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lightkube import Client, KubeConfig
from lightkube.resources.core_v1 import Node, Secret

from lab.services.kubernetes import KubernetesApi
from netbox_calico.adapters.kubernetes import KubernetesCluster, open_cluster
from netbox_calico.adapters.kubernetes.resources import calico

V1 = calico('crd.projectcalico.org')


@pytest.fixture
def admin(kubernetes_api: KubernetesApi) -> Iterator[Client]:
    """Somebody else with all rights; what there is after a test is removed."""
    client = Client(KubeConfig.from_file(kubernetes_api.kubeconfig()), field_manager='admin')
    yield client
    for resource in (Node, *V1.values()):
        client.deletecollection(resource)
    for secret in client.list(Secret, namespace='kube-system'):
        client.delete(Secret, secret.metadata.name, namespace='kube-system')


@pytest.fixture
def cluster(kubernetes_api: KubernetesApi, admin: Client) -> Iterator[KubernetesCluster]:
    """We, as cluster c1."""
    with open_cluster(kubernetes_api.kubeconfig().read_text(), 'c1', patience=5, wait=2) as opened:
        yield opened


def make(admin: Client, kind: str, name: str, spec: dict[str, Any], **metadata: Any) -> Any:
    """Create an object of Calico's."""
    return admin.create(V1[kind](metadata={'name': name, **metadata}, spec=spec))
