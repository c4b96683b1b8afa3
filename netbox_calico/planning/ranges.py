"""The ranges that a cluster's resources speak of. Older CRDs take any text for one, and newer ones an entry without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from .model.inventory import Network
from .model.observation import ClusterObservation, Resource

SERVICE_FIELDS = {
    'serviceClusterIPs': 'cluster',
    'serviceExternalIPs': 'external',
    'serviceLoadBalancerIPs': 'loadbalancer',
}
"""The fields of a BGPConfiguration that let nodes announce services, and the kind of the ranges in each."""


def pools(cluster: ClusterObservation) -> Iterator[tuple[Resource, Network]]:
    """The pools of the cluster that can be read, each with its range."""
    for pool in cluster.of_kind('IPPool'):
        network = _network(pool.spec)
        if network is not None:
            yield pool, network


def services(cluster: ClusterObservation) -> Iterator[tuple[str, Network]]:
    """The service ranges that BGPConfiguration `default` lets the nodes announce, each with the field that says so."""
    for field, entry in _service_entries(cluster):
        network = _network(entry)
        if network is not None:
            yield field, network


def unreadable(cluster: ClusterObservation) -> Iterator[tuple[str, str]]:
    """Where a range should stand and none does: the place, and what stands there."""
    places = [(f'IPPool {pool.name}', pool.spec) for pool in cluster.of_kind('IPPool')]
    places += [(f'BGPConfiguration default ({field})', entry) for field, entry in _service_entries(cluster)]
    for place, entry in places:
        if _network(entry) is None:
            yield place, str(entry.get('cidr', ''))


def _service_entries(cluster: ClusterObservation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    default = cluster.find('BGPConfiguration', 'default')
    for field in SERVICE_FIELDS:
        for entry in entries(default.spec, field) if default else ():
            yield field, entry


def entries(spec: Mapping[str, Any], field: str) -> tuple[Mapping[str, Any], ...]:
    """The entries of a list of mappings; what is none has none."""
    found = spec.get(field)
    return tuple(entry for entry in found if isinstance(entry, Mapping)) if isinstance(found, list | tuple) else ()


def _network(entry: Mapping[str, Any]) -> Network | None:
    try:
        return ip_network(str(entry.get('cidr', '')), strict=False)
    except ValueError:
        return None
