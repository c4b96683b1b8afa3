"""Both sides as a proof needs them, and what an item of a plan makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface
from typing import Any

from netbox_calico.planning.artefact import api_version
from netbox_calico.planning.digest import plain
from netbox_calico.planning.expansion import Node, Resources, Session, secret_of_keys, shared_sessions
from netbox_calico.planning.model.intent import PeerGroup
from netbox_calico.planning.model.observation import ClusterObservation, KubernetesNode, Resource
from netbox_calico.planning.model.plan import Item
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, ROLE_LABELS

from .ground import release_of

OURS = 'netbox-calico.io/'
"""What the keys of our labels begin with, where the rack label is not one that somebody chose."""

_READ = frozenset({'BGPPeer', 'BGPFilter', 'BGPConfiguration'})
_ANNOTATION = 'projectcalico.org/'
_TO_BE_READ = frozenset({f'{_ANNOTATION}ASNumber', f'{_ANNOTATION}labels'})

OLDEST = (3, 30)
"""The oldest release whose agent the expansion knows."""

type Groups = tuple[PeerGroup, ...]
type Sections = Mapping[tuple[str, str], Groups]
"""What a router carries, by its target and the digest of its section."""


@dataclass(frozen=True)
class State:
    """The cluster, and our groups on every router, by the router's key."""

    cluster: ClusterObservation
    groups: Mapping[int, Groups]

    @cached_property
    def resources(self) -> Resources:
        """The cluster as Calico's own agent reads it. Raises ``InvalidInput`` for what it could not read."""
        return resources_of(self.cluster)

    def password(self, of: Session | PeerGroup) -> str:
        """Where one end of a session has its password from: of equal ones always the same, empty without one."""
        if isinstance(of, PeerGroup):
            reference = of.password
        else:
            reference = f'{of.secret.name}/{of.secret.key}' if of.secret else ''
        return self.cluster.alike.get(reference, reference)

    @cached_property
    def sessions(self) -> Mapping[str, tuple[Session, ...]]:
        """What the agents of nodes run, shared by nodes alike, but for the mesh: that is a mark on its members."""
        unmeshed = replace(self.resources, configuration=replace(self.resources.configuration, mesh=False))
        found = shared_sessions(unmeshed, max(release_of(self.cluster.calico_version), OLDEST))
        return {name: found[name] for name in found}


def applied(state: State, items: Iterable[Item], sections: Sections, rack_label: str) -> State:
    """The state once these items have been applied.

    A router whose section is in ``sections`` by no digest carries nothing that is known.
    """
    cluster, groups = state.cluster, dict(state.groups)
    nodes = {node.name: node for node in cluster.nodes}
    resources = {(found.kind, found.name): found for found in cluster.resources}
    for item in items:
        where, _, name = item.target.partition(':')
        if where == 'router':
            groups[int(name)] = sections.get((item.target, item.after), ())
            continue
        artefact = json.loads(item.artefact)
        body = artefact.get('object') or artefact['patch']
        kind, name = body['kind'], body['metadata']['name']
        if kind == 'Node':
            if name in nodes:
                nodes[name] = _node(nodes[name], artefact['verb'], body['metadata'], rack_label)
        elif artefact['verb'] == 'delete':
            resources.pop((kind, name), None)
        else:
            found = resources.get((kind, name), Resource(kind, name))
            resources[kind, name] = _resource(found, artefact['verb'], body)
    return State(replace(cluster, nodes=tuple(nodes.values()), resources=tuple(resources.values())), groups)


def _node(node: KubernetesNode, verb: str, metadata: Mapping[str, Any], rack_label: str) -> KubernetesNode:
    """A server-side apply takes away those labels of ours that it does not name; a merge patch those that are null."""
    labels: Mapping[str, str] = node.labels
    if verb == 'apply':
        labels = {
            key: value
            for key, value in labels.items()
            if key in node.provisioned_labels or key in ROLE_LABELS or not (key == rack_label or key.startswith(OURS))
        }
    return replace(
        node,
        labels=_merged(labels, metadata.get('labels') or {}),
        annotations=_merged(node.annotations, metadata.get('annotations') or {}),
    )


def _resource(found: Resource, verb: str, body: Mapping[str, Any]) -> Resource:
    spec, metadata = body.get('spec') or {}, body['metadata']
    return replace(
        found,
        spec=spec if verb == 'apply' else _merged(found.spec, spec),
        labels=_merged(found.labels, metadata.get('labels') or {}),
        annotations=_merged(found.annotations, metadata.get('annotations') or {}),
    )


def _merged(old: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 7386."""
    merged = dict(old)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            under = merged.get(key)
            merged[key] = _merged(under if isinstance(under, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


def resources_of(cluster: ClusterObservation) -> Resources:
    """The cluster as Calico's own agent reads it. Raises ``InvalidInput`` for what it could not read.

    Nodes whose annotations say no more than an address and a reflector's cluster ID are taken as they are.
    """
    plain_ones = [node for node in cluster.nodes if _is_plain(node)]
    read = Resources.from_objects(_manifests(cluster, {node.name for node in plain_ones}))
    return replace(read, nodes=(*read.nodes, *map(_plain, plain_ones)))


def _is_plain(node: KubernetesNode) -> bool:
    reflects = node.annotations.get(REFLECTOR_ANNOTATION)
    if node.annotations.keys() & _TO_BE_READ or reflects == '':
        return False
    try:
        return reflects is None or bool(IPv4Address(reflects))
    except ValueError:
        return False


def _plain(node: KubernetesNode) -> Node:
    ends = {end.version: end for end in node.addresses}
    ipv4, ipv6 = ends.get(4), ends.get(6)
    return Node(
        name=node.name,
        labels=node.labels,
        ipv4=ipv4 if isinstance(ipv4, IPv4Interface) else None,
        ipv6=ipv6 if isinstance(ipv6, IPv6Interface) else None,
        asn=node.asn,
        rr_cluster_id=node.annotations.get(REFLECTOR_ANNOTATION),
    )


def _manifests(cluster: ClusterObservation, without: set[str]) -> Iterator[Mapping[str, Any]]:
    version = api_version(cluster.api_group)
    for found in cluster.resources:
        if found.kind in _READ:
            yield {
                'apiVersion': version,
                'kind': found.kind,
                'metadata': {'name': found.name},
                'spec': plain(found.spec),
            }
    for node in cluster.nodes:
        if node.name not in without:
            addresses = {f'{_ANNOTATION}IPv{end.version}Address': str(end) for end in node.addresses}
            metadata = {'name': node.name, 'labels': node.labels, 'annotations': {**node.annotations, **addresses}}
            yield {'apiVersion': 'v1', 'kind': 'Node', 'metadata': metadata}
    for name, keys in cluster.secrets.items():
        yield secret_of_keys(name, keys)
