"""What makes a node a route reflector: Calico's annotation with the cluster ID, and our labels.

Both go in one merge patch. With the label alone a node in the mesh would have two sessions with each other node, with
the annotation alone none; so Calico's agents see them come and go together. The patch names nothing else of the node.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from netbox_calico.planning import artefact
from netbox_calico.planning.counted import listed
from netbox_calico.planning.item import changing, reverse
from netbox_calico.planning.model.intent import Reflection
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Operation
from netbox_calico.planning.naming import (
    CHANGING_LABEL,
    CLIENT_LABEL,
    REFLECTOR_ANNOTATION,
    REFLECTOR_LABEL,
    ROLE_LABELS,
    is_reflector_id,
    natural,
)

from .nodes import with_label, with_mark
from .situation import Pair

FEW = 25
"""Up to so many nodes take a role one by one."""

LOOKED_AT = 10
"""Of those that change together so many are looked at."""


def reflects(node: KubernetesNode, handle: str) -> bool:
    """Whether the node reflects by us."""
    return REFLECTOR_LABEL in node.labels or is_reflector_id(handle, node.annotations.get(REFLECTOR_ANNOTATION, ''))


def precedence(label: str) -> int:
    """Those with lower numbers, and those above all numbers, come first and go last: the others rest on them."""
    return int(label) if label.isascii() and label.isdigit() else 0


def waves(labels: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Reflectors in the order in which they come: one by one; of many the first of every rack, then the second."""
    ordered = sorted(labels, key=lambda name: (precedence(labels[name]), natural(name)))
    if len(ordered) <= FEW:
        return [(name,) for name in ordered]
    seen: Counter[str] = Counter()
    made: dict[tuple[bool, int], list[str]] = defaultdict(list)
    for name in ordered:
        made[precedence(labels[name]) > 0, seen[labels[name]]].append(name)
        seen[labels[name]] += 1
    return [tuple(made[place]) for place in sorted(made)]


def named(names: Sequence[str]) -> str:
    """These nodes at the beginning of a sentence."""
    return f'Node {names[0]}' if len(names) == 1 else f'Nodes {listed(names, 4)}'


def in_role(node: KubernetesNode, reflection: Reflection, handle: str) -> KubernetesNode:
    """The node with everything that it should bear, and nothing of a role that it no longer has."""
    mark = reflection.cluster_ids.get(node.name, '')
    after = with_mark(node, mark) if mark or reflects(node, handle) else node
    return _labelled(after, reflection.labels.get(node.name, {}))


def without_role(node: KubernetesNode, handle: str) -> KubernetesNode:
    """The node with nothing of a role, be it reflector or client."""
    return _labelled(with_mark(node, '') if reflects(node, handle) else node, {})


def changes(node: KubernetesNode, after: KubernetesNode) -> tuple[KubernetesNode, KubernetesNode, KubernetesNode]:
    """A client on its way to other reflectors: those of new nodes beside the old, beside its own, its own alone.

    So it has new sessions before it loses the old ones. Whoever bears no label peers with those of new nodes already.
    """
    if node == after:
        return node, node, node
    first = with_label(node, CHANGING_LABEL, 'true') if CLIENT_LABEL in node.labels else node
    second = with_label(after, CHANGING_LABEL, 'true') if CLIENT_LABEL in after.labels else first
    return first, second, after


def role_pair(before: KubernetesNode, after: KubernetesNode) -> Pair | None:
    """What leads from one role to another; None where they are the same."""
    if before == after:
        return None
    do = changing(
        artefact.target('Node', after.name),
        f'Node {after.name}',
        Operation.UPDATE,
        _patch(after),
        _owned(before),
        _owned(after),
    )
    return do, reverse(do, _patch(before))


def _labelled(node: KubernetesNode, labels: Mapping[str, str]) -> KubernetesNode:
    for key in ROLE_LABELS:
        if node.labels.get(key, '') != labels.get(key, ''):
            node = with_label(node, key, labels.get(key, ''))
    return node


def _patch(node: KubernetesNode) -> str:
    patch = artefact.reference('v1', 'Node', node.name)
    patch['metadata']['annotations'] = {REFLECTOR_ANNOTATION: node.annotations.get(REFLECTOR_ANNOTATION)}
    patch['metadata']['labels'] = {key: node.labels.get(key) for key in ROLE_LABELS}
    return artefact.merge(patch)


def _owned(node: KubernetesNode) -> dict[str, Any]:
    labels = {key: node.labels[key] for key in ROLE_LABELS if key in node.labels}
    mark = node.annotations.get(REFLECTOR_ANNOTATION)
    return {
        **({'annotations': {REFLECTOR_ANNOTATION: mark}} if mark else {}),
        **({'labels': labels} if labels else {}),
    }
