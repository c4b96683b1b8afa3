"""The scheme for clusters of any size: routers of one position have one address in all racks, and show nodes one AS.

One BGPPeer a position and family then serves every rack. The address is a second one on the router's interface towards
the rack, with the role anycast in NetBox; each router stays the next hop by the address that it alone has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from netbox_calico.planning.asn import CRD_AS_MAX, Kind, kind_of_asn, parse_asn
from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.intent import PeerGroup, Session, WantedResource
from netbox_calico.planning.model.inventory import Cluster, Router, Snapshot
from netbox_calico.planning.model.observation import IPAddress, Observation
from netbox_calico.planning.model.options import Scheme
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.naming import natural, resource_name, secret_key
from netbox_calico.planning.serving import SHARED_ROLE

from .per_router import deployed_names, password, peer_spec, selector
from .top_of_rack import Ground, Variation, still_shared


def on_shared_addresses(ground: Ground) -> Ground:
    """The same sessions at the shared addresses of the routers, in the AS that these show; others are left out."""
    presented = ground.snapshot.cluster.options.presented_as
    shared, findings = _addresses(ground)
    sessions = tuple(
        replace(
            session,
            router_address=shared[session.router, session.family],
            router_as=presented,
            gateway=session.router_address,
            former=None,
        )
        for session in ground.sessions
        if (session.router, session.family) in shared
    )
    return replace(
        ground,
        sessions=sessions,
        findings=(*ground.findings, *findings, *_twice(ground, sessions), *_impossible(ground, presented)),
    )


def as_it_runs(snapshot: Snapshot, observation: Observation) -> Snapshot:
    """The same with the scheme that the BGPPeers have now, whatever is wished."""
    ends = set(map(str, still_shared(snapshot, observation).values()))
    shown = [
        parse_asn(peer.spec['asNumber'])
        for peer in observation.cluster.of_kind('BGPPeer')
        if peer.spec.get('peerIP') in ends and peer.spec.get('asNumber')
    ]
    options = replace(
        snapshot.cluster.options,
        scheme=Scheme.SHARED_ADDRESS if shown else Scheme.PER_ROUTER,
        presented_as=shown[0] if shown else snapshot.cluster.options.presented_as,
    )
    return replace(snapshot, cluster=replace(snapshot.cluster, options=options))


def position_peers(ground: Ground, more: Mapping[str, Any]) -> tuple[WantedResource, ...]:
    """One BGPPeer a position and family, for all racks that have a router there."""
    cluster = ground.snapshot.cluster
    racks: dict[IPAddress, set[str]] = defaultdict(set)
    for session in ground.sessions:
        racks[session.router_address].add(session.rack)
    deployed = deployed_names(cluster, ground.observation.cluster)
    labelled = frozenset(ground.rack_of.values())
    wanted = [
        WantedResource(
            'BGPPeer',
            deployed.get(str(address))
            or resource_name('cal', cluster.handle, _position(address), str(address.version)),
            {
                'nodeSelector': _of_racks(cluster, found, labelled),
                **peer_spec(cluster, cluster.options.presented_as, str(address), position_key(address)),
                **more,
            },
        )
        for address, found in racks.items()
    ]
    return tuple(sorted(wanted, key=lambda resource: resource.name))


def _of_racks(cluster: Cluster, having: Collection[str], labelled: Collection[str]) -> str:
    """The selector of the racks that have the position. Those that lack it are named where they are fewer: one router
    that is drained must not make it longer than Calico takes.
    """
    lacking = sorted(set(labelled).difference(having), key=natural)
    if not lacking:
        return f'has({cluster.rack_label})'
    if len(lacking) < len(having):
        return f'has({cluster.rack_label}) && {cluster.rack_label} not in {{{", ".join(map(repr, lacking))}}}'
    return selector(cluster, sorted(having, key=natural))


def presenting(ground: Ground) -> Variation:
    """A group that speaks from the shared address in the AS for nodes, and is the next hop by its own address."""
    ends = {(session.router, session.family): session for session in ground.sessions}
    cluster = ground.snapshot.cluster

    def vary(group: PeerGroup, router: Router) -> PeerGroup:
        session = ends[router.id, group.family]
        return replace(
            group,
            local_as=None if router.asn == session.router_as else session.router_as,
            update_source=session.router_address,
            connected_check=False,
            next_hop=session.gateway,
            password=password(cluster, position_key(session.router_address)),
        )

    return vary


def of_one_as_alone(ground: Ground) -> Iterator[Finding]:
    """Designs in which nodes have several AS numbers cannot have the scheme.

    A BGPPeer names one local AS; that of a node as a whole is that of its mesh sessions too, and to change it restarts
    all of its sessions at once.
    """
    cluster = ground.snapshot.cluster
    if cluster.options.scheme is Scheme.SHARED_ADDRESS:
        yield Finding(
            Severity.ERROR,
            'shared-address-of-several-as',
            cluster.name,
            'At shared addresses one BGPPeer serves the nodes of all racks and gives them one AS, and the design has '
            'several. Choose BGPPeers per router on the cluster, or a design with one AS for all nodes: full tables, '
            'or a default route downward.',
        )


def _position(address: IPAddress) -> str:
    return f'position-{int(address) & 0xFFFF}'


def position_key(address: IPAddress) -> str:
    """One key of the Secret for the routers of a position, in both families where these are numbered alike."""
    return secret_key(_position(address))


def _addresses(ground: Ground) -> tuple[Mapping[tuple[int, int], IPAddress], tuple[Finding, ...]]:
    """The shared address by router and family: of role anycast, towards the rack, and not in its network.

    Gateways that all routers of a rack answer for have that role too, in its network or, in IPv6, link-local, and those
    of other networks on other interfaces.
    """
    networks: dict[tuple[int, int], set[IPAddress]] = defaultdict(set)
    for session in ground.sessions:
        networks[session.router, session.family].add(session.router_address)
    found: dict[tuple[int, int], IPAddress] = {}
    findings: list[Finding] = []
    for (key, family), own in sorted(networks.items(), key=lambda pair: (ground.routers[pair[0][0]].name, pair[0])):
        router = ground.routers[key]
        racks = {address.value.network for address in router.addresses if address.value.ip in own}
        towards = {address.interface for address in router.addresses if address.value.ip in own}
        candidates = [
            address.value.ip
            for address in router.addresses
            if address.role == SHARED_ROLE
            and address.interface in towards
            and address.vrf == ground.snapshot.cluster.vrf
            and address.value.version == family
            and not any(address.value.ip in network for network in racks)
            and not (family == 6 and address.value.is_link_local)
        ]
        if len(own) > 1:
            ends = sorted(own, key=int)
            findings.append(
                Finding(
                    Severity.ERROR,
                    'shared-address-of-several-racks',
                    router.name,
                    f'{router.name} serves IPv{family} networks by {listed(ends)}, and with a shared '
                    'address it can be the next hop by one alone. Choose a BGPPeer a router, or a router a rack.',
                )
            )
        elif len(candidates) != 1:
            findings.append(_not_one(router, family, candidates))
        else:
            found[key, family] = candidates[0]
    return found, tuple(findings)


def _not_one(router: Router, family: int, candidates: Iterable[IPAddress]) -> Finding:
    several = listed(candidates)
    return Finding(
        Severity.ERROR,
        'shared-address-missing',
        router.name,
        f'{router.name} has {f"several shared IPv{family} addresses ({several})" if several else ""}'
        f'{"" if several else f"no shared IPv{family} address"}: in NetBox give its interface towards the rack one '
        'address of the role anycast outside the network of the rack, the same on all routers of its position.',
    )


def _twice(ground: Ground, sessions: Iterable[Session]) -> Iterator[Finding]:
    """Two routers at one address in a rack, or in a network that racks have in common: both would answer for it."""
    networks = {
        (router.id, address.value.ip): f'network {address.value.network}'
        for router in ground.routers.values()
        for address in router.addresses
    }
    holders: dict[tuple[str, IPAddress], set[str]] = defaultdict(set)
    for session in sessions:
        name = ground.routers[session.router].name
        holders[f'rack {session.rack}', session.router_address].add(name)
        if session.gateway is not None:
            holders[networks[session.router, session.gateway], session.router_address].add(name)
    told: set[tuple[IPAddress, frozenset[str]]] = set()
    for (place, address), names in sorted(
        holders.items(), key=lambda pair: (pair[0][0].startswith('network'), natural(pair[0][0]), int(pair[0][1]))
    ):
        if len(names) > 1 and (address, frozenset(names)) not in told:
            told.add((address, frozenset(names)))
            yield Finding(
                Severity.ERROR,
                'shared-address-twice',
                place.partition(' ')[2],
                f'{listed(sorted(names))} in {place} have one shared address, {address}, and nodes could not tell them '
                'apart: give each there an address of its own, or choose BGPPeers per router on the cluster.',
            )


def _impossible(ground: Ground, presented: int) -> Iterator[Finding]:
    nodes = {session.node_as for session in ground.sessions}
    if presented in nodes or presented > CRD_AS_MAX or kind_of_asn(presented) is Kind.RESERVED:
        yield Finding(
            Severity.ERROR,
            'presented-as-impossible',
            ground.snapshot.cluster.name,
            f'Routers cannot show the nodes AS {presented}: it is that of the nodes, reserved, or above {CRD_AS_MAX}. '
            'Choose another on the cluster.',
        )
