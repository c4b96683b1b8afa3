"""Typha, which stands between the nodes' agents and the Kubernetes API: how many replicas a cluster needs at least."""

from __future__ import annotations

from .scale import Scale

NONE_BELOW = 50
NODES_A_REPLICA = 200
AT_LEAST = 3


def typha_replicas(scale: Scale) -> int:
    """One for every 200 nodes, at least three; none in a small cluster, nor with etcd, which the agents watch."""
    if scale.datastore == 'etcd' or scale.nodes < NONE_BELOW:
        return 0
    return max(AT_LEAST, -(-scale.nodes // NODES_A_REPLICA))
