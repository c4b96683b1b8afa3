"""The scheme for clusters of any size: routers of one position have one address in all racks, and show nodes one AS.

One BGPPeer a position and family then serves every rack. The address is a second one on the router's interface towards
the rack, with the role anycast in NetBox; each router stays the next hop by the address that it alone has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from netbox_calico.planning.asn import CRD_AS_MAX, Kind, kind_of_asn
from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.intent import PeerGroup, Session, WantedResource
from netbox_calico.planning.model.inventory import Router
from netbox_calico.planning.model.observation import IPAddress
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.naming import natural, resource_name, secret_key

from .per_router import deployed_names, password, peer_spec, selector
from .top_of_rack import Ground, Variation

ROLE = 'anycast'


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
        )
        for session in ground.sessions
        if (session.router, session.family) in shared
    )
    return replace(
        ground,
        sessions=sessions,
        findings=(*ground.findings, *findings, *_twice(ground, sessions), *_impossible(ground, presented)),
    )


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
                'nodeSelector': f'has({cluster.rack_label})'
                if found == labelled
                else selector(cluster, sorted(found, key=natural)),
                **peer_spec(cluster, cluster.options.presented_as, str(address), _key(address)),
                **more,
            },
        )
        for address, found in racks.items()
    ]
    return tuple(sorted(wanted, key=lambda resource: resource.name))


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
            password=password(cluster, _key(session.router_address)),
        )

    return vary


def _position(address: IPAddress) -> str:
    return f'position-{int(address) & 0xFFFF}'


def _key(address: IPAddress) -> str:
    """One key of the Secret for the routers of a position, in both families where these are numbered alike."""
    return secret_key(_position(address))


def _addresses(ground: Ground) -> tuple[Mapping[tuple[int, int], IPAddress], tuple[Finding, ...]]:
    """The shared address by router and family: of role anycast, and not in the network of the rack."""
    networks: dict[tuple[int, int], set[IPAddress]] = defaultdict(set)
    for session in ground.sessions:
        networks[session.router, session.family].add(session.router_address)
    found: dict[tuple[int, int], IPAddress] = {}
    findings: list[Finding] = []
    for (key, family), own in sorted(networks.items(), key=lambda pair: (ground.routers[pair[0][0]].name, pair[0])):
        router = ground.routers[key]
        racks = {address.value.network for address in router.addresses if address.value.ip in own}
        candidates = [
            address.value.ip
            for address in router.addresses
            if address.role == ROLE
            and address.vrf == ground.snapshot.cluster.vrf
            and address.value.version == family
            and not any(address.value.ip in network for network in racks)
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
    """Two routers of a rack at one address: a node could not tell them apart."""
    holders: dict[tuple[str, IPAddress], set[str]] = defaultdict(set)
    for session in sessions:
        holders[session.rack, session.router_address].add(ground.routers[session.router].name)
    for (rack, address), names in sorted(holders.items(), key=lambda pair: (natural(pair[0][0]), int(pair[0][1]))):
        if len(names) > 1:
            yield Finding(
                Severity.ERROR,
                'shared-address-twice',
                rack,
                f'{listed(sorted(names))} of rack {rack} have one shared address, {address}: every position in a rack '
                'needs its own.',
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
