"""Nodes as an adapter has read them already: most need not be written as manifests and read again."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface
from typing import Any

from netbox_calico.planning.model.observation import KubernetesNode

from .objects import Node
from .specs import ANNOTATION

_ADDRESS = {4: f'{ANNOTATION}IPv4Address', 6: f'{ANNOTATION}IPv6Address'}
_REFLECTS = f'{ANNOTATION}RouteReflectorClusterID'
_ONLY_TEXT = frozenset({f'{ANNOTATION}ASNumber', f'{ANNOTATION}labels'})


def observed_node(node: KubernetesNode) -> Node | None:
    """The node as the agent reads it; None where its annotations say what has to be read as text."""
    ends = {end.version: end for end in node.addresses}
    ipv4, ipv6 = ends.get(4), ends.get(6)
    annotations = node.annotations
    if annotations:
        unread = any(key in annotations and family not in ends for family, key in _ADDRESS.items())
        if unread or not _ONLY_TEXT.isdisjoint(annotations) or not _is_address(annotations.get(_REFLECTS)):
            return None
    if len(ends) < len(node.addresses) or not _is_common(ipv6):
        return None
    return Node(
        name=node.name,
        labels=node.labels,
        ipv4=ipv4 if isinstance(ipv4, IPv4Interface) else None,
        ipv6=ipv6 if isinstance(ipv6, IPv6Interface) else None,
        rr_cluster_id=annotations.get(_REFLECTS),
    )


def manifest_of(node: KubernetesNode) -> Mapping[str, Any]:
    """The node as Kubernetes has it, as far as the agent reads it."""
    addresses = {_ADDRESS[end.version]: str(end) for end in node.addresses}
    return {
        'apiVersion': 'v1',
        'kind': 'Node',
        'metadata': {
            'name': node.name,
            'labels': dict(node.labels),
            'annotations': {**node.annotations, **addresses},
        },
    }


def _is_address(text: str | None) -> bool:
    try:
        return text is None or bool(IPv4Address(text))
    except ValueError:
        return False


def _is_common(address: object) -> bool:
    """Whether it has neither a zone nor an address of IPv4 in it, which the agent takes for something else."""
    return not isinstance(address, IPv6Interface) or (address.scope_id is None and address.ipv4_mapped is None)
