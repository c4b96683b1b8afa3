"""BGPPeers between nodes and route reflectors, by labels and never by address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbox_calico.planning.model.intent import WantedResource
from netbox_calico.planning.model.inventory import Cluster
from netbox_calico.planning.model.observation import ClusterObservation
from netbox_calico.planning.naming import FILTER_NAME_MAX, resource_name
from netbox_calico.planning.saved_mesh import saved_settings

_PASSWORD = 'nodeMeshPassword'


def own_routes_filter(cluster: Cluster) -> WantedResource:
    """What reflectors with one cluster ID tell each other: their own routes.

    Of clients each hears itself, and by RFC 4456 would drop what the others reflect; BIRD would keep it, and pass every
    path on to every client.
    """
    return WantedResource(
        'BGPFilter',
        resource_name('cal', cluster.handle, 'reflectors', limit=FILTER_NAME_MAX),
        {f'exportV{family}': [{'action': 'Reject', 'source': 'RemotePeers'}] for family in sorted(cluster.families)},
    )


def to_reflectors(
    cluster: Cluster, observed: ClusterObservation, name: str, clients: str, reflectors: str
) -> WantedResource:
    """Clients peer with reflectors; what the reflectors need for it Calico derives from the same BGPPeer."""
    return _bgp_peer(cluster, observed, name, clients, reflectors, {'reversePeering': 'Auto'})


def among_reflectors(
    cluster: Cluster, observed: ClusterObservation, name: str, reflectors: str, bgp_filter: WantedResource | None = None
) -> WantedResource:
    """Reflectors peer with each other, each from its side."""
    filters = {'filters': [bgp_filter.name]} if bgp_filter else {}
    return _bgp_peer(cluster, observed, name, reflectors, reflectors, {'reversePeering': 'Manual', **filters})


def _bgp_peer(
    cluster: Cluster, observed: ClusterObservation, name: str, near: str, far: str, more: Mapping[str, Any]
) -> WantedResource:
    """The password is the mesh's own: sessions between nodes stay as well guarded as they were."""
    spec: dict[str, Any] = {'nodeSelector': near, 'peerSelector': far, **more}
    password = _mesh_password(observed)
    if password:
        spec['password'] = password
    return WantedResource('BGPPeer', resource_name('cal', cluster.handle, name), spec)


def _mesh_password(observed: ClusterObservation) -> Mapping[str, Any] | None:
    """The reference to the password of the mesh, which is kept in an annotation while the mesh is off."""
    default = observed.find('BGPConfiguration', 'default')
    if default is None:
        return None
    found = default.spec.get(_PASSWORD) or saved_settings(default).get(_PASSWORD)
    return found if isinstance(found, Mapping) else None
