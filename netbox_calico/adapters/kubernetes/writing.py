"""Sends the artefact of an item, and tells what became of it.

Applied twice, an item is unchanged the second time. What is not ours is neither overwritten nor deleted, whatever a
plan says: it may have changed hands since the plan was made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from lightkube import Client
from lightkube.core.resource import GlobalResource
from lightkube.types import PatchType

from netbox_calico.planning.errors import InvalidInput, Refused
from netbox_calico.planning.model.plan import Item, Outcome, Result
from netbox_calico.planning.naming import OWNER_LABEL
from netbox_calico.planning.rollout import encapsulation, mesh

from . import reading
from .calls import Rejected, patiently
from .resources import written

_SHARED = frozenset({'Node'})
"""Kinds whose objects are others': only what we apply in them is ours."""
_STILL_TO_DO = {mesh.KIND: mesh.still_to_switch, encapsulation.POOL: encapsulation.still_to_set}
"""What decides about a merge patch, of the kinds that take one."""
_ATTEMPTS = 5


class Writer:
    """Applies items to one cluster, as the cluster with this handle."""

    def __init__(self, client: Client, group: str, handle: str, patience: float) -> None:
        self._client = client
        self._handle = handle
        self._patience = patience
        self._classes = written(group)

    def apply(self, item: Item) -> Outcome:
        """Send one item. A refusal is an Outcome; raises ``ConnectionLost``, and ``CredentialError`` for the login."""
        try:
            return Outcome(item.target, self._send(item, json.loads(item.artefact)))
        except (Refused, InvalidInput) as exc:
            return Outcome(item.target, Result.FAILED, str(exc))

    def _send(self, item: Item, document: Mapping[str, Any]) -> Result:
        verbs: Mapping[str, Callable[[Mapping[str, Any]], Result]] = {
            'apply': self._apply,
            'merge': partial(self._merge, item),
            'delete': self._delete,
        }
        verb = verbs.get(document['verb'])
        if verb is None:
            raise InvalidInput(f'There is no verb {document["verb"]!r} for the Kubernetes API: make the plan again.')
        body = document.get('object') or document['patch']
        if body['kind'] == encapsulation.POOL and document['verb'] != 'merge':
            raise Refused(f'{body["kind"]} {body["metadata"]["name"]} is not ours to make or delete: plan again.')
        return verb(body)

    def _apply(self, wanted: Mapping[str, Any]) -> Result:
        kind, name, found = self._find(wanted)
        if found is None and kind in _SHARED:
            raise Refused(f'{kind} {name} is gone: nothing was changed. Make the plan again.')
        if found is not None and kind not in _SHARED:
            self._require_ours(kind, name, found)
        sent: dict[str, Any] = {**wanted, 'metadata': dict(wanted['metadata'])}
        if found is not None and kind in _SHARED:
            # So that it is not made anew when it goes away this very moment.
            sent['metadata']['uid'] = found.metadata.uid
        try:
            after = self._patch(wanted, sent, PatchType.APPLY)
        except Rejected as exc:
            if exc.code == 409:
                raise Refused(_conflict(kind, name, exc)) from exc
            raise
        return _result(found, after)

    def _merge(self, item: Item, patch: Mapping[str, Any]) -> Result:
        for _ in range(_ATTEMPTS):
            kind, name, found = self._find(patch)
            if found is None:
                raise Refused(f'{kind} {name} is gone: nothing was changed. Make the plan again.')
            if kind in _SHARED:
                return _result(found, self._patch(patch, dict(patch), PatchType.MERGE))
            if not _STILL_TO_DO[kind](item, patch, reading.resource(kind, found)):
                return Result.UNCHANGED
            # So that what somebody changes this very moment is not lost: the API says 409 then.
            metadata = {**patch['metadata'], 'resourceVersion': found.metadata.resourceVersion}
            try:
                return _result(found, self._patch(patch, {**patch, 'metadata': metadata}, PatchType.MERGE))
            except Rejected as exc:
                if exc.code != 409:
                    raise
        raise Refused(f'{kind} {name} was changed by somebody else at each of {_ATTEMPTS} attempts: see who does that.')

    def _delete(self, wanted: Mapping[str, Any]) -> Result:
        kind, name, found = self._find(wanted)
        if found is None:
            return Result.UNCHANGED
        if kind in _SHARED:
            raise Refused(f'{kind} {name} is not ours to delete: make the plan again.')
        self._require_ours(kind, name, found)
        resource = self._class(wanted)
        try:
            patiently(f'delete {kind} {name}', lambda: self._client.delete(resource, name), self._patience)
        except Rejected as exc:
            if exc.code == 404:
                return Result.DELETED
            raise
        return Result.DELETED

    def _class(self, document: Mapping[str, Any]) -> type[GlobalResource]:
        version, kind = document['apiVersion'], document['kind']
        found = self._classes.get((version, kind))
        if found is None:
            raise Refused(
                f'{kind} of {version} is not changed here: the cluster may serve another API group than it did when '
                'the plan was made. Make the plan again.'
            )
        return found

    def _find(self, document: Mapping[str, Any]) -> tuple[str, str, Any]:
        """Kind, name and the object as it is now, or None."""
        resource = self._class(document)
        kind, name = document['kind'], document['metadata']['name']
        try:
            return (
                kind,
                name,
                patiently(f'show {kind} {name}', lambda: self._client.get(resource, name), self._patience),
            )
        except Rejected as exc:
            if exc.code == 404:
                return kind, name, None
            raise

    def _patch(self, named: Mapping[str, Any], sent: dict[str, Any], patch_type: PatchType) -> Any:
        resource, kind, name = self._class(named), named['kind'], named['metadata']['name']
        return patiently(
            f'change {kind} {name}',
            lambda: self._client.patch(resource, name, sent, patch_type=patch_type),
            self._patience,
        )

    def _require_ours(self, kind: str, name: str, found: Any) -> None:
        owner = (found.metadata.labels or {}).get(OWNER_LABEL)
        if owner != self._handle:
            belongs = f'belongs to cluster {owner}' if owner else f'does not bear the label {OWNER_LABEL}'
            raise Refused(
                f'{kind} {name} {belongs}, so it is left alone: rename or remove it, then make the plan again.'
            )


def _result(before: Any, after: Any) -> Result:
    if before is None:
        return Result.CREATED
    same = before.metadata.resourceVersion == after.metadata.resourceVersion
    return Result.UNCHANGED if same else Result.UPDATED


def _conflict(kind: str, name: str, exc: Rejected) -> str:
    who = '; '.join(exc.causes) or str(exc)
    return (
        f'{kind} {name} has fields that another manager owns ({who}). They are not taken from it: let it give them up, '
        'or make it set what NetBox says.'
    )
