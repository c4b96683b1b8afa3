"""What is set on Kubernetes nodes: the rack label, and the annotation with which a rack leaves the mesh.

The label goes by server-side apply with nothing else in the object, so that only ours is ever owned or removed; the
annotation by merge patch, whose owner is another to the API, so that the next apply of the label leaves it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from netbox_calico.planning import artefact
from netbox_calico.planning.item import changing, reverse
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Item, Operation
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION

from .situation import Pair


def label_pairs(nodes: Iterable[KubernetesNode], key: str, wanted: Mapping[str, str]) -> tuple[Pair, ...]:
    """Give nodes their rack label, by node; a node that is not in ``wanted`` loses it. By name, those that need it.

    A label that somebody else sets is left alone.
    """
    pairs: list[Pair] = []
    for node in sorted(nodes, key=lambda node: node.name):
        label = wanted.get(node.name, '')
        if node.labels.get(key) != (label or None) and key not in node.provisioned_labels:
            after = label, _mark(node)
            pairs.append(
                _pair(node, key, after, _apply(node.name, key, label), _apply(node.name, key, _there(node, key)))
            )
    return tuple(pairs)


def annotation_pairs(nodes: Iterable[KubernetesNode], key: str, mark: str) -> tuple[Pair, ...]:
    """Give nodes this reflector cluster ID, an empty one takes it away. By name, those that need it."""
    pairs: list[Pair] = []
    for node in sorted(nodes, key=lambda node: node.name):
        there = node.annotations.get(REFLECTOR_ANNOTATION)
        if there != (mark or None):
            after = _there(node, key), mark
            pairs.append(_pair(node, key, after, _merge(node.name, mark or None), _merge(node.name, there)))
    return tuple(pairs)


def with_label(node: KubernetesNode, key: str, value: str) -> KubernetesNode:
    """The node as it is with this label, or without it when the value is empty."""
    if node.labels.get(key) == (value or None):
        return node
    others = {name: text for name, text in node.labels.items() if name != key}
    return replace(node, labels={**others, key: value} if value else others)


def with_mark(node: KubernetesNode, mark: str) -> KubernetesNode:
    """The node as it is with this reflector cluster ID, or without one when it is empty."""
    if node.annotations.get(REFLECTOR_ANNOTATION) == (mark or None):
        return node
    others = {name: text for name, text in node.annotations.items() if name != REFLECTOR_ANNOTATION}
    return replace(node, annotations={**others, REFLECTOR_ANNOTATION: mark} if mark else others)


def _apply(name: str, key: str, label: str) -> str:
    manifest = artefact.reference('v1', 'Node', name)
    if label:
        manifest['metadata']['labels'] = {key: label}
    return artefact.apply(manifest)


@lru_cache(maxsize=16384)
def _merge(name: str, mark: str | None) -> str:
    """What gives a node its mark also takes back that it was taken away, and the other way round."""
    patch = artefact.reference('v1', 'Node', name)
    patch['metadata']['annotations'] = {REFLECTOR_ANNOTATION: mark}
    return artefact.merge(patch)


def _pair(node: KubernetesNode, key: str, after: tuple[str, str], forth: str, back: str) -> Pair:
    """``after`` is what of the node may be ours then, label and mark: the digests of all its items speak of that."""
    change = _change(key, _there(node, key), _mark(node), *after)
    do = Item(
        target=artefact.target('Node', node.name),
        label=f'Node {node.name}',
        operation=change.operation,
        artefact=forth,
        diff=change.diff,
        changes=change.changes,
        before=change.before,
        after=change.after,
    )
    return do, reverse(do, back)


def _there(node: KubernetesNode, key: str) -> str:
    return node.labels.get(key, '')


def _mark(node: KubernetesNode) -> str:
    return node.annotations.get(REFLECTOR_ANNOTATION, '')


@lru_cache(maxsize=4096)
def _change(key: str, label: str, mark: str, new_label: str, new_mark: str) -> Item:
    """The change as an item of no node yet: it is the same for all nodes of a rack."""
    return changing('', '', Operation.UPDATE, '', _owned(key, label, mark), _owned(key, new_label, new_mark))


def _owned(key: str, label: str, mark: str) -> dict[str, Any]:
    part: dict[str, Any] = {}
    if label:
        part['labels'] = {key: label}
    if mark:
        part['annotations'] = {REFLECTOR_ANNOTATION: mark}
    return part
