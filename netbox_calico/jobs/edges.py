"""Opens the adapters for one cluster: its Kubernetes API and the routers of its snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from netbox.plugins import get_plugin_config

from netbox_calico.planning.errors import CredentialError, Refused
from netbox_calico.planning.known_passwords import known_passwords
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.ports import ClusterPort, FleetPort
from netbox_calico.render import RENDERERS

try:
    from netbox_calico.adapters.credentials import Credentials
    from netbox_calico.adapters.kubernetes import KubernetesCluster
    from netbox_calico.adapters.kubernetes import open_cluster as open_kubernetes
    from netbox_calico.adapters.switches import RouterTarget, SwitchFleet
except ModuleNotFoundError as exc:
    raise Refused(
        f"This worker lacks the Python module {exc.name}: install 'netbox-calico[worker]' there and restart it."
    ) from exc


@dataclass(frozen=True, slots=True)
class Edges:
    """Both sides of one cluster, open."""

    cluster: ClusterPort
    fleet: FleetPort

    def observe(self, snapshot: Snapshot) -> Observation:
        """Look at both sides now."""
        return Observation(
            cluster=self.cluster.observe(),
            routers=self.fleet.observe(router.id for router in snapshot.routers if router.profile),
        )


def open_cluster(connection: str, handle: str, password_secret: str = '') -> KubernetesCluster:
    """The Kubernetes API that a cluster's connection names; to be closed, or used as a context."""
    if not connection:
        raise CredentialError('The cluster has no connection: choose one of the kubeconfigs in PLUGINS_CONFIG.')
    secrets = (password_secret,) if password_secret else ()
    return open_kubernetes(_credentials().resolve(connection).content, handle, secrets=secrets)


def _credentials() -> Credentials:
    return Credentials(get_plugin_config('netbox_calico', 'credentials'))


@contextmanager
def open_edges(connection: str, snapshot: Snapshot) -> Iterator[Edges]:
    """Open both sides; a router is connected to when it is first needed, all are left at the end of the block."""
    credentials = _credentials()
    with (
        open_cluster(connection, snapshot.cluster.handle, snapshot.cluster.password_secret) as cluster,
        SwitchFleet(
            router_targets(snapshot),
            snapshot.cluster.handle,
            login=credentials.login,
            secret=cluster.secret_value,
            sections=RENDERERS,
        ) as fleet,
    ):
        yield Edges(cluster, fleet)


def router_targets(snapshot: Snapshot) -> list[RouterTarget]:
    """What is needed to talk to the routers of a snapshot; one without a profile cannot be talked to."""
    passwords = known_passwords(snapshot)
    return [
        RouterTarget(
            id=router.id,
            name=router.name,
            management=router.management,
            driver=router.profile.driver,
            template_set=router.profile.template_set,
            credential=router.profile.credential,
            port=router.profile.port,
            confirm_seconds=router.profile.confirm_seconds,
            verify_host=router.profile.verify_host,
            workers=router.profile.workers,
            secrets=passwords[router.id],
        )
        for router in snapshot.routers
        if router.profile
    ]
