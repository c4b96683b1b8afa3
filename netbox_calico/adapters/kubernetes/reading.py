"""Objects of the API to values of the planner: pure, and forgiving where Calico itself is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_interface, ip_network
from typing import Any

from lightkube.models.meta_v1 import ManagedFieldsEntry
from lightkube.resources.core_v1 import Node

from netbox_calico.planning.asn import parse_asn
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.inventory import Interface
from netbox_calico.planning.model.observation import Affinity, KubernetesNode, Resource

from .kubeconfig import FIELD_MANAGER

_ADDRESSES = ('projectcalico.org/IPv4Address', 'projectcalico.org/IPv6Address')
_ASN = 'projectcalico.org/ASNumber'
_PASSWORD = {'BGPPeer': 'password', 'BGPConfiguration': 'nodeMeshPassword'}
"""Where a kind names a Secret."""
# Another text is no Secret's name, and would lead the request elsewhere.
_NAME = re.compile(r'[a-z0-9]([-a-z0-9.]*[a-z0-9])?')


def resource(kind: str, found: Mapping[str, Any]) -> Resource:
    """A resource of Calico's."""
    metadata = found['metadata']
    return Resource(
        kind=kind,
        name=metadata['name'],
        spec=found.get('spec') or {},
        labels=metadata.get('labels') or {},
        annotations=metadata.get('annotations') or {},
        version=metadata.get('resourceVersion', ''),
    )


def node(found: Node) -> KubernetesNode:
    """A Node with Calico's annotations parsed; an annotation that Calico could not read either counts as absent."""
    metadata, status = found.metadata, found.status
    assert metadata is not None
    assert metadata.name is not None
    annotations = metadata.annotations or {}
    conditions = {condition.type: condition.status for condition in (status.conditions if status else None) or ()}
    info = status.nodeInfo if status else None
    return KubernetesNode(
        name=metadata.name,
        labels=metadata.labels or {},
        annotations=annotations,
        addresses=tuple(address for key in _ADDRESSES if (address := _address(annotations.get(key))) is not None),
        asn=_as_number(annotations.get(_ASN)),
        system_uuid=(info.systemUUID if info else None) or '',
        ready=conditions.get('Ready') == 'True',
        schedulable=not (found.spec and found.spec.unschedulable),
        provisioned_labels=_labels_of_others(metadata.managedFields or ()),
    )


def affinity(found: Mapping[str, Any]) -> Affinity | None:
    """A block's affinity; ``node`` is empty when it is no host's, ``state`` is deleted for a tombstone."""
    spec = found.get('spec') or {}
    try:
        cidr = ip_network(spec.get('cidr', ''))
    except ValueError:
        return None
    # The v1 group writes booleans as text.
    gone = spec.get('deleted') in (True, 'true')
    host = spec.get('type') in (None, '', 'host')
    return Affinity(cidr, spec.get('node', '') if host else '', 'deleted' if gone else spec.get('state', ''))


def secret_names(resources: Iterable[Resource]) -> frozenset[str]:
    """The Secrets that these name for passwords."""
    references = (
        (found.spec.get(_PASSWORD.get(found.kind, '')) or {}).get('secretKeyRef') or {} for found in resources
    )
    return frozenset(name for each in references if _NAME.fullmatch(name := each.get('name') or ''))


def alike(secrets: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """References (``SECRET/KEY``) to values that an earlier one has as well, with the first that has them."""
    first: dict[str, str] = {}
    found = {
        f'{name}/{key}': value for name, values in sorted(secrets.items()) for key, value in sorted(values.items())
    }
    of = {reference: first.setdefault(value, reference) for reference, value in found.items()}
    return {reference: one for reference, one in of.items() if one != reference}


def _address(text: str | None) -> Interface | None:
    try:
        return ip_interface(text) if text else None
    except ValueError:
        return None


def _as_number(text: str | None) -> int | None:
    try:
        return parse_asn(text) if text else None
    except InvalidInput:
        return None


def _labels_of_others(entries: Iterable[ManagedFieldsEntry]) -> frozenset[str]:
    """Keys of the labels that another field manager owns."""
    keys: set[str] = set()
    for entry in entries:
        if entry.manager != FIELD_MANAGER:
            fields: Any = entry.fieldsV1 or {}
            labels = fields.get('f:metadata', {}).get('f:labels', {})
            keys |= {key.removeprefix('f:') for key in labels if key.startswith('f:')}
    return frozenset(keys)
