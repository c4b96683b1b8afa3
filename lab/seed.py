"""The Kubernetes side of the data centre as a cluster has it on the day before: nodes, pools, services, Calico in mesh.

What a kubelet, an installer and a user put into the API; what calico-node says of itself is the agent's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab.addressing import BLOCK_LENGTH, CLUSTER_AS, CLUSTER_IPS, EXTERNAL_IPS, POOLS, Family
from lab.agent.cluster import CALICO_NAMESPACE, calico_group
from lab.agent.services import SERVICE_NAME_LABEL
from lab.api import MERGE_PATCH, Api, ApiError, Manifest
from lab.topology import Node, Service, Topology

CALICO_VERSION = 'v3.32.1'
KUBERNETES_VERSION = 'v1.36.3'
SERVICES, SLICES = '/api/v1/namespaces/default/services', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'


def seed(kubeconfig: Path, topology: Topology) -> None:
    """Make every object; what is there already stays as it is."""
    api = Api(kubeconfig)
    group = calico_group(api)
    for path, manifest in cluster_objects(topology, group):
        _create(api, path, manifest)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda node: _register(Api(kubeconfig), node), topology.nodes))


def _create(api: Api, path: str, manifest: Manifest) -> None:
    try:
        api.request('POST', path, manifest)
    except ApiError as exc:
        if exc.code != 409:
            raise


def _register(api: Api, node: Node) -> None:
    """What a kubelet does: the Node, then its status."""
    labels = {'kubernetes.io/hostname': node.name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64'}
    _create(
        api,
        '/api/v1/nodes',
        {'apiVersion': 'v1', 'kind': 'Node', 'metadata': {'name': node.name, 'labels': labels}, 'spec': {}},
    )
    status = {
        'addresses': [
            *({'type': 'InternalIP', 'address': str(address.ip)} for address in node.addresses),
            {'type': 'Hostname', 'address': node.name},
        ],
        'conditions': [{'type': 'Ready', 'status': 'True', 'reason': 'KubeletReady', 'message': 'the lab says so'}],
        'nodeInfo': {
            'systemUUID': node.system_uuid,
            'machineID': node.system_uuid.replace('-', ''),
            'bootID': node.system_uuid,
            'kernelVersion': '6.12.0',
            'osImage': 'lab',
            'containerRuntimeVersion': 'none://1.0',
            'kubeletVersion': KUBERNETES_VERSION,
            'kubeProxyVersion': '',
            'operatingSystem': 'linux',
            'architecture': 'amd64',
        },
    }
    api.request('PATCH', f'/api/v1/nodes/{node.name}/status', {'status': status}, content_type=MERGE_PATCH)
    api.close()


def cluster_objects(topology: Topology, group: str) -> Iterator[tuple[str, Manifest]]:
    """The objects that belong to the cluster and not to one node, each with the path that it is made at."""
    yield (
        '/api/v1/namespaces',
        {'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': CALICO_NAMESPACE}},
    )
    calico = f'/apis/{group}'
    for family in topology.shape.families:
        yield f'{calico}/ippools', _pool(group, family)
    families = topology.shape.families
    yield (
        f'{calico}/bgpconfigurations',
        {
            'apiVersion': group,
            'kind': 'BGPConfiguration',
            'metadata': {'name': 'default'},
            'spec': {
                'nodeToNodeMeshEnabled': True,
                'asNumber': CLUSTER_AS,
                'serviceClusterIPs': [{'cidr': str(CLUSTER_IPS[family])} for family in families],
                'serviceExternalIPs': [{'cidr': str(EXTERNAL_IPS[family])} for family in families],
            },
        },
    )
    yield (
        f'{calico}/clusterinformations',
        {
            'apiVersion': group,
            'kind': 'ClusterInformation',
            'metadata': {'name': 'default'},
            'spec': {
                'calicoVersion': CALICO_VERSION,
                'clusterType': 'k8s,bgp,kdd',
                'clusterGUID': 'd00d0000d00d0000d00d0000d00d0000',
                'datastoreReady': True,
            },
        },
    )
    for service in topology.services:
        yield SERVICES, _service(topology, service)
        for family in families:
            yield SLICES, _slice(topology, service, family)


def _pool(group: str, family: Family) -> Manifest:
    return {
        'apiVersion': group,
        'kind': 'IPPool',
        'metadata': {'name': f'default-ipv{family}-ippool'},
        'spec': {
            'cidr': str(POOLS[family]),
            'blockSize': BLOCK_LENGTH[family],
            'ipipMode': 'Never',
            'vxlanMode': 'Never',
            'natOutgoing': False,
            'nodeSelector': 'all()',
            'allowedUses': ['Workload', 'Tunnel'],
        },
    }


def _service(topology: Topology, service: Service) -> Manifest:
    return {
        'apiVersion': 'v1',
        'kind': 'Service',
        'metadata': {'name': service.name},
        'spec': {
            'type': 'ClusterIP',
            'clusterIP': str(service.cluster_ips[0]),
            'clusterIPs': [str(address) for address in service.cluster_ips],
            'externalIPs': [str(address) for address in service.external_ips],
            'externalTrafficPolicy': 'Local' if service.local else 'Cluster',
            'ipFamilyPolicy': 'RequireDualStack' if len(service.cluster_ips) > 1 else 'SingleStack',
            'ipFamilies': [f'IPv{family}' for family in topology.shape.families],
            'ports': [
                {'name': protocol.lower(), 'port': service.port, 'protocol': protocol} for protocol in ('TCP', 'UDP')
            ],
        },
    }


def _slice(topology: Topology, service: Service, family: Family) -> Manifest:
    def pod(name: str) -> str:
        return next(str(address) for address in topology.node(name).pods if address.version == family)

    return {
        'apiVersion': 'discovery.k8s.io/v1',
        'kind': 'EndpointSlice',
        'metadata': {'name': f'{service.name}-ipv{family}', 'labels': {SERVICE_NAME_LABEL: service.name}},
        'addressType': f'IPv{family}',
        'endpoints': [
            {'addresses': [pod(name)], 'nodeName': name, 'conditions': {'ready': True}} for name in service.endpoints
        ],
        'ports': [
            {'name': protocol.lower(), 'port': service.port, 'protocol': protocol} for protocol in ('TCP', 'UDP')
        ],
    }
