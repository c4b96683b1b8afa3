"""The API goes away in the middle: waited for as long as patience lasts, then told; nothing is half done."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from lab.services.kubernetes import KubernetesApi
from netbox_calico.adapters.kubernetes import open_cluster
from netbox_calico.planning import artefact
from netbox_calico.planning.errors import ConnectionLost
from netbox_calico.planning.model.plan import Item, Operation, Result
from netbox_calico.planning.naming import OWNER_LABEL


@pytest.fixture(scope='module')
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubernetesApi]:
    """An API that tests may stop."""
    api = KubernetesApi(tmp_path_factory.mktemp('fragile'))
    api.start()
    yield api
    api.stop()


def peer() -> Item:
    head = artefact.reference('crd.projectcalico.org/v1', 'BGPPeer', 'p1')
    head['metadata']['labels'] = {OWNER_LABEL: 'c1'}
    document = artefact.apply({**head, 'spec': {'peerIP': '10.1.1.1', 'asNumber': 65001}})
    return Item('kubernetes:BGPPeer/p1', 'BGPPeer p1', Operation.CREATE, document)


def test_an_api_that_comes_back_in_time_is_not_noticed(fragile: KubernetesApi) -> None:
    with open_cluster(fragile.kubeconfig().read_text(), 'c1', patience=30) as cluster:
        cluster.observe()
        fragile.stop()
        back = threading.Timer(1, fragile.start)
        back.start()
        try:
            assert cluster.apply(peer()).result is Result.CREATED
        finally:
            back.join()


def test_an_api_that_stays_away_is_a_lost_connection(fragile: KubernetesApi) -> None:
    with open_cluster(fragile.kubeconfig().read_text(), 'c1', patience=1) as cluster:
        cluster.observe()
        fragile.stop()
        try:
            with pytest.raises(ConnectionLost, match='did not show BGPPeer p1'):
                cluster.apply(peer())
            with pytest.raises(ConnectionLost, match='did not list ClusterInformation'):
                cluster.observe()
        finally:
            fragile.start()


def test_an_api_that_hangs_is_a_lost_connection(fragile: KubernetesApi) -> None:
    with open_cluster(fragile.kubeconfig().read_text(), 'c1', patience=0.5, timeout=0.5) as cluster:
        cluster.observe()
        os.kill(fragile.pids[0], signal.SIGSTOP)
        try:
            with pytest.raises(ConnectionLost):
                cluster.observe()
        finally:
            os.kill(fragile.pids[0], signal.SIGCONT)


def test_a_server_that_never_was_there(fragile: KubernetesApi) -> None:
    text = fragile.kubeconfig().read_text().replace(f':{fragile.port}', ':1')
    with open_cluster(text, 'c1', patience=0.5) as cluster, pytest.raises(ConnectionLost, match='Check that it runs'):
        cluster.observe()


def test_a_server_that_has_no_name(fragile: KubernetesApi) -> None:
    text = fragile.kubeconfig().read_text().replace('127.0.0.1', 'nowhere.invalid')
    with open_cluster(text, 'c1', patience=0.5) as cluster, pytest.raises(ConnectionLost):
        cluster.observe()
