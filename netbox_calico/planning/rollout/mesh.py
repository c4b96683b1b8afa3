"""The node-to-node mesh, off and on: one merge patch on BGPConfiguration/default.

Calico refuses the mesh's password and restart time while the mesh is off, so they are cleared in the same patch and
kept in an annotation, from which they come back with the mesh. The password is a reference to a Secret, never a value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from netbox_calico.planning import artefact
from netbox_calico.planning.digest import owned_digest, plain
from netbox_calico.planning.errors import Refused
from netbox_calico.planning.item import changing, reverse
from netbox_calico.planning.model.observation import ClusterObservation, Resource
from netbox_calico.planning.model.plan import Item, Operation
from netbox_calico.planning.naming import OWNER_LABEL, SAVED_MESH
from netbox_calico.planning.saved_mesh import saved_settings

from .situation import Pair

KIND, NAME = 'BGPConfiguration', 'default'
_SWITCH = 'nodeToNodeMeshEnabled'
_CLEARED = ('nodeMeshPassword', 'nodeMeshMaxRestartTime')
SWITCH = artefact.target(KIND, NAME)
"""The target of all items that switch the mesh."""


def mesh_pair(handle: str, observed: ClusterObservation, wanted: bool) -> Pair | None:
    """What makes the mesh be on or off as wanted; None when it is."""
    default = observed.find(KIND, NAME)
    if observed.mesh == wanted:
        return None
    if not wanted:
        return mesh_off(handle, observed)
    return mesh_on(handle, observed.api_group, default) if default is not None else None


def mesh_off(handle: str, observed: ClusterObservation) -> Pair:
    """Switch the mesh off, and back to exactly what was there; a missing BGPConfiguration/default is created."""
    version = artefact.api_version(observed.api_group)
    found = observed.find(KIND, NAME)
    after: dict[str, Any] = {'spec': {_SWITCH: False}}
    if found is None:
        return _pair(Operation.CREATE, {}, after, _created(handle, version), artefact.delete(version, KIND, NAME))
    before = _state(found)
    saved = {key: value for key, value in before['spec'].items() if key in _CLEARED}
    if saved:
        after['annotations'] = {SAVED_MESH: json.dumps(saved, sort_keys=True)}
    return _between(version, before, after)


def mesh_on(handle: str, api_group: str, found: Resource) -> Pair:
    """Switch the mesh on with the settings that were saved; what holds nothing but our switch is deleted."""
    version = artefact.api_version(api_group)
    before = _state(found)
    if found.labels.get(OWNER_LABEL) == handle and found.spec.keys() <= {_SWITCH}:
        return _pair(Operation.DELETE, before, {}, artefact.delete(version, KIND, NAME), _created(handle, version))
    return _between(version, before, {'spec': {_SWITCH: True, **_saved(found)}})


def as_switched(handle: str, observed: ClusterObservation, wanted: bool) -> ClusterObservation:
    """The cluster as it is found once the mesh is on or off as wanted."""
    if observed.mesh == wanted:
        return observed
    found = observed.find(KIND, NAME)
    others = tuple(resource for resource in observed.resources if (resource.kind, resource.name) != (KIND, NAME))
    if found is None:
        return replace(observed, resources=(*others, Resource(KIND, NAME, {_SWITCH: False}, {OWNER_LABEL: handle})))
    if wanted and found.labels.get(OWNER_LABEL) == handle and found.spec.keys() <= {_SWITCH}:
        return replace(observed, resources=others)
    kept = {key: value for key, value in found.spec.items() if key not in _CLEARED}
    saved = {key: plain(found.spec[key]) for key in _CLEARED if key in found.spec}
    notes = {key: value for key, value in found.annotations.items() if key != SAVED_MESH}
    if wanted:
        switched = replace(found, spec={**kept, **_saved(found), _SWITCH: True}, annotations=notes)
    else:
        notes |= {SAVED_MESH: json.dumps(saved, sort_keys=True)} if saved else {}
        switched = replace(found, spec={**kept, _SWITCH: False}, annotations=notes)
    return replace(observed, resources=(*others, switched))


def switches_on(item: Item) -> bool:
    """Whether an item switches the mesh on."""
    if item.target != SWITCH:
        return False
    document = json.loads(item.artefact)
    body = document.get('object') or document['patch']
    return document['verb'] == 'delete' or body['spec'][_SWITCH] is not False


def still_to_switch(item: Item, patch: Mapping[str, Any], found: Resource) -> bool:
    """Whether an item's patch is still to be sent, with the object as it is now.

    Raises ``Refused`` where switching off would lose settings that were made since the plan. Switching on is never
    refused, for nodes without their mesh may have nothing; Calico takes no such settings while the mesh is off.
    """
    now, on = owned_digest(_state(found)), patch['spec'][_SWITCH] is not False
    if now == item.after:
        return False
    if now != item.before:
        if on == (found.spec.get(_SWITCH) is not False):
            return False
        if not on:
            raise Refused(f'The mesh settings of {KIND} {NAME} were changed since the plan was made: plan again.')
    return True


def _created(handle: str, version: str) -> str:
    manifest = artefact.reference(version, KIND, NAME)
    manifest['metadata']['labels'] = {OWNER_LABEL: handle}
    return artefact.apply({**manifest, 'spec': {_SWITCH: False}})


def _state(found: Resource) -> dict[str, Any]:
    """The part of the object that switching the mesh touches."""
    state: dict[str, Any] = {'spec': {key: plain(found.spec[key]) for key in (_SWITCH, *_CLEARED) if key in found.spec}}
    if SAVED_MESH in found.annotations:
        state['annotations'] = {SAVED_MESH: found.annotations[SAVED_MESH]}
    return state


def _saved(found: Resource) -> dict[str, Any]:
    saved = saved_settings(found)
    return {key: saved[key] for key in _CLEARED if key in saved}


def _between(version: str, before: dict[str, Any], after: dict[str, Any]) -> Pair:
    forth, back = artefact.merge(_patch(version, before, after)), artefact.merge(_patch(version, after, before))
    return _pair(Operation.UPDATE, before, after, forth, back)


def _pair(operation: Operation, before: Mapping[str, Any], after: Mapping[str, Any], forth: str, back: str) -> Pair:
    do = changing(artefact.target(KIND, NAME), f'{KIND} {NAME}', operation, forth, before, after)
    return do, reverse(do, back)


def _patch(version: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting of the mesh is in the patch, null where it is to be absent, so that nothing is left over."""
    patch = artefact.reference(version, KIND, NAME)
    patch['spec'] = {key: after['spec'].get(key) for key in (_SWITCH, *_CLEARED)}
    if 'annotations' in before or 'annotations' in after:
        patch['metadata']['annotations'] = {SAVED_MESH: after.get('annotations', {}).get(SAVED_MESH)}
    return patch
