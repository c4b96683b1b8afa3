"""The node-to-node mesh, off and on: one merge patch on BGPConfiguration/default.

Calico refuses the mesh's password and restart time while the mesh is off, so they are cleared in the same patch and
kept in an annotation, from which they come back with the mesh. The password is a reference to a Secret, never a value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from netbox_calico.planning import artefact, readable
from netbox_calico.planning.digest import owned_digest, plain
from netbox_calico.planning.model.observation import ClusterObservation, Resource
from netbox_calico.planning.model.plan import Item, Operation
from netbox_calico.planning.naming import OWNER_LABEL, SAVED_MESH

from .situation import Pair

KIND, NAME = 'BGPConfiguration', 'default'
_SWITCH = 'nodeToNodeMeshEnabled'
_CLEARED = ('nodeMeshPassword', 'nodeMeshMaxRestartTime')


def mesh_pair(handle: str, observed: ClusterObservation, wanted: bool) -> Pair | None:
    """What makes the mesh be on or off as wanted; None when it is."""
    default = observed.find(KIND, NAME)
    if observed.mesh == wanted:
        return None
    if not wanted:
        return mesh_off(handle, observed)
    return mesh_on(handle, observed.api_group, default) if default is not None else None


def mesh_off(handle: str, observed: ClusterObservation) -> Pair:
    """Switch the mesh off, and back to exactly what was there. Where there is no BGPConfiguration/default it is created
    as ours.
    """
    version = artefact.api_version(observed.api_group)
    found = observed.find(KIND, NAME)
    after: dict[str, Any] = {'spec': {_SWITCH: False}}
    if found is None:
        manifest = artefact.reference(version, KIND, NAME)
        manifest['metadata']['labels'] = {OWNER_LABEL: handle}
        create = artefact.apply({**manifest, 'spec': {_SWITCH: False}})
        return (
            _item(Operation.CREATE, {}, after, create),
            _item(Operation.DELETE, after, {}, artefact.delete(version, KIND, NAME)),
        )
    before = _state(found)
    saved = {key: value for key, value in before['spec'].items() if key in _CLEARED}
    if saved:
        after['annotations'] = {SAVED_MESH: json.dumps(saved, sort_keys=True)}
    return _between(version, before, after)


def mesh_on(handle: str, api_group: str, found: Resource) -> Pair:
    """Switch the mesh on with the settings that were saved; an object that holds nothing but our switch is deleted
    again.
    """
    version = artefact.api_version(api_group)
    before = _state(found)
    if found.labels.get(OWNER_LABEL) == handle and found.spec.keys() <= {_SWITCH}:
        manifest = artefact.reference(version, KIND, NAME)
        manifest['metadata']['labels'] = {OWNER_LABEL: handle}
        create = artefact.apply({**manifest, 'spec': {_SWITCH: False}})
        return (
            _item(Operation.DELETE, before, {}, artefact.delete(version, KIND, NAME)),
            _item(Operation.CREATE, {}, before, create),
        )
    return _between(version, before, {'spec': {_SWITCH: True, **_saved(found)}})


def _state(found: Resource) -> dict[str, Any]:
    """The part of the object that switching the mesh touches."""
    state: dict[str, Any] = {'spec': {key: plain(found.spec[key]) for key in (_SWITCH, *_CLEARED) if key in found.spec}}
    if SAVED_MESH in found.annotations:
        state['annotations'] = {SAVED_MESH: found.annotations[SAVED_MESH]}
    return state


def _saved(found: Resource) -> dict[str, Any]:
    try:
        saved = json.loads(found.annotations.get(SAVED_MESH, '{}'))
    except ValueError:
        return {}
    return {key: saved[key] for key in _CLEARED if key in saved} if isinstance(saved, dict) else {}


def _between(version: str, before: dict[str, Any], after: dict[str, Any]) -> Pair:
    return (
        _item(Operation.UPDATE, before, after, artefact.merge(_patch(version, before, after))),
        _item(Operation.UPDATE, after, before, artefact.merge(_patch(version, after, before))),
    )


def _patch(version: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting of the mesh is in the patch, null where it is to be absent, so that nothing can be left from
    before.
    """
    patch = artefact.reference(version, KIND, NAME)
    patch['spec'] = {key: after['spec'].get(key) for key in (_SWITCH, *_CLEARED)}
    if 'annotations' in before or 'annotations' in after:
        patch['metadata']['annotations'] = {SAVED_MESH: after.get('annotations', {}).get(SAVED_MESH)}
    return patch


def _item(operation: Operation, before: Mapping[str, Any], after: Mapping[str, Any], document: str) -> Item:
    return Item(
        target=artefact.target(KIND, NAME),
        label=f'{KIND} {NAME}',
        operation=operation,
        artefact=document,
        diff=readable.unified(readable.text(before), readable.text(after)),
        changes=readable.changes(before, after),
        before=owned_digest(before),
        after=owned_digest(after),
    )
