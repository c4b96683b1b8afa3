"""Puts a cluster that is known as values into a real Kubernetes API, with Nodes as heavy as a kubelet makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lightkube import Client, KubeConfig
from lightkube.core.exceptions import ApiError
from lightkube.resources.core_v1 import Node
from lightkube.types import PatchType

from netbox_calico.adapters.kubernetes.kubeconfig import FIELD_MANAGER
from netbox_calico.adapters.kubernetes.resources import calico
from netbox_calico.planning.model.observation import Affinity, ClusterObservation, KubernetesNode, Resource

_AT_ONCE = 8
_IMAGES = 50
"""A kubelet tells of so many, by two names each."""
_CLASSES = calico('crd.projectcalico.org')


def populate(kubeconfig: Path, observed: ClusterObservation) -> None:
    """Make everything that was observed."""
    config = KubeConfig.from_file(kubeconfig)
    admin = Client(config, field_manager='admin')
    ours = Client(config, field_manager=FIELD_MANAGER)
    about = {'calicoVersion': observed.calico_version, 'datastoreReady': True, 'clusterType': 'k8s,bgp'}
    admin.create(_object('ClusterInformation', 'default', about))
    _all(lambda node: _node(admin, ours, node), observed.nodes)
    _all(lambda affinity: admin.create(_affinity(affinity)), observed.affinities)
    _all(lambda found: ours.create(_resource(found)), observed.resources)


def _all(make: Callable[[Any], object], wanted: Iterable[Any]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(make, wanted))


def _object(kind: str, name: str, spec: Mapping[str, Any], **metadata: Any) -> Any:
    return _CLASSES[kind](metadata={'name': name, **metadata}, spec=dict(spec))


def _resource(found: Resource) -> Any:
    return _object(found.kind, found.name, found.spec, labels=dict(found.labels), annotations=dict(found.annotations))


def _affinity(found: Affinity) -> Any:
    name = f'{found.node}-{str(found.cidr).replace("/", "-").replace(".", "-").replace(":", "-")}'
    spec = {'cidr': str(found.cidr), 'node': found.node, 'state': found.state, 'deleted': 'false'}
    return _object('BlockAffinity', name, spec)


def _node(admin: Client, ours: Client, node: KubernetesNode) -> None:
    """By the cluster's own hand, then what is ours of it by ours."""
    try:
        admin.create(Node.from_dict(_body(node)))
    except ApiError as exc:
        raise RuntimeError(f'Node {node.name}: {exc.status.message}') from exc
    if node.labels or node.annotations:
        mine = {'labels': dict(node.labels), 'annotations': dict(node.annotations)}
        document = {'apiVersion': 'v1', 'kind': 'Node', 'metadata': {'name': node.name, **mine}}
        ours.patch(Node, node.name, document, patch_type=PatchType.APPLY)


def _body(node: KubernetesNode) -> dict[str, Any]:
    addresses = {f'projectcalico.org/IPv{address.version}Address': str(address) for address in node.addresses}
    condition = {'lastHeartbeatTime': '2026-01-01T00:00:00Z', 'lastTransitionTime': '2026-01-01T00:00:00Z'}
    kinds = {'MemoryPressure': 'False', 'DiskPressure': 'False', 'PIDPressure': 'False', 'Ready': 'True'}
    amounts = {'cpu': '64', 'memory': '263000000Ki', 'pods': '110', 'ephemeral-storage': '900000000Ki'}
    info = (
        'machineID', 'systemUUID', 'bootID', 'kernelVersion', 'osImage', 'containerRuntimeVersion', 'kubeletVersion',
        'kubeProxyVersion', 'operatingSystem', 'architecture',
    )  # fmt: skip
    return {
        'apiVersion': 'v1',
        'kind': 'Node',
        'metadata': {
            'name': node.name,
            'labels': {
                'kubernetes.io/hostname': node.name,
                'kubernetes.io/os': 'linux',
                'kubernetes.io/arch': 'amd64',
                'beta.kubernetes.io/os': 'linux',
                'beta.kubernetes.io/arch': 'amd64',
            },
            'annotations': {**addresses, 'node.alpha.kubernetes.io/ttl': '0'},
        },
        'status': {
            'addresses': [{'type': 'Hostname', 'address': node.name}],
            'capacity': amounts,
            'allocatable': amounts,
            'conditions': [
                {'type': kind, 'status': status, 'reason': f'Kubelet{kind}', 'message': f'kubelet says {kind}'}
                | condition
                for kind, status in kinds.items()
            ],
            'nodeInfo': {key: f'{key} of {node.name}' for key in info},
            'images': [
                {
                    'names': [
                        f'registry.example.com/platform/some-image-{number}@sha256:{number:064x}',
                        f'registry.example.com/platform/some-image-{number}:v1.{number}.0',
                    ],
                    'sizeBytes': 100_000_000 + number,
                }
                for number in range(_IMAGES)
            ],
        },
    }
