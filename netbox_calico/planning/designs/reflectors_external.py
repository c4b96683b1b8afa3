"""Route reflectors outside the cluster: every node peers by iBGP with each of them, and they keep the next hop.

So traffic goes the way that it goes in the mesh, and in the same tunnels: reflectors carry no packets. They mark what
they hear as nothing for other AS numbers, as a fabric that had it from them would send them the packets too. Each
passes on to all, so none needs the others, and two are enough for one to fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.intent import Intent, PeerGroup, Session, WantedResource
from netbox_calico.planning.model.inventory import Router, Snapshot
from netbox_calico.planning.model.observation import IPAddress, Observation, Resource
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.naming import OWNER_LABEL, natural, resource_name, secret_key
from netbox_calico.planning.serving import REFLECTOR_ROLE, session_address

from .announced import announced
from .design import Design
from .per_router import deployed_names, peer_spec
from .top_of_rack import Ground, intent
from .tor_as_per_rack import without_local_as
from .tor_full_tables import cluster_as

EVERY_NODE = 'all()'
"""Who peers with reflectors: also a node that has just joined."""

_LOOPBACK = 'loopback'


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """A BGPPeer a reflector and family for all nodes, a section a reflector, a session a node, reflector and family."""
    ground = _ground(snapshot, observation)
    ends = {(session.router, session.family): session.router_address for session in ground.sessions}

    def reflecting(group: PeerGroup, router: Router) -> PeerGroup:
        end = ends[router.id, group.family]
        return replace(group, route_reflector_client=True, update_source=end, no_export=True)

    peers = tuple(_peers(ground, ends))
    apart = any('localASNumber' in peer.spec for peer in peers)
    findings = without_local_as(ground) if apart else ()
    return replace(intent(REFLECTORS_EXTERNAL.key, ground, peers, reflecting, findings), reflected=True)


def to_external_reflector(found: Resource, handle: str) -> bool:
    """Whether it is a BGPPeer of ours that this design made."""
    ours = found.kind == 'BGPPeer' and found.labels.get(OWNER_LABEL) == handle
    return ours and bool(found.spec.get('peerIP')) and found.spec.get('nodeSelector') == EVERY_NODE


def reflectors(snapshot: Snapshot) -> tuple[Router, ...]:
    """The routers with the role of reflector that are for the cluster: tied to one of its racks, or to none."""
    racks = {node.rack.id for node in snapshot.nodes if node.rack}
    return tuple(
        router
        for router in sorted(snapshot.routers, key=lambda router: (natural(router.name), router.id))
        if router.role == REFLECTOR_ROLE and (not router.tied_racks or not racks.isdisjoint(router.tied_racks))
    )


def _ground(snapshot: Snapshot, observation: Observation) -> Ground:
    """Nodes peer in the AS of the reflectors: the cluster's own, or one that they have in these sessions alone."""
    found, families = reflectors(snapshot), snapshot.cluster.families
    ends = {(router.id, family): _ends(router, family, snapshot.cluster.vrf) for router in found for family in families}
    known = {node.name for node in snapshot.nodes}
    sessions = [
        Session(
            node=node.name,
            rack='',
            router=router.id,
            family=end.version,
            node_address=end.ip,
            router_address=ends[router.id, end.version][0],
            node_as=router.asn or 0,
            router_as=router.asn or 0,
        )
        for node in observation.cluster.nodes
        if node.name in known
        for router in found
        for end in node.addresses
        if end.version in families and len(ends[router.id, end.version]) == 1
    ]
    return Ground(
        snapshot=snapshot,
        observation=observation,
        routers={router.id: router for router in snapshot.routers},
        rack_of={},
        sessions=tuple(sessions),
        prefixes=announced(snapshot),
        findings=(*_none(snapshot, found), *_unclear(found, ends)),
    )


def _ends(router: Router, family: int, vrf: int | None) -> tuple[IPAddress, ...]:
    """Where nodes may peer with it: its loopback, else what it has beside the address that it is managed at."""
    own = [a for a in router.addresses if a.value.version == family and a.vrf == vrf and session_address(a)]
    loopbacks = [address for address in own if address.role == _LOOPBACK]
    beside = [address for address in own if str(address.value.ip) != router.management]
    return tuple(address.value.ip for address in loopbacks or beside or own)


def _peers(ground: Ground, ends: dict[tuple[int, int], IPAddress]) -> Iterator[WantedResource]:
    cluster, observation = ground.snapshot.cluster, ground.observation
    deployed, nodes = deployed_names(cluster, observation.cluster), cluster_as(cluster, observation)
    for (key, family), address in sorted(ends.items()):
        router = ground.routers[key]
        name = deployed.get(str(address)) or resource_name('cal', cluster.handle, router.name, str(family))
        spec = peer_spec(cluster, router.asn or 0, str(address), secret_key(router.name))
        apart = {'localASNumber': router.asn} if router.asn and router.asn != nodes else {}
        yield WantedResource('BGPPeer', name, {'nodeSelector': EVERY_NODE, **spec, **apart})


def _none(snapshot: Snapshot, found: tuple[Router, ...]) -> Iterator[Finding]:
    if not found:
        yield Finding(
            Severity.ERROR,
            'no-external-reflector',
            snapshot.cluster.name,
            f'{snapshot.cluster.name} has no route reflector outside: add two as Calico routers with the role «Route '
            'reflector», and tie each to one of the racks of the cluster.',
        )


def _unclear(found: tuple[Router, ...], ends: dict[tuple[int, int], tuple[IPAddress, ...]]) -> Iterator[Finding]:
    names = {router.id: router.name for router in found}
    for (key, family), addresses in ends.items():
        if len(addresses) != 1:
            there = f'several IPv{family} addresses ({listed(addresses)})' if addresses else f'no IPv{family} address'
            yield Finding(
                Severity.ERROR,
                'reflector-address-unclear',
                names[key],
                f'{names[key]} has {there} in the VRF of the cluster that nodes could peer with: give the one that it '
                'shall speak from the role loopback in NetBox.',
            )


REFLECTORS_EXTERNAL = Design(
    key='reflectors-external',
    label='Route reflectors outside the cluster',
    description=(
        'Every node peers by iBGP with each of a few routers that only pass routes on; packets go from node to node as '
        'in the mesh.'
    ),
    mesh=False,
    derive=derive,
)
