"""Route reflectors in the cluster that alone peer with the routers of the racks, which so have few sessions.

Every reflector peers with every router, by eBGP, and leaves each node the next hop of its blocks. A router takes only
what leads to nodes of its own rack: else it would announce blocks of other racks to the fabric as its own, and send the
packets that come for them back there. Nodes hear nothing of the routers: among them all stays as with reflectors alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from netbox_calico.planning.model.intent import Intent, PeerGroup, Session, WantedResource
from netbox_calico.planning.model.inventory import Cluster, Interface, Network, Router, Snapshot
from netbox_calico.planning.model.observation import IPAddress, Observation
from netbox_calico.planning.naming import (
    FILTER_NAME_MAX,
    REFLECTOR_LABEL,
    natural,
    next_hop_list_name,
    resource_name,
    secret_key,
)
from netbox_calico.planning.serving import Serving, serve

from .announced import announced
from .design import Design
from .per_router import deployed_names
from .reflectors import derive as reflecting
from .top_of_rack import Ground, intent
from .tor_full_tables import cluster_as

EVERY_REFLECTOR = f'has({REFLECTOR_LABEL})'
"""Who peers with the routers."""

type Addresses = Mapping[str, Mapping[int, Interface]]
"""Those of nodes by name and family."""

type Ends = Mapping[tuple[int, int], tuple[IPAddress, frozenset[Network]]]
"""By router and family: the address that reflectors peer with, and the networks of the nodes that it serves."""


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """The reflectors with their BGPPeers, a BGPPeer a router and family that selects them, a section a router."""
    inside = reflecting(snapshot, observation)
    chosen = sorted(inside.reflection.cluster_ids if inside.reflection else (), key=natural)
    serving = serve(snapshot, observation.cluster)
    routers = {router.id: router for router in snapshot.routers}
    addresses: Addresses = {n.name: {end.version: end for end in n.addresses} for n in observation.cluster.nodes}
    ends = _ends(serving, addresses)
    nodes = cluster_as(snapshot.cluster, observation)
    sessions = tuple(
        Session(
            node=name,
            rack='',
            router=key,
            family=family,
            node_address=addresses[name][family].ip,
            router_address=address,
            node_as=nodes,
            router_as=routers[key].asn or 0,
        )
        for name in chosen
        for (key, family), (address, _) in ends.items()
        if family in addresses[name]
    )
    ground = Ground(snapshot, observation, routers, {}, sessions, announced(snapshot), serving.findings)

    def own_rack_alone(group: PeerGroup, router: Router) -> PeerGroup:
        address, networks = ends[router.id, group.family]
        return replace(
            group,
            multihop=True,
            update_source=address,
            next_hops=tuple(sorted(networks, key=lambda network: int(network.network_address))),
            next_hop_list=next_hop_list_name(snapshot.cluster.handle, group.family),
        )

    outside = intent(REFLECTORS_TOR.key, ground, (), own_rack_alone)
    return replace(
        inside,
        design=REFLECTORS_TOR.key,
        resources=(*inside.resources, _deaf(snapshot.cluster), *_peers(ground, ends)),
        sections=outside.sections,
        sessions=sessions,
        findings=outside.findings,
    )


def _ends(serving: Serving, addresses: Addresses) -> Ends:
    """A router that serves several networks is reached by the first of its addresses."""
    found: dict[tuple[int, int], set[IPAddress]] = defaultdict(set)
    networks: dict[tuple[int, int], set[Network]] = defaultdict(set)
    for node, links in serving.links.items():
        for link in links:
            found[link.router, link.family].add(link.router_address)
            networks[link.router, link.family].add(addresses[node][link.family].network)
    return {key: (min(found[key], key=int), frozenset(networks[key])) for key in sorted(found)}


def _deaf(cluster: Cluster) -> WantedResource:
    """Reflectors take nothing of routers: what they took all nodes would hear."""
    return WantedResource(
        'BGPFilter',
        resource_name('cal', cluster.handle, 'reflectors-tor', limit=FILTER_NAME_MAX),
        {f'importV{family}': [{'action': 'Reject'}] for family in sorted(cluster.families)},
    )


def _peers(ground: Ground, ends: Ends) -> tuple[WantedResource, ...]:
    cluster = ground.snapshot.cluster
    deployed = deployed_names(cluster, ground.observation.cluster)
    wanted = []
    for (key, family), (address, _) in ends.items():
        router = ground.routers[key]
        spec = {
            'nodeSelector': EVERY_REFLECTOR,
            'peerIP': str(address),
            'asNumber': router.asn or 0,
            'filters': [_deaf(cluster).name],
            'nextHopMode': 'Keep',
            'reversePeering': 'Manual',
        }
        if cluster.password_secret:
            spec['password'] = {'secretKeyRef': {'name': cluster.password_secret, 'key': secret_key(router.name)}}
        name = deployed.get(str(address)) or resource_name('cal', cluster.handle, router.name, str(family))
        wanted.append(WantedResource('BGPPeer', name, spec))
    return tuple(sorted(wanted, key=lambda resource: resource.name))


REFLECTORS_TOR = Design(
    key='reflectors-tor',
    label='Route reflectors that peer with the routers',
    description=(
        'Some nodes reflect the routes of all and alone peer with the routers of the racks, each of which takes the '
        'routes to its own rack.'
    ),
    mesh=False,
    derive=derive,
    reflects=True,
    options=('nodes_per_reflector', 'reflectors_min', 'reflectors_max'),
)
