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
        after = with_label(node, key, wanted.get(node.name, ''))
        if after != node and key not in node.provisioned_labels:
            pairs.append(_label(node, after, key))
    return tuple(pairs)


def annotation_pairs(nodes: Iterable[KubernetesNode], key: str, mark: str) -> tuple[Pair, ...]:
    """Give nodes this reflector cluster ID, an empty one takes it away. By name, those that need it."""
    pairs: list[Pair] = []
    for node in sorted(nodes, key=lambda node: node.name):
        after = with_mark(node, mark)
        if after != node:
            pairs.append(_annotation(node, after, key))
    return tuple(pairs)


def with_label(node: KubernetesNode, key: str, value: str) -> KubernetesNode:
    """The node as it is with this label, or without it when the value is empty."""
    others = {name: text for name, text in node.labels.items() if name != key}
    return replace(node, labels={**others, key: value} if value else others)


def with_mark(node: KubernetesNode, mark: str) -> KubernetesNode:
    """The node as it is with this reflector cluster ID, or without one when it is empty."""
    others = {name: text for name, text in node.annotations.items() if name != REFLECTOR_ANNOTATION}
    return replace(node, annotations={**others, REFLECTOR_ANNOTATION: mark} if mark else others)


def _label(before: KubernetesNode, after: KubernetesNode, key: str) -> Pair:
    return _pair(before, after, key, _apply(after, key), _apply(before, key))


def _apply(node: KubernetesNode, key: str) -> str:
    manifest = artefact.reference('v1', 'Node', node.name)
    if node.labels.get(key):
        manifest['metadata']['labels'] = {key: node.labels[key]}
    return artefact.apply(manifest)


def _annotation(before: KubernetesNode, after: KubernetesNode, key: str) -> Pair:
    return _pair(before, after, key, _merge(after), _merge(before))


def _merge(node: KubernetesNode) -> str:
    patch = artefact.reference('v1', 'Node', node.name)
    patch['metadata']['annotations'] = {REFLECTOR_ANNOTATION: node.annotations.get(REFLECTOR_ANNOTATION)}
    return artefact.merge(patch)


def _pair(before: KubernetesNode, after: KubernetesNode, key: str, forth: str, back: str) -> Pair:
    change = _change(key, *_part(before, key), *_part(after, key))
    do = replace(change, target=artefact.target('Node', after.name), label=f'Node {after.name}', artefact=forth)
    return do, reverse(do, back)


def _part(node: KubernetesNode, key: str) -> tuple[str, str]:
    """What of a node may be ours, label and mark; the digests of all items of a node speak of the same part."""
    return node.labels.get(key, ''), node.annotations.get(REFLECTOR_ANNOTATION, '')


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
