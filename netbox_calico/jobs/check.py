"""Compares both sides of a cluster with NetBox, on the cluster's own interval, and records drift."""

from __future__ import annotations

from typing import Any

from netbox.plugins import get_plugin_config

from netbox_calico.compat import Job
from netbox_calico.models import CalicoCluster
from netbox_calico.planning.collecting import nothing_collected
from netbox_calico.planning.counted import counted
from netbox_calico.planning.errors import CalicoError, Refused

from .calico_job import CalicoJob


class CheckJob(CalicoJob):
    """One comparison of one cluster. Changes nothing on either side."""

    class Meta:
        name = 'Calico comparison'

    @classmethod
    def time_limit(cls) -> int:
        return get_plugin_config('netbox_calico', 'sync_timeout')

    @classmethod
    def request(cls, cluster: CalicoCluster, user: Any) -> Job:
        """Compare now; Refused when the user may not."""
        if not user.has_perm('netbox_calico.sync_calicocluster', cluster):
            raise Refused(f'{user} may not compare {cluster}: the permission «sync» on Calico clusters is needed.')
        return cls.enqueue(instance=cluster, user=user, cluster_id=cluster.pk)

    def work(self, cluster_id: int, **_: Any) -> None:
        from netbox_calico.state import record_error

        cluster = CalicoCluster.objects.get(pk=cluster_id)
        try:
            with nothing_collected():
                told = self._compare(cluster)
            self.milestone(told)
        except CalicoError as exc:
            record_error(cluster, str(exc))
            raise

    def _compare(self, cluster: CalicoCluster) -> str:
        from netbox_calico.peerings import derive_peerings_of_nodes, record_states
        from netbox_calico.snapshot import take_snapshot
        from netbox_calico.state import claim, record_both_sides, record_comparison, record_sessions

        from .edges import open_edges
        from .pipe import between_nodes, compare

        snapshot = take_snapshot(cluster)
        with open_edges(cluster.connection, snapshot) as edges:
            observation = edges.observe(snapshot)
        claim(cluster, observation.cluster)
        observed, differences, findings = compare(snapshot, observation)
        record_both_sides(cluster, observation)
        # A node that joined peers with reflectors by itself.
        derive_peerings_of_nodes(cluster, between_nodes(snapshot, observation), 'comparison')
        up, expected = record_states(cluster, observation.routers, ())
        record_sessions(cluster, up, expected)
        record_comparison(cluster, observed, differences, findings)
        seen = f'{up} of {counted(expected, "session")} Established' if expected else 'no sessions with routers yet'
        return f'{counted(len(differences), "target differs", "targets differ")} from NetBox; {seen}.'
