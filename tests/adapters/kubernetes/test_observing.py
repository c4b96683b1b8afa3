"""What the API holds, as the planner sees it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_interface, ip_network

import pytest
from lightkube import ApiError, Client, KubeConfig
from lightkube.codecs import load_all_yaml
from lightkube.models.apps_v1 import DaemonSetSpec, DeploymentSpec
from lightkube.models.core_v1 import (
    ConfigMapKeySelector,
    Container,
    EnvVar,
    EnvVarSource,
    PodSpec,
    PodTemplateSpec,
)
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import DaemonSet, Deployment
from lightkube.resources.core_v1 import Namespace, Node, Secret
from lightkube.types import PatchType

from lab.estate import RBAC, SERVICE_ACCOUNT
from lab.services.kubernetes import CALICO_V3, KubernetesApi
from netbox_calico.adapters.kubernetes import KubernetesCluster, open_cluster
from netbox_calico.planning.errors import CredentialError, Refused
from netbox_calico.planning.model.observation import Affinity, Resource
from tests.adapters.kubernetes.conftest import make


def add_node(admin: Client, name: str, *, labels: dict[str, str], annotations: dict[str, str]) -> None:
    admin.create(Node(metadata=ObjectMeta(name=name, labels=labels, annotations=annotations)))


def test_nodes_with_calicos_annotations(admin: Client, cluster: KubernetesCluster) -> None:
    annotations = {
        'projectcalico.org/IPv4Address': '10.1.1.11/24',
        'projectcalico.org/IPv6Address': '2001:db8:1::11/64',
        'projectcalico.org/ASNumber': '1.10',
    }
    add_node(admin, 'n1', labels={'rack': 'r1'}, annotations=annotations)
    add_node(admin, 'n2', labels={}, annotations={'projectcalico.org/IPv4Address': 'later'})
    admin.patch(Node, 'n2', {'spec': {'unschedulable': True}}, patch_type=PatchType.MERGE)
    status = {'nodeInfo': {'systemUUID': 'ABC'}, 'conditions': [{'type': 'Ready', 'status': 'True'}]}
    admin.patch(Node.Status, 'n1', {'status': status}, patch_type=PatchType.MERGE)
    first, second = cluster.observe().nodes
    assert first.addresses == (ip_interface('10.1.1.11/24'), ip_interface('2001:db8:1::11/64'))
    assert (first.name, first.asn, first.system_uuid, first.ready, first.schedulable) == (
        'n1',
        65546,
        'ABC',
        True,
        True,
    )
    assert (second.addresses, second.asn, second.ready, second.schedulable) == ((), None, False, False)


def test_labels_that_another_manager_owns(admin: Client, cluster: KubernetesCluster) -> None:
    add_node(admin, 'n1', labels={'rack': 'r1'}, annotations={})
    admin.patch(
        Node,
        'n1',
        Node(metadata=ObjectMeta(labels={'ours': 'yes'})),
        patch_type=PatchType.APPLY,
        field_manager='netbox-calico',
    )
    (node,) = cluster.observe().nodes
    assert node.labels == {'rack': 'r1', 'ours': 'yes'}
    assert node.provisioned_labels == {'rack'}


def test_resources_of_calico_and_the_state_of_the_datastore(admin: Client, cluster: KubernetesCluster) -> None:
    make(admin, 'ClusterInformation', 'default', {'calicoVersion': 'v3.32.1', 'datastoreReady': False})
    make(admin, 'BGPPeer', 'p1', {'peerIP': '10.1.1.1', 'asNumber': 65001}, labels={'a': 'b'}, annotations={'c': 'd'})
    make(admin, 'IPPool', 'pool', {'cidr': '10.244.0.0/16', 'blockSize': 26})
    observed = cluster.observe()
    assert (observed.api_group, observed.calico_version, observed.datastore_ready) == (
        'crd.projectcalico.org',
        'v3.32.1',
        False,
    )
    peer = observed.find('BGPPeer', 'p1')
    assert peer is not None
    assert (peer.spec, peer.labels, peer.annotations) == (
        {'peerIP': '10.1.1.1', 'asNumber': 65001},
        {'a': 'b'},
        {'c': 'd'},
    )
    assert peer.version != ''
    assert [pool.spec['cidr'] for pool in observed.of_kind('IPPool')] == ['10.244.0.0/16']
    assert observed.mesh


def test_an_empty_cluster_is_ready_and_meshed(admin: Client, cluster: KubernetesCluster) -> None:
    observed = cluster.observe()
    assert (observed.nodes, observed.resources, observed.affinities, observed.secrets) == ((), (), (), {})
    assert observed.datastore_ready
    assert observed.mesh
    assert observed.identity == admin.get(Namespace, 'kube-system').metadata.uid


def test_affinities_in_every_state(admin: Client, cluster: KubernetesCluster) -> None:
    block = {'node': 'n1', 'state': 'confirmed', 'deleted': 'false'}
    make(admin, 'BlockAffinity', 'n1-a', {**block, 'cidr': '10.244.0.0/26'})
    make(admin, 'BlockAffinity', 'n1-b', {**block, 'cidr': 'fd10::/122', 'state': 'pending'})
    make(admin, 'BlockAffinity', 'n1-c', {**block, 'cidr': '10.244.0.64/26', 'deleted': 'true'})
    balancer = {'node': 'load-balancer', 'type': 'virtual', 'cidr': '10.245.0.0/26'}
    make(admin, 'BlockAffinity', 'balancer', {**block, **balancer})
    assert sorted(cluster.observe().affinities, key=lambda found: str(found.cidr)) == [
        Affinity(ip_network('10.244.0.0/26'), 'n1', 'confirmed'),
        Affinity(ip_network('10.244.0.64/26'), 'n1', 'deleted'),
        Affinity(ip_network('10.245.0.0/26'), '', 'confirmed'),
        Affinity(ip_network('fd10::/122'), 'n1', 'pending'),
    ]


AGENT = DaemonSet(
    metadata=ObjectMeta(name='calico-node', namespace='kube-system'),
    spec=DaemonSetSpec(
        selector=LabelSelector(matchLabels={'app': 'calico-node'}),
        template=PodTemplateSpec(
            metadata=ObjectMeta(labels={'app': 'calico-node'}),
            spec=PodSpec(
                containers=[
                    Container(
                        name='calico-node',
                        image='calico-node',
                        env=[
                            EnvVar(name='CALICO_NETWORKING_BACKEND', value='bird'),
                            EnvVar(name='FELIX_TYPHAK8SSERVICENAME', value='calico-typha'),
                            EnvVar(
                                name='CALICO_ROUTER_ID',
                                valueFrom=EnvVarSource(configMapKeyRef=ConfigMapKeySelector(name='c', key='k')),
                            ),
                        ],
                    )
                ]
            ),
        ),
    ),
)


def test_what_runs_beside_bgp(admin: Client, cluster: KubernetesCluster) -> None:
    make(admin, 'FelixConfiguration', 'default', {'wireguardEnabled': True})
    make(admin, 'IPAMConfiguration', 'default', {'strictAffinity': True, 'autoAllocateBlocks': True})
    typha = Deployment(
        metadata=ObjectMeta(name='calico-typha', namespace='kube-system'),
        spec=DeploymentSpec(
            replicas=3,
            selector=AGENT.spec.selector,  # type: ignore[union-attr]
            template=AGENT.spec.template,  # type: ignore[union-attr]
        ),
    )
    for found in (AGENT, typha):
        admin.create(found)
    try:
        before = next(found for found in cluster.observe().resources if found.kind == 'DaemonSet')
        counts = {'currentNumberScheduled': 3, 'desiredNumberScheduled': 3, 'numberMisscheduled': 0, 'numberReady': 2}
        status = {'status': {**counts, 'observedGeneration': 1, 'updatedNumberScheduled': 2}}
        admin.patch(DaemonSet.Status, 'calico-node', status, namespace='kube-system', patch_type=PatchType.MERGE)
        observed = cluster.observe()
    finally:
        admin.delete(DaemonSet, 'calico-node', namespace='kube-system')
        admin.delete(Deployment, 'calico-typha', namespace='kube-system')
    felix, ipam, agent, typha_seen = observed.resources
    assert (felix.kind, felix.name, felix.spec['wireguardEnabled']) == ('FelixConfiguration', 'default', True)
    assert (ipam.kind, ipam.name, ipam.spec['strictAffinity']) == ('IPAMConfiguration', 'default', True)
    assert before == Resource('DaemonSet', 'calico-node', {'env': {'CALICO_NETWORKING_BACKEND': 'bird'}})
    assert agent == replace(before, spec={**before.spec, 'image': 'calico-node', 'nodes': 3, 'updated': 2})
    assert typha_seen == Resource('Deployment', 'calico-typha', {'replicas': 3})


def add_secret(admin: Client, name: str, namespace: str = 'kube-system') -> str:
    """A Secret with one key that has a value; answers with that value as the API keeps it."""
    kept = b64encode(b'pa55').decode()
    admin.create(Secret(metadata=ObjectMeta(name=name, namespace=namespace), data={'tor1': kept, 'empty': ''}))
    return kept


def reference(name: str) -> dict[str, object]:
    return {'secretKeyRef': {'name': name, 'key': 'tor1'}}


def test_secrets_are_known_by_their_keys_and_by_which_are_equal(
    admin: Client, cluster: KubernetesCluster, kubernetes_api: KubernetesApi
) -> None:
    kept = add_secret(admin, 'bgp')
    add_secret(admin, 'bgp-copy')
    with open_cluster(kubernetes_api.kubeconfig().read_text(), 'c1', secrets=('bgp-copy', 'bgp', 'missing')) as wanting:
        observed = wanting.observe()
    assert observed.secrets == dict.fromkeys(('bgp', 'bgp-copy'), frozenset({'tor1'}))
    assert observed.alike == {'bgp-copy/tor1': 'bgp/tor1'}
    assert 'pa55' not in repr(observed)
    assert kept not in repr(observed)
    assert cluster.secret_value('bgp', 'tor1') == 'pa55'


def test_only_secrets_that_something_names_are_read(admin: Client, cluster: KubernetesCluster) -> None:
    for name in ('peers', 'meshes', 'nobodys'):
        add_secret(admin, name)
    peer = {'peerIP': '10.1.1.1', 'asNumber': 65001}
    make(admin, 'BGPPeer', 'p1', {**peer, 'password': reference('peers')})
    make(admin, 'BGPPeer', 'p2', {**peer, 'password': reference('../secrets')})
    make(admin, 'BGPConfiguration', 'default', {'nodeMeshPassword': reference('meshes')})
    assert cluster.observe().secrets == {'peers': frozenset({'tor1'}), 'meshes': frozenset({'tor1'})}


@pytest.mark.parametrize(('name', 'key'), [('bgp', 'tor2'), ('bgp', 'empty'), ('other', 'tor1')])
def test_a_secret_that_is_missing_is_named(admin: Client, cluster: KubernetesCluster, name: str, key: str) -> None:
    data = {'tor1': b64encode(b'pa55').decode(), 'empty': ''}
    admin.create(Secret(metadata=ObjectMeta(name='bgp', namespace='kube-system'), data=data))
    with pytest.raises(CredentialError, match=f'Secret {name} in namespace kube-system'):
        cluster.secret_value(name, key)


def test_more_than_one_page(admin: Client, cluster: KubernetesCluster) -> None:
    for number in range(520):
        make(admin, 'BGPFilter', f'filter-{number:03}', {})
    assert len(cluster.observe().of_kind('BGPFilter')) == 520


@pytest.fixture(scope='module')
def native(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubernetesApi]:
    """A cluster with Calico's native v3 resources, whose operator has a namespace, and a user without rights."""
    api = KubernetesApi(tmp_path_factory.mktemp('native'), calico=CALICO_V3, users={'nobody': (), SERVICE_ACCOUNT: ()})
    api.start()
    yield api
    api.stop()


