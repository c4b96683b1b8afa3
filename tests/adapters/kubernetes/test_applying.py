"""Items against the real API: done once, done twice, refused in words, and nothing of others touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from lightkube import ApiError, Client
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node
from lightkube.types import PatchType

from netbox_calico.adapters.kubernetes import KubernetesCluster
from netbox_calico.planning import artefact
from netbox_calico.planning.model.plan import Item, Operation, Outcome, Result
from netbox_calico.planning.naming import OWNER_LABEL, SAVED_MESH
from netbox_calico.planning.rollout.encapsulation import mode_pair
from netbox_calico.planning.rollout.mesh import mesh_off
from tests.adapters.kubernetes.conftest import V1, make

VERSION = 'crd.projectcalico.org/v1'
PASSWORD = {'secretKeyRef': {'name': 'mesh', 'key': 'password'}}
OURS = {OWNER_LABEL: 'c1'}


def item(document: str, kind: str = 'BGPPeer', name: str = 'p1') -> Item:
    return Item(artefact.target(kind, name), f'{kind} {name}', Operation.UPDATE, document)


def peer(asn: int = 65001, **more: object) -> str:
    head = artefact.reference(VERSION, 'BGPPeer', 'p1')
    head['metadata']['labels'] = OURS
    return artefact.apply({**head, 'spec': {'peerIP': '10.1.1.1', 'asNumber': asn, **more}})


def label(value: str | None) -> str:
    head = artefact.reference('v1', 'Node', 'n1')
    if value:
        head['metadata']['labels'] = {'rack': value}
    return artefact.apply(head)


def set_in_mesh(admin: Client, **spec: object) -> None:
    """Somebody else changes settings."""
    admin.patch(V1['BGPConfiguration'], 'default', {'spec': spec}, patch_type=PatchType.MERGE)


def refused(outcome: Outcome) -> str:
    assert outcome.result is Result.FAILED
    return outcome.message


def test_created_unchanged_updated_deleted_unchanged(admin: Client, cluster: KubernetesCluster) -> None:
    assert cluster.apply(item(peer())).result is Result.CREATED
    assert cluster.apply(item(peer())).result is Result.UNCHANGED
    assert cluster.apply(item(peer(65002))).result is Result.UPDATED
    assert admin.get(V1['BGPPeer'], 'p1')['spec']['asNumber'] == 65002
    gone = item(artefact.delete(VERSION, 'BGPPeer', 'p1'))
    assert cluster.apply(gone).result is Result.DELETED
    assert cluster.apply(gone).result is Result.UNCHANGED


def test_a_field_that_we_no_longer_send_goes(admin: Client, cluster: KubernetesCluster) -> None:
    cluster.apply(item(peer(reversePeering='Manual')))
    cluster.apply(item(peer()))
    assert 'reversePeering' not in admin.get(V1['BGPPeer'], 'p1')['spec']


def test_fields_of_others_stay(admin: Client, cluster: KubernetesCluster) -> None:
    cluster.apply(item(peer()))
    admin.patch(V1['BGPPeer'], 'p1', {'spec': {'keepOriginalNextHop': True}}, patch_type=PatchType.MERGE)
    cluster.apply(item(peer(65002)))
    assert admin.get(V1['BGPPeer'], 'p1')['spec']['keepOriginalNextHop'] is True


def test_a_field_that_another_manager_took_over_is_not_taken_back(admin: Client, cluster: KubernetesCluster) -> None:
    cluster.apply(item(peer()))
    theirs = {**artefact.reference(VERSION, 'BGPPeer', 'p1'), 'spec': {'asNumber': 65009}}
    admin.patch(V1['BGPPeer'], 'p1', theirs, patch_type=PatchType.APPLY, field_manager='argo', force=True)
    message = refused(cluster.apply(item(peer(65002))))
    assert 'argo' in message
    assert 'spec.asNumber' in message
    assert admin.get(V1['BGPPeer'], 'p1')['spec']['asNumber'] == 65009


@pytest.mark.parametrize(
    ('labels', 'words'),
    [({}, f'does not bear the label {OWNER_LABEL}'), ({OWNER_LABEL: 'c2'}, 'belongs to cluster c2')],
)
def test_what_is_not_ours_is_neither_overwritten_nor_deleted(
    admin: Client, cluster: KubernetesCluster, labels: dict[str, str], words: str
) -> None:
    made = make(admin, 'BGPPeer', 'p1', {'peerIP': '10.9.9.9', 'asNumber': 1}, labels=labels)
    assert words in refused(cluster.apply(item(peer())))
    assert words in refused(cluster.apply(item(artefact.delete(VERSION, 'BGPPeer', 'p1'))))
    assert admin.get(V1['BGPPeer'], 'p1') == made


def test_what_the_schema_refuses_is_told_in_the_apis_words(cluster: KubernetesCluster) -> None:
    message = refused(cluster.apply(item(peer(asn=4200000000))))
    assert 'spec.asNumber' in message


def test_a_label_of_a_node_comes_changes_and_goes_alone(admin: Client, cluster: KubernetesCluster) -> None:
    admin.create(Node(metadata=ObjectMeta(name='n1', labels={'theirs': 'stays'})))
    results = [cluster.apply(item(label(value), 'Node', 'n1')).result for value in ('r1', 'r1', 'r2', None, None)]
    updated, unchanged = Result.UPDATED, Result.UNCHANGED
    assert results == [updated, unchanged, updated, updated, unchanged]
    assert admin.get(Node, 'n1').metadata.labels == {'theirs': 'stays'}


def test_an_annotation_by_merge_outlives_the_next_label(admin: Client, cluster: KubernetesCluster) -> None:
    admin.create(Node(metadata=ObjectMeta(name='n1')))
    patch = artefact.reference('v1', 'Node', 'n1')
    patch['metadata']['annotations'] = {'projectcalico.org/RouteReflectorClusterID': '240.0.0.1'}
    assert cluster.apply(item(artefact.merge(patch), 'Node', 'n1')).result is Result.UPDATED
    assert cluster.apply(item(artefact.merge(patch), 'Node', 'n1')).result is Result.UNCHANGED
    cluster.apply(item(label('r1'), 'Node', 'n1'))
    assert admin.get(Node, 'n1').metadata.annotations == patch['metadata']['annotations']
    patch['metadata']['annotations'] = {'projectcalico.org/RouteReflectorClusterID': None}
    assert cluster.apply(item(artefact.merge(patch), 'Node', 'n1')).result is Result.UPDATED
    assert not admin.get(Node, 'n1').metadata.annotations


def test_a_node_that_is_gone_is_not_made_anew(admin: Client, cluster: KubernetesCluster) -> None:
    assert 'Node n1 is gone' in refused(cluster.apply(item(label('r1'), 'Node', 'n1')))
    with pytest.raises(ApiError, match='not found'):
        admin.get(Node, 'n1')


def test_the_mesh_goes_off_and_on_and_fields_of_others_survive(admin: Client, cluster: KubernetesCluster) -> None:
    theirs = {'asNumber': 64512, 'communities': [{'name': 'a', 'value': '65000:1'}], 'nodeMeshMaxRestartTime': '100s'}
    before = make(admin, 'BGPConfiguration', 'default', theirs)['spec']
    off, on = mesh_off('c1', cluster.observe())
    results = [cluster.apply(each).result for each in (off, off, on, on)]
    assert results == [Result.UPDATED, Result.UNCHANGED, Result.UPDATED, Result.UNCHANGED]
    assert admin.get(V1['BGPConfiguration'], 'default')['spec'] == before


def test_a_mesh_password_that_is_set_after_the_plan_is_not_lost(admin: Client, cluster: KubernetesCluster) -> None:
    make(admin, 'BGPConfiguration', 'default', {'asNumber': 64512})
    off, on = mesh_off('c1', cluster.observe())
    set_in_mesh(admin, nodeMeshPassword=PASSWORD)
    assert 'were changed since the plan was made: plan again' in refused(cluster.apply(off))
    assert cluster.apply(on).result is Result.UNCHANGED, 'the way back has nothing to do'
    assert admin.get(V1['BGPConfiguration'], 'default')['spec']['nodeMeshPassword'] == PASSWORD


def test_other_settings_may_change_after_the_plan(admin: Client, cluster: KubernetesCluster) -> None:
    make(admin, 'BGPConfiguration', 'default', {'asNumber': 64512})
    off, _ = mesh_off('c1', cluster.observe())
    set_in_mesh(admin, asNumber=64513)
    assert cluster.apply(off).result is Result.UPDATED
    assert admin.get(V1['BGPConfiguration'], 'default')['spec']['asNumber'] == 64513


def test_the_way_back_to_the_mesh_is_never_refused(admin: Client, cluster: KubernetesCluster) -> None:
    make(admin, 'BGPConfiguration', 'default', {'nodeMeshPassword': PASSWORD})
    off, on = mesh_off('c1', cluster.observe())
    cluster.apply(off)
    tidied_up = {'metadata': {'annotations': {SAVED_MESH: None}}}
    admin.patch(V1['BGPConfiguration'], 'default', tidied_up, patch_type=PatchType.MERGE)
    assert cluster.apply(on).result is Result.UPDATED
    assert cluster.observe().mesh
    assert admin.get(V1['BGPConfiguration'], 'default')['spec']['nodeMeshPassword'] == PASSWORD


def test_a_change_at_the_very_moment_of_the_switch_is_seen(admin: Client, cluster: KubernetesCluster) -> None:
    make(admin, 'BGPConfiguration', 'default', {'asNumber': 64512})
    off, _ = mesh_off('c1', cluster.observe())
    find = cluster._writer._find

    def found_and_changed(document: Mapping[str, Any]) -> Any:
        found = find(document)
        set_in_mesh(admin, nodeMeshPassword=PASSWORD)
        return found

    cluster._writer._find = found_and_changed  # type: ignore[method-assign]
    assert 'were changed since the plan was made' in refused(cluster.apply(off))
    assert admin.get(V1['BGPConfiguration'], 'default')['spec']['nodeMeshPassword'] == PASSWORD


def test_a_merge_into_nothing_is_refused(admin: Client, cluster: KubernetesCluster) -> None:
    make(admin, 'BGPConfiguration', 'default', {'asNumber': 64512})
    off, _ = mesh_off('c1', cluster.observe())
    admin.delete(V1['BGPConfiguration'], 'default')
    assert 'BGPConfiguration default is gone' in refused(cluster.apply(off))


POOL = {
    'cidr': '10.244.0.0/16',
    'blockSize': 26,
    'assignmentMode': 'Automatic',
    'ipipMode': 'Always',
    'natOutgoing': True,
    'nodeSelector': 'all()',
}


def to_cross_subnet(admin: Client, cluster: KubernetesCluster, **labels: str) -> tuple[Item, Item]:
    """What changes the mode of a pool, and takes that back."""
    make(admin, 'IPPool', 'p1', POOL, labels=labels)
    [pool] = cluster.observe().of_kind('IPPool')
    return mode_pair('crd.projectcalico.org', pool, 'CrossSubnet')


def set_in_pool(admin: Client, **spec: object) -> None:
    """Somebody else changes a pool."""
    admin.patch(V1['IPPool'], 'p1', {'spec': spec}, patch_type=PatchType.MERGE)


def test_the_mode_of_a_pool_goes_and_comes_back_and_fields_of_others_survive(
    admin: Client, cluster: KubernetesCluster
) -> None:
    do, undo = to_cross_subnet(admin, cluster)
    set_in_pool(admin, natOutgoing=False, disabled=True)
    theirs = {**POOL, 'natOutgoing': False, 'disabled': True}
    assert [cluster.apply(do).result for _ in range(2)] == [Result.UPDATED, Result.UNCHANGED]
    assert admin.get(V1['IPPool'], 'p1')['spec'] == {**theirs, 'ipipMode': 'CrossSubnet'}
    assert [cluster.apply(undo).result for _ in range(2)] == [Result.UPDATED, Result.UNCHANGED]
    assert admin.get(V1['IPPool'], 'p1')['spec'] == theirs


def test_the_mode_of_a_pool_that_somebody_else_sets_or_the_operator_has_stays(
    admin: Client, cluster: KubernetesCluster
) -> None:
    do, undo = to_cross_subnet(admin, cluster)
    set_in_pool(admin, ipipMode='Never')
    assert 'was set to ipipMode Never by somebody else' in refused(cluster.apply(do))
    assert 'was set to ipipMode Never by somebody else' in refused(cluster.apply(undo))
    admin.delete(V1['IPPool'], 'p1')
    do, _ = to_cross_subnet(admin, cluster, **{'app.kubernetes.io/managed-by': 'tigera-operator'})
    assert 'change its Installation resource' in refused(cluster.apply(do))
    assert admin.get(V1['IPPool'], 'p1')['spec'] == POOL


@pytest.mark.parametrize(
    'document',
    [
        artefact.delete(VERSION, 'IPPool', 'p1'),
        artefact.apply({**artefact.reference(VERSION, 'IPPool', 'p1'), 'spec': {'ipipMode': 'Never'}}),
        artefact.merge({**artefact.reference(VERSION, 'IPPool', 'p1'), 'spec': {'natOutgoing': True}}),
        artefact.delete('projectcalico.org/v3', 'BGPPeer', 'p1'),
        artefact.delete('v1', 'Secret', 'p1'),
        artefact.delete('v1', 'Node', 'p1'),
    ],
)
def test_kinds_and_groups_that_are_not_ours_to_change(admin: Client, cluster: KubernetesCluster, document: str) -> None:
    pool = make(admin, 'IPPool', 'p1', {'cidr': '10.244.0.0/16'}, labels=OURS)
    admin.create(Node(metadata=ObjectMeta(name='p1', labels=OURS)))
    assert refused(cluster.apply(item(document))) != ''
    assert admin.get(V1['IPPool'], 'p1') == pool
    assert admin.get(Node, 'p1').metadata.name == 'p1'
