"""Mesh off and on: one patch, nothing of others touched, the mesh's password and restart time kept and given back."""

from __future__ import annotations

import json
from dataclasses import replace

from netbox_calico.planning.model.observation import ClusterObservation, Resource
from netbox_calico.planning.model.plan import Item, Operation
from netbox_calico.planning.naming import OWNER_LABEL, SAVED_MESH
from netbox_calico.planning.rollout.mesh import mesh_off, mesh_pair

PASSWORD = {'secretKeyRef': {'name': 'mesh', 'key': 'password'}}


def having(
    labels: dict[str, str] | None = None, annotations: dict[str, str] | None = None, **spec: object
) -> ClusterObservation:
    default = Resource('BGPConfiguration', 'default', spec, labels or {}, annotations or {})
    return ClusterObservation('projectcalico.org', resources=(default,))


def sent(item: Item) -> dict:
    return json.loads(item.artefact)


def test_off_is_one_merge_patch_of_the_mesh_alone() -> None:
    do, undo = mesh_off('c1', having(asNumber=64512, nodeToNodeMeshEnabled=True))
    assert sent(do) == {
        'verb': 'merge',
        'patch': {
            'apiVersion': 'projectcalico.org/v3',
            'kind': 'BGPConfiguration',
            'metadata': {'name': 'default'},
            'spec': {'nodeToNodeMeshEnabled': False, 'nodeMeshPassword': None, 'nodeMeshMaxRestartTime': None},
        },
    }
    assert sent(undo)['patch']['spec']['nodeToNodeMeshEnabled'] is True
    assert (do.before, do.after) == (undo.after, undo.before)


def test_what_off_has_to_clear_is_kept_in_an_annotation() -> None:
    do, undo = mesh_off('c1', having(nodeMeshPassword=PASSWORD, nodeMeshMaxRestartTime='90s'))
    saved = sent(do)['patch']['metadata']['annotations'][SAVED_MESH]
    assert json.loads(saved) == {'nodeMeshPassword': PASSWORD, 'nodeMeshMaxRestartTime': '90s'}
    assert sent(undo)['patch']['metadata']['annotations'] == {SAVED_MESH: None}
    assert sent(undo)['patch']['spec'] == {
        'nodeToNodeMeshEnabled': None,
        'nodeMeshPassword': PASSWORD,
        'nodeMeshMaxRestartTime': '90s',
    }


def test_on_gives_back_what_was_kept_in_the_same_patch() -> None:
    kept = json.dumps({'nodeMeshPassword': PASSWORD})
    pair = mesh_pair('c1', having(annotations={SAVED_MESH: kept}, nodeToNodeMeshEnabled=False, asNumber=1), wanted=True)
    assert pair is not None
    patch = sent(pair[0])['patch']
    assert patch['spec'] == {
        'nodeToNodeMeshEnabled': True,
        'nodeMeshPassword': PASSWORD,
        'nodeMeshMaxRestartTime': None,
    }
    assert patch['metadata']['annotations'] == {SAVED_MESH: None}


def test_an_annotation_that_somebody_broke_gives_nothing_back() -> None:
    for broken in ('{', '[]', '"x"'):
        pair = mesh_pair(
            'c1', having(annotations={SAVED_MESH: broken}, nodeToNodeMeshEnabled=False, asNumber=1), wanted=True
        )
        assert pair is not None
        assert sent(pair[0])['patch']['spec']['nodeMeshPassword'] is None


def test_where_there_is_none_it_is_created_as_ours_and_deleted_again() -> None:
    nothing = ClusterObservation('crd.projectcalico.org')
    do, undo = mesh_off('c1', nothing)
    assert sent(do) == {
        'verb': 'apply',
        'object': {
            'apiVersion': 'crd.projectcalico.org/v1',
            'kind': 'BGPConfiguration',
            'metadata': {'name': 'default', 'labels': {OWNER_LABEL: 'c1'}},
            'spec': {'nodeToNodeMeshEnabled': False},
        },
    }
    assert (do.operation, undo.operation) == (Operation.CREATE, Operation.DELETE)
    pair = mesh_pair('c1', having({OWNER_LABEL: 'c1'}, nodeToNodeMeshEnabled=False), wanted=True)
    assert pair is not None
    assert sent(pair[0])['verb'] == 'delete'


def test_one_that_others_made_or_filled_is_never_deleted() -> None:
    for observed in (
        having(nodeToNodeMeshEnabled=False),
        having({OWNER_LABEL: 'other'}, nodeToNodeMeshEnabled=False),
        having({OWNER_LABEL: 'c1'}, nodeToNodeMeshEnabled=False, asNumber=64513),
    ):
        pair = mesh_pair('c1', observed, wanted=True)
        assert pair is not None
        assert sent(pair[0])['verb'] == 'merge'


def test_nothing_to_switch() -> None:
    on = having(nodeToNodeMeshEnabled=True)
    assert mesh_pair('c1', on, wanted=True) is None
    assert mesh_pair('c1', replace(on, resources=()), wanted=True) is None
    assert mesh_pair('c1', having(nodeToNodeMeshEnabled=False), wanted=False) is None
