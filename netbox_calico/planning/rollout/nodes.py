"""What is set on Kubernetes nodes: the rack label, and the annotation with which a rack leaves the mesh.

The label goes by server-side apply with nothing else in the object, so that only ours is ever owned or removed; the
annotation by merge patch, whose owner is another to the API, so that the next apply of the label does not take it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from netbox_calico.planning import artefact, readable
from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Item, Operation
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION

from .situation import Pair


def label_pair(node: KubernetesNode, key: str, value: str) -> Pair | None:
    """Give the node this rack label; an empty value takes it away. None when it is so, or is somebody else's to set."""
    before = node.labels.get(key, '')
    if before == value or key in node.provisioned_labels:
        return None
    return _label(node.name, key, before, value), _label(node.name, key, value, before)


def annotation_pair(node: KubernetesNode, value: str) -> Pair | None:
    """Give the node this reflector cluster ID; an empty value takes it away. None when it is so."""
    before = node.annotations.get(REFLECTOR_ANNOTATION, '')
    if before == value:
        return None
    return _annotation(node.name, before, value), _annotation(node.name, value, before)


def label_pairs(nodes: Iterable[KubernetesNode], key: str, wanted: Mapping[str, str]) -> tuple[Pair, ...]:
    """The pairs of those nodes that need one, by name; a node that is not in ``wanted`` loses the label."""
    return _present(label_pair(node, key, wanted.get(node.name, '')) for node in nodes)


def annotation_pairs(nodes: Iterable[KubernetesNode], value: str) -> tuple[Pair, ...]:
    """The pairs of those nodes that need one, by name."""
    return _present(annotation_pair(node, value) for node in nodes)


def _present(pairs: Iterable[Pair | None]) -> tuple[Pair, ...]:
    return tuple(sorted((pair for pair in pairs if pair is not None), key=lambda pair: pair[0].target))


def _label(name: str, key: str, before: str, after: str) -> Item:
    manifest = artefact.reference('v1', 'Node', name)
    if after:
        manifest['metadata']['labels'] = {key: after}
    return _item(
        name,
        {'labels': {key: before}} if before else {},
        {'labels': {key: after}} if after else {},
        artefact.apply(manifest),
    )


def _annotation(name: str, before: str, after: str) -> Item:
    patch = artefact.reference('v1', 'Node', name)
    patch['metadata']['annotations'] = {REFLECTOR_ANNOTATION: after or None}
    return _item(
        name,
        {'annotations': {REFLECTOR_ANNOTATION: before}} if before else {},
        {'annotations': {REFLECTOR_ANNOTATION: after}} if after else {},
        artefact.merge(patch),
    )


def _item(name: str, before: Mapping[str, Any], after: Mapping[str, Any], document: str) -> Item:
    return Item(
        target=artefact.target('Node', name),
        label=f'Node {name}',
        operation=Operation.UPDATE,
        artefact=document,
        diff=readable.unified(readable.text(before), readable.text(after)),
        changes=readable.changes(before, after),
        before=owned_digest(before),
        after=owned_digest(after),
    )
