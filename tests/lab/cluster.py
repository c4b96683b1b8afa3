"""Objects of a small cluster as the Kubernetes API serves them, for tests that need no API."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from lab.agent.startup import affinity
from lab.agent.views import ClusterViews
from lab.seed import cluster_objects
from lab.topology import Topology

type Manifest = dict[str, Any]

GROUP = 'crd.projectcalico.org/v1'
KINDS = (
    'BGPConfiguration',
    'BGPFilter',
    'BGPPeer',
    'BlockAffinity',
    'CalicoNodeStatus',
    'EndpointSlice',
    'IPPool',
    'Node',
    'Secret',
    'Service',
)


def objects_of(topology: Topology, *more: Manifest) -> dict[str, list[Manifest]]:
    """What the API holds for a lab on its first day, and `more`, by kind; of two with a name the later one counts."""
    everything = [manifest for _, manifest in cluster_objects(topology, GROUP)]
    for node in topology.nodes:
        annotations = {f'projectcalico.org/IPv{address.version}Address': str(address) for address in node.addresses}
        everything.append(
            {
                'apiVersion': 'v1',
                'kind': 'Node',
                'metadata': {'name': node.name, 'labels': {'rack': f'r{node.rack}'}, 'annotations': annotations},
            }
        )
        everything += [affinity(GROUP, node.name, block) for block in node.blocks]
    found: dict[str, dict[str, Manifest]] = {kind: {} for kind in KINDS}
    for manifest in (*everything, *more):
        if manifest['kind'] in found:
            manifest['metadata'].setdefault('namespace', 'default')
            found[manifest['kind']][manifest['metadata']['name']] = manifest
    return {kind: list(manifests.values()) for kind, manifests in found.items()}


def views_of(topology: Topology, *more: Manifest) -> ClusterViews:
    """What the agent makes of it."""
    return ClusterViews(objects_of(topology, *more))


def calico(kind: str, name: str, **spec: object) -> Manifest:
    """One of Calico's resources."""
    return {'apiVersion': GROUP, 'kind': kind, 'metadata': {'name': name}, 'spec': spec}


def secret(name: str, values: Mapping[str, str], namespace: str = 'calico-system') -> Manifest:
    """A Secret."""
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {
        'apiVersion': 'v1',
        'kind': 'Secret',
        'metadata': {'name': name, 'namespace': namespace},
        'data': data,
    }


def names(manifests: Sequence[Manifest]) -> list[str]:
    """The names of objects."""
    return [manifest['metadata']['name'] for manifest in manifests]
