"""A data centre and the NetBox that describes and drives it: what the demo shows and the journeys travel through.

NetBox's worker logs in to the cluster with the rights of the manifest that users are given, and to the switches with a
key and known host keys, as it would in a data centre.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import yaml

from lab import datacentre
from lab.api import Api
from lab.datacentre import Lab
from lab.inventory import inventory
from lab.netbox.introduce import CLUSTER_CREDENTIAL, SWITCH_CREDENTIAL
from lab.services.netbox import NetBox
from lab.services.postgres import Postgres
from lab.services.redis import Redis
from lab.topology import Shape

SERVICE_ACCOUNT = 'system:serviceaccount:netbox-calico:netbox-calico'
_LAB, _ACCESS = 'lab', 'credentials'
RBAC = Path(__file__).parents[1] / 'docs' / 'rbac.yaml'


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything, running."""

    lab: Lab
    netbox: NetBox

    def stop(self) -> None:
        """End NetBox and the lab; PostgreSQL and Redis are whose who started them."""
        self.netbox.stop()
        self.lab.down()


def start(
    folder: Path,
    postgres: Postgres,
    redis: Redis,
    *,
    shape: Shape | None = None,
    name: str = 'lab',
    database: str = 'netbox',
    redis_database: int = 0,
    first_port: int | None = None,
    settle_time: int = 2,
    rack_pause: int = 0,
    tell: Callable[[str], None] = lambda text: None,
) -> Estate:
    """Start lab and NetBox in `folder` and introduce them to each other; `tell` is given the progress.

    Raises LabError, and leaves no lab behind then.
    """
    netbox = _netbox(folder, postgres, redis, database, redis_database)
    # Most of the time goes into starting NetBox's processes, so each starts beside something else.
    with ThreadPoolExecutor(1) as beside:
        preparing = beside.submit(netbox.prepare)
        lab = datacentre.up(shape, name=name, folder=folder / _LAB, users={SERVICE_ACCOUNT: ()})
        try:
            tell(f'{len(lab.topology.routers)} switches, {len(lab.topology.nodes)} nodes in mesh, Kubernetes')
            _write_credentials(lab, folder / _ACCESS)
            preparing.result()
            tell('NetBox has its database')
            starting = beside.submit(netbox.start, first_port=first_port)
            request = {'inventory': inventory(lab.topology), 'settle_time': settle_time, 'rack_pause': rack_pause}
            netbox.run('-m', 'lab.netbox.introduce', text=json.dumps(request))
            tell('NetBox knows racks, devices, cables, addresses, switches and the cluster')
            starting.result()
            tell('NetBox answers')
        except BaseException:
            lab.down()
            raise
    return Estate(lab, netbox)


def resume(
    folder: Path,
    postgres: Postgres,
    redis: Redis,
    *,
    first_port: int | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> Estate:
    """Start again what `start` once made in `folder` and what stopped since, as it was.

    Raises LabError, and leaves no lab behind then.
    """
    netbox = _netbox(folder, postgres, redis)

    def serve() -> None:
        netbox.prepare()
        netbox.start(first_port=first_port)

    with ThreadPoolExecutor(1) as beside:
        serving = beside.submit(serve)
        lab = datacentre.resume(folder / _LAB)
        try:
            tell(f'{len(lab.topology.routers)} switches, {len(lab.topology.nodes)} nodes, Kubernetes, as they were')
            _write_credentials(lab, folder / _ACCESS)
            serving.result()
            tell('NetBox answers')
        except BaseException:
            lab.down()
            raise
    return Estate(lab, netbox)


def _netbox(
    folder: Path, postgres: Postgres, redis: Redis, database: str = 'netbox', redis_database: int = 0
) -> NetBox:
    settings = {'credentials': _references(folder / _ACCESS), 'automation_user': 'admin'}
    return NetBox(
        folder / 'netbox',
        postgres,
        redis,
        database=database,
        redis_database=redis_database,
        plugins_config={'netbox_calico': settings},
    )


def _references(folder: Path) -> dict[str, str]:
    """What `PLUGINS_CONFIG` calls the files that `_write_credentials` writes."""
    return {CLUSTER_CREDENTIAL: f'file:{folder / "kubeconfig"}', SWITCH_CREDENTIAL: f'file:{folder / "switches.json"}'}


def _write_credentials(lab: Lab, folder: Path) -> None:
    """Give the worker its rights in the cluster, and write what it logs in with on both sides."""
    api = Api(lab.kubeconfig)
    for manifest in yaml.safe_load_all(RBAC.read_text(encoding='utf-8')):
        api.apply(_path(manifest), manifest)
    api.close()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / 'kubeconfig').write_bytes(lab.kubeconfig_of(SERVICE_ACCOUNT).read_bytes())
    routers = lab.routers.values()
    known_hosts = folder / 'known_hosts'
    known_hosts.write_text(''.join(f'{router.management_address} {router.host_key.strip()}\n' for router in routers))
    some = next(iter(routers))
    login = {'username': some.username, 'key_file': str(some.key_file), 'known_hosts_file': str(known_hosts)}
    (folder / 'switches.json').write_text(json.dumps(login))


_PLURALS = {
    'Namespace': '/api/v1/namespaces',
    'ServiceAccount': '/api/v1/namespaces/{namespace}/serviceaccounts',
    'ClusterRole': '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    'ClusterRoleBinding': '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    'Role': '/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/roles',
    'RoleBinding': '/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/rolebindings',
}


def _path(manifest: dict[str, dict[str, str]]) -> str:
    metadata = manifest['metadata']
    return f'{_PLURALS[str(manifest["kind"])].format(**metadata)}/{metadata["name"]}'
