"""BGPPeers one a router and family, selected by the rack label, with the filters that every one of them carries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from netbox_calico.planning.model.intent import WantedResource
from netbox_calico.planning.model.inventory import Cluster, Network, Router
from netbox_calico.planning.model.observation import ClusterObservation
from netbox_calico.planning.naming import FILTER_NAME_MAX, OWNER_LABEL, natural, resource_name, secret_key

from .announced import DEFAULT_ROUTES

if TYPE_CHECKING:
    from .top_of_rack import Ground

type PeerFields = Callable[[Router], Mapping[str, Any]]
"""What a design adds to the BGPPeers of a router."""


def _nothing(router: Router) -> Mapping[str, Any]:
    return {}


def export_filter(cluster: Cluster) -> str:
    """The name of the filter that keeps a node from re-announcing what it learned from peers."""
    return resource_name('cal', cluster.handle, 'tor-export', limit=FILTER_NAME_MAX)


def import_filter(cluster: Cluster) -> str:
    """The name of the filter that lets pools and services in and nothing else."""
    return resource_name('cal', cluster.handle, 'tor-import', limit=FILTER_NAME_MAX)


def bgp_filters(cluster: Cluster, prefixes: tuple[Network, ...], default: bool = False) -> tuple[WantedResource, ...]:
    """The two filters.

    Export: nothing that was learned from peers; else, while the mesh is on, routers would balance over nodes that only
    pass on. Import: ends in Reject, since a default or a prefix that covers nodes would make mesh routes unresolvable
    in BIRD; with ``default`` that route itself is let in, which only a cluster without mesh can bear.
    """
    families = sorted(cluster.families)
    return (
        WantedResource(
            'BGPFilter',
            export_filter(cluster),
            {f'exportV{family}': [{'action': 'Reject', 'source': 'RemotePeers'}] for family in families},
        ),
        WantedResource(
            'BGPFilter',
            import_filter(cluster),
            {
                f'importV{family}': [
                    *(
                        {'action': 'Accept', 'cidr': str(prefix), 'matchOperator': 'In'}
                        for prefix in prefixes
                        if prefix.version == family
                    ),
                    *([{'action': 'Accept', 'cidr': str(DEFAULT_ROUTES[family]), 'matchOperator': 'Equal'}] * default),
                    {'action': 'Reject'},
                ]
                for family in families
            },
        ),
    )


def bgp_peers(ground: Ground, more: PeerFields = _nothing) -> tuple[WantedResource, ...]:
    """One BGPPeer a router and family, by name, and a network where the router serves nodes in several.

    A router that was renamed keeps the BGPPeer that has its address.
    """
    cluster, routers = ground.snapshot.cluster, ground.routers
    racks: dict[tuple[int, int, str], set[str]] = defaultdict(set)
    for session in ground.sessions:
        racks[session.router, session.family, str(session.router_address)].add(session.rack)
    deployed = deployed_names(cluster, ground.observation.cluster)
    ends = Counter((key, family) for key, family, _ in racks)
    wanted = [
        WantedResource(
            'BGPPeer',
            deployed.get(address)
            or resource_name(
                'cal', cluster.handle, routers[key].name, str(family), *([address] if ends[key, family] > 1 else ())
            ),
            {
                'nodeSelector': selector(cluster, sorted(values, key=natural)),
                **peer_spec(cluster, routers[key].asn or 0, address, secret_key(routers[key].name)),
                **more(routers[key]),
            },
        )
        for (key, family, address), values in racks.items()
    ]
    return tuple(sorted(wanted, key=lambda resource: resource.name))


def deployed_names(cluster: Cluster, observed: ClusterObservation) -> Mapping[str, str]:
    """The names of our BGPPeers by address."""
    names: dict[str, list[str]] = defaultdict(list)
    for peer in observed.of_kind('BGPPeer'):
        if peer.labels.get(OWNER_LABEL) == cluster.handle:
            names[str(peer.spec.get('peerIP', ''))].append(peer.name)
    return {address: found[0] for address, found in names.items() if len(found) == 1}


def peer_spec(cluster: Cluster, asn: int, address: str, key: str) -> dict[str, Any]:
    """The BGPPeer of an address in an AS, for whatever nodes; ``key`` is that of its password."""
    spec: dict[str, Any] = {
        'peerIP': address,
        'asNumber': asn,
        'filters': [export_filter(cluster), import_filter(cluster)],
        'reversePeering': 'Manual',
    }
    if cluster.password_secret:
        spec['password'] = {'secretKeyRef': {'name': cluster.password_secret, 'key': key}}
    return spec


def password(cluster: Cluster, key: str) -> str:
    """Where the routers' end of such sessions has its password from, empty without one."""
    return f'{cluster.password_secret}/{key}' if cluster.password_secret else ''


def selector(cluster: Cluster, racks: list[str]) -> str:
    """The selector of the nodes in these racks."""
    if len(racks) == 1:
        return f"{cluster.rack_label} == '{racks[0]}'"
    return f'{cluster.rack_label} in {{{", ".join(repr(rack) for rack in racks)}}}'
