"""What a document that is sent makes of a cluster, as the API would have it; what the API would refuse is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from netbox_calico.planning.model.observation import ClusterObservation, KubernetesNode, Resource
from netbox_calico.planning.naming import ROLE_LABELS


def applied(cluster: ClusterObservation, document: dict[str, Any]) -> ClusterObservation:
    """The cluster after the document, an item's artefact."""
    verb = document['verb']
    body = document.get('object') or document['patch']
    kind, name = body['kind'], body['metadata']['name']
    assert body['apiVersion'] == ('v1' if kind == 'Node' else 'projectcalico.org/v3')
    if kind == 'Node':
        nodes = {node.name: node for node in cluster.nodes}
        nodes[name] = _node(nodes[name], verb, body['metadata'])
        return replace(cluster, nodes=tuple(nodes.values()))
    resources = {(found.kind, found.name): found for found in cluster.resources}
    if verb == 'delete':
        del resources[kind, name]
    else:
        resources[kind, name] = _resource(resources.get((kind, name)), verb, body)
    return replace(cluster, resources=tuple(resources.values()))


def _resource(found: Resource | None, verb: str, body: dict[str, Any]) -> Resource:
    metadata = body['metadata']
    if verb == 'apply':
        return Resource(
            body['kind'],
            metadata['name'],
            body['spec'],
            {**(found.labels if found else {}), **metadata.get('labels', {})},
            found.annotations if found else {},
        )
    assert found is not None, 'a merge patch of nothing is a 404'
    return replace(
        found,
        spec=_merged(found.spec, body.get('spec', {})),
        annotations=_merged(found.annotations, metadata.get('annotations', {})),
    )


def _node(node: KubernetesNode, verb: str, metadata: dict[str, Any]) -> KubernetesNode:
    if verb == 'apply':
        foreign = {
            key: value
            for key, value in node.labels.items()
            if not key.startswith('netbox-calico.io/') or key in {*node.provisioned_labels, *ROLE_LABELS}
        }
        return replace(node, labels={**foreign, **metadata.get('labels', {})})
    return replace(
        node,
        annotations=_merged(node.annotations, metadata.get('annotations', {})),
        labels=_merged(node.labels, metadata.get('labels', {})),
    )


def _merged(old: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(old)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = value
    return result
