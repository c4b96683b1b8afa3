"""The Kubernetes API of a cluster that runs Calico, through lightkube: implements ``planning.ports.ClusterPort``."""

from .cluster import KubernetesCluster, open_cluster

__all__ = ['KubernetesCluster', 'open_cluster']
