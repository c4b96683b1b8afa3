"""Reads a cluster and offers what it found; NetBox's inventory is not touched."""

from __future__ import annotations

from typing import Any

from netbox.plugins import get_plugin_config

from netbox_calico.compat import Job
from netbox_calico.models import CalicoCluster
from netbox_calico.planning.counted import counted
from netbox_calico.planning.errors import Refused

from .calico_job import CalicoJob


class SyncJob(CalicoJob):
    """One look at one cluster."""

    class Meta:
        name = 'Calico sync'

    @classmethod
    def time_limit(cls) -> int:
        return get_plugin_config('netbox_calico', 'sync_timeout')

    @classmethod
    def request(cls, cluster: CalicoCluster, user: Any) -> Job:
        """Ask for a look at the cluster; Refused when the user may not."""
        if not user.has_perm('netbox_calico.sync_calicocluster', cluster):
            raise Refused(f'{user} may not sync {cluster}: the permission «sync» on Calico clusters is needed.')
        return cls.enqueue(instance=cluster, user=user, cluster_id=cluster.pk)

    def work(self, cluster_id: int, **_: Any) -> None:
        from netbox_calico.proposal import propose
        from netbox_calico.state import claim, record_cluster, record_proposal

        from .edges import open_cluster

        cluster = CalicoCluster.objects.get(pk=cluster_id)
        with open_cluster(cluster.connection, cluster.handle, cluster.password_secret) as api:
            observed = api.observe()
        claim(cluster, observed)
        proposal = propose(cluster, observed, self.job.user)
        record_cluster(cluster, observed)
        record_proposal(cluster, proposal)
        nodes = proposal['nodes']
        unmatched = [entry['name'] for entry in nodes if not entry['host'] and not entry['known']]
        self.milestone(
            f'{counted(len(nodes), "node")}, {sum(not entry["known"] for entry in nodes)} of them new to NetBox, '
            f'{len(unmatched)} without a host that fits; {counted(len(proposal["pools"]), "pool")}.'
        )
