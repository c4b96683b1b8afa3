"""Everything an expansion is computed from, and the two ways to read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model.plan import Finding
from .objects import BGPConfiguration, BGPPeer, Node


@dataclass(frozen=True, slots=True)
class Resources:
    """Nodes and Calico's resources of one cluster.

    ``listen_ports`` are the ports of ``BGPConfiguration/node.<name>``, by node. ``bgp_filters`` maps a filter's name to its
    spec, untouched. ``secrets`` maps the name of a Secret to those of its keys that are not empty: never a value.
    ``findings`` tells what stood in the resources and means nothing to the agent.
    """

    nodes: tuple[Node, ...] = ()
    bgp_peers: tuple[BGPPeer, ...] = ()
    configuration: BGPConfiguration = field(default_factory=BGPConfiguration)
    listen_ports: Mapping[str, int] = field(default_factory=dict)
    bgp_filters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    secrets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @classmethod
    def from_objects(cls, objects: Iterable[Mapping[str, Any]], namespace: str | None = None) -> Resources:
        """From Kubernetes-style manifests (apiVersion, kind, metadata, spec), in any order; other kinds are passed over.

        Nodes are the Kubernetes ones with Calico's annotations, or Calico's own (etcd datastore); lists are opened.
        ``namespace`` is calico-node's own: only Secrets of it count; without it Secrets of any namespace do.
        Raises InvalidInput with the object's name for what the Kubernetes API or the agent could not read.
        """
        from .manifests import read_objects

        return read_objects(objects, namespace)

    @classmethod
    def from_case(cls, case: Mapping[str, Any]) -> Resources:
        """From a mapping ``{"nodes": […], "secrets": […], "resources": […]}``, one line of a recorded case. Raises InvalidInput."""
        from .manifests import read_case

        return read_case(case)
