"""Which nodes peer with which by the BGPPeers of a cluster, as Calico's own agent makes them of what is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .artefact import api_version
from .digest import plain
from .expansion import Expansion, Resources, expand, secret_of_keys
from .model.observation import ClusterObservation, IPAddress

_READ = frozenset({'BGPPeer', 'BGPFilter', 'BGPConfiguration'})


@dataclass(frozen=True, slots=True)
class NodeSession:
    """One end of a session between two nodes: with whom, at which address."""

    other: str
    family: int
    address: IPAddress


def expanded(cluster: ClusterObservation, only: Collection[str] | None = None) -> Expansion:
    """What the agent makes of the cluster's BGPPeers on these nodes (none: on all), the mesh left out.

    Raises InvalidInput for an object that Calico could not read either.
    """
    resources = Resources.from_objects(_objects(cluster), observed=cluster.nodes)
    return expand(replace(resources, configuration=replace(resources.configuration, mesh=False)), only)


def node_sessions(cluster: ClusterObservation, only: Collection[str]) -> Mapping[str, tuple[NodeSession, ...]]:
    """The sessions of these nodes with other nodes."""
    holders = {end.ip: node.name for node in cluster.nodes for end in node.addresses}
    found: dict[str, list[NodeSession]] = defaultdict(list)
    for name, sessions in expanded(cluster, frozenset(only)).sessions.items():
        for session in sessions:
            if session.neighbor in holders:
                found[name].append(NodeSession(holders[session.neighbor], session.family, session.neighbor))
    return {name: tuple(sessions) for name, sessions in found.items()}


def _objects(cluster: ClusterObservation) -> Iterator[Mapping[str, Any]]:
    version = api_version(cluster.api_group)
    for found in cluster.resources:
        if found.kind in _READ:
            head = {'apiVersion': version, 'kind': found.kind, 'metadata': {'name': found.name}}
            yield {**head, 'spec': plain(found.spec)}
    for name, keys in cluster.secrets.items():
        yield secret_of_keys(name, keys)