def test_the_v3_group_wherever_it_is_served(native: KubernetesApi) -> None:
    with open_cluster(native.kubeconfig().read_text(), 'c1') as cluster:
        assert cluster.observe().api_group == 'projectcalico.org'


def test_secrets_stand_in_the_operators_namespace(native: KubernetesApi) -> None:
    with open_cluster(native.kubeconfig().read_text(), 'c1') as cluster:
        admin = Client(KubeConfig.from_file(native.kubeconfig()))
        admin.create(Namespace(metadata=ObjectMeta(name='calico-system')))
        admin.create(Secret(metadata=ObjectMeta(name='bgp', namespace='calico-system'), stringData={'tor1': 'pa55'}))
        assert cluster.secret_value('bgp', 'tor1') == 'pa55'


def test_the_rights_that_users_are_told_to_give_are_enough_and_list_no_secrets(native: KubernetesApi) -> None:
    admin = Client(KubeConfig.from_file(native.kubeconfig()), field_manager='admin')
    for manifest in load_all_yaml(RBAC.read_text(encoding='utf-8')):
        admin.apply(manifest)
    admin.apply(Namespace(apiVersion='v1', kind='Namespace', metadata=ObjectMeta(name='calico-system')))
    add_secret(admin, 'passwords', namespace='calico-system')
    with open_cluster(native.kubeconfig(SERVICE_ACCOUNT).read_text(), 'c1', secrets=('passwords',)) as cluster:
        assert cluster.observe().secrets == {'passwords': frozenset({'tor1'})}
    theirs = Client(KubeConfig.from_file(native.kubeconfig(SERVICE_ACCOUNT)))
    with pytest.raises(ApiError, match='cannot list resource "secrets"'):
        list(theirs.list(Secret, namespace='calico-system'))


def test_without_the_rights_that_may_be_left_out_a_cluster_is_observed_all_the_same(native: KubernetesApi) -> None:
    admin = Client(KubeConfig.from_file(native.kubeconfig()), field_manager='admin')
    for manifest in load_all_yaml(RBAC.read_text(encoding='utf-8')):
        if manifest.kind == 'ClusterRole':
            manifest.rules = [rule for rule in manifest.rules if set(rule.verbs) != {'get'}]
        admin.apply(manifest, force=True)
    with open_cluster(native.kubeconfig(SERVICE_ACCOUNT).read_text(), 'c1') as cluster:
        assert cluster.observe().of_kind('FelixConfiguration') == ()


def test_a_missing_right_is_named(native: KubernetesApi) -> None:
    with open_cluster(native.kubeconfig('nobody').read_text(), 'c1') as cluster, pytest.raises(Refused) as caught:
        cluster.observe()
    assert 'User "nobody" cannot list resource "clusterinformations"' in str(caught.value)
    assert 'Give the user of the kubeconfig this right' in str(caught.value)
