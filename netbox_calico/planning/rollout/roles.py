"""What makes a node a route reflector: Calico's annotation with the cluster ID, and our labels.

Both go in one merge patch. With the label alone a node in the mesh would have two sessions with each other node, with
the annotation alone none; so Calico's agents see them come and go together. The patch names nothing else of the node.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbox_calico.planning import artefact
from netbox_calico.planning.item import changing, reverse
from netbox_calico.planning.model.intent import Reflection
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Operation
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, REFLECTOR_LABEL, is_reflector_id

from .nodes import with_label, with_mark
from .situation import Pair

KEYS = (REFLECTOR_LABEL,)
"""Our labels that tell roles."""


def has_role(node: KubernetesNode, handle: str) -> bool:
    """Whether the node reflects by us."""
    return REFLECTOR_LABEL in node.labels or is_reflector_id(handle, node.annotations.get(REFLECTOR_ANNOTATION, ''))


def in_role(node: KubernetesNode, reflection: Reflection, handle: str) -> KubernetesNode:
    """The node with everything that it should bear, and nothing of a role that it no longer has."""
    mark = reflection.cluster_ids.get(node.name, '')
    return _bearing(node, mark, reflection.labels.get(node.name, {})) if mark or has_role(node, handle) else node


def without_role(node: KubernetesNode) -> KubernetesNode:
    """The node with nothing of a role."""
    return _bearing(node, '', {})


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


def _bearing(node: KubernetesNode, mark: str, labels: Mapping[str, str]) -> KubernetesNode:
    node = with_mark(node, mark)
    for key in KEYS:
        node = with_label(node, key, labels.get(key, ''))
    return node


def _patch(node: KubernetesNode) -> str:
    patch = artefact.reference('v1', 'Node', node.name)
    patch['metadata']['annotations'] = {REFLECTOR_ANNOTATION: node.annotations.get(REFLECTOR_ANNOTATION)}
    patch['metadata']['labels'] = {key: node.labels.get(key) for key in KEYS}
    return artefact.merge(patch)


def _owned(node: KubernetesNode) -> dict[str, Any]:
    labels = {key: node.labels[key] for key in KEYS if key in node.labels}
    mark = node.annotations.get(REFLECTOR_ANNOTATION)
    return {
        **({'annotations': {REFLECTOR_ANNOTATION: mark}} if mark else {}),
        **({'labels': labels} if labels else {}),
    }
