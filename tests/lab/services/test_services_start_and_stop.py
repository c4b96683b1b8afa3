"""Each service serves after `start`, keeps what it should over a restart, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from lightkube import ApiError, Client, KubeConfig
from lightkube.generic_resource import create_global_resource
from lightkube.models.meta_v1 import ObjectMeta

from lab.errors import LabError
from lab.services.daemon import Daemon, stop_all
from lab.services.kubernetes import CALICO_V3, KubernetesApi
from lab.services.ports import free_port
from lab.services.postgres import Postgres
from lab.services.redis import Redis

BGPPeer = create_global_resource('crd.projectcalico.org', 'v1', 'BGPPeer', 'bgppeers')
BGPPeerV3 = create_global_resource('projectcalico.org', 'v3', 'BGPPeer', 'bgppeers')


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(('127.0.0.1', port)) == 0


def test_postgres_keeps_its_databases_over_a_restart(tmp_path: Path) -> None:
    server = Postgres(tmp_path)
    server.start()
    server.create_database('kept')
    server.stop()
    assert not listens(server.port)
    server.start()
    assert server.has_database('kept')
    assert not server.has_database('other')
    server.stop()


def test_postgres_refuses_whoever_has_no_password(tmp_path: Path) -> None:
    server = Postgres(tmp_path)
    server.start()
    try:
        with pytest.raises(psycopg.OperationalError, match='password'):
            psycopg.connect(host=server.host, port=server.port, user='netbox', dbname='postgres', password='guess')
    finally:
        server.stop()


def test_redis_serves_with_its_password_only(tmp_path: Path) -> None:
    server = Redis(tmp_path)
    server.start()
    with socket.create_connection((server.host, server.port)) as connection:
        connection.sendall(b'PING\r\n')
        assert b'NOAUTH' in connection.recv(100)
    server.stop()
    assert not listens(server.port)


def test_a_later_process_stops_what_an_earlier_one_started(tmp_path: Path) -> None:
    program = (
        'from pathlib import Path; from lab.services.redis import Redis; '
        f'server = Redis(Path({str(tmp_path)!r})); server.start(); print(server.port)'
    )
    port = int(subprocess.run([sys.executable, '-c', program], check=True, capture_output=True, text=True).stdout)
    assert listens(port)
    assert stop_all(tmp_path) == ['redis']
    assert not listens(port)
    assert stop_all(tmp_path) == []


def test_postgres_and_redis_serve_from_a_folder_with_a_space_in_its_name(tmp_path: Path) -> None:
    postgres, redis = Postgres(tmp_path / 'a b' / 'postgres'), Redis(tmp_path / 'a b' / 'redis')
    postgres.start()
    redis.start()
    assert listens(postgres.port)
    assert listens(redis.port)
    assert sorted(stop_all(tmp_path)) == ['postgres', 'redis']


def test_what_others_removed_meanwhile_is_stepped_over(tmp_path: Path) -> None:
    daemon = Daemon('sleeper', tmp_path)
    daemon.start(['sleep', '1000'])
    # Seen in its folder, and gone when looked at.
    (tmp_path / 'gone.pid').symlink_to(tmp_path / 'nowhere')
    assert stop_all(tmp_path) == ['sleeper']
    assert stop_all(tmp_path / 'nowhere') == []


def test_a_paused_program_is_stopped_too(tmp_path: Path) -> None:
    daemon = Daemon('sleeper', tmp_path)
    daemon.start(['sleep', '1000'])
    pid = daemon.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    daemon.stop()
    assert daemon.pid is None
    assert not Path(f'/proc/{pid}').exists()


def test_a_process_id_that_now_means_another_process_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / 'stranger.pid').write_text(f'{os.getpid()} 1 15\n')
    assert stop_all(tmp_path) == []


def test_a_program_that_ends_early_is_reported_with_its_log(tmp_path: Path) -> None:
    daemon = Daemon('broken', tmp_path)
    daemon.start(['sh', '-c', 'echo the disk is on fire; exit 3'])
    with pytest.raises(LabError, match='the disk is on fire'):
        daemon.wait_until(lambda: False, timeout=10)


def test_a_taken_port_is_stepped_around() -> None:
    with socket.socket() as holder:
        holder.bind(('127.0.0.1', free_port()))
        holder.listen()
        taken = holder.getsockname()[1]
        assert free_port(first=taken) > taken


@pytest.fixture(scope='module')
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubernetesApi]:
    api = KubernetesApi(tmp_path_factory.mktemp('cluster'), users={'viewer': ()})
    api.start()
    yield api
    api.stop()


def test_the_kubernetes_api_checks_calico_resources(cluster: KubernetesApi) -> None:
    client = Client(KubeConfig.from_file(cluster.kubeconfig()), field_manager='test')
    client.apply(BGPPeer(metadata=ObjectMeta(name='tor'), spec={'peerIP': '192.0.2.1', 'asNumber': 64512}))
    assert [peer.metadata.name for peer in client.list(BGPPeer)] == ['tor']
    with pytest.raises(ApiError) as refused:
        client.create(BGPPeer(metadata=ObjectMeta(name='wrong'), spec={'peerIP': 7}))
    assert refused.value.status.code == 422
    client.delete(BGPPeer, 'tor')


def test_a_user_without_a_role_may_nothing(cluster: KubernetesApi) -> None:
    client = Client(KubeConfig.from_file(cluster.kubeconfig('viewer')))
    with pytest.raises(ApiError) as refused:
        list(client.list(BGPPeer))
    assert refused.value.status.code == 403
    with pytest.raises(LabError, match='viewer'):
        cluster.token('nobody')


def test_the_kubernetes_api_is_verified_by_its_authority(cluster: KubernetesApi) -> None:
    with pytest.raises(urllib.error.URLError, match='CERTIFICATE_VERIFY_FAILED'):
        urllib.request.urlopen(f'{cluster.server}/version')


def test_a_restarted_kubernetes_api_is_the_same_cluster(tmp_path: Path) -> None:
    api = KubernetesApi(tmp_path, calico=CALICO_V3, addresses=['127.0.0.1', '127.0.0.9'])
    api.start()
    kubeconfig = api.kubeconfig(address='127.0.0.9')
    client = Client(KubeConfig.from_file(kubeconfig), field_manager='test')
    client.apply(BGPPeerV3(metadata=ObjectMeta(name='tor'), spec={'peerIP': '192.0.2.1', 'asNumber': 64512}))
    api.stop()
    assert api.pids == ()
    assert not listens(api.port)
    api.start()
    assert [peer.metadata.name for peer in client.list(BGPPeerV3)] == ['tor']
    api.stop()
