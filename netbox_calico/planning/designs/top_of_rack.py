"""What all top-of-rack designs share: who peers with whom, and a peer-group a family on every router.

A design says what AS a node has in a session and how the group differs from plain eBGP.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from netbox_calico.planning.drained import in_service
from netbox_calico.planning.model.intent import Intent, Neighbor, PeerGroup, RouterSection, Session, WantedResource
from netbox_calico.planning.model.inventory import Network, Profile, Router, Snapshot
from netbox_calico.planning.model.observation import IPAddress, Observation
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.naming import group_name, policy_name, secret_key
from netbox_calico.planning.serving import SHARED_ROLE, Serving, serve

from .announced import announced
from .per_router import bgp_filters, deployed_names, password
from .racks import rack_order, racks_of_nodes

type NodeAs = Callable[[str, Router], int]
"""The AS that a node, by name, has in its session with a router."""

type Variation = Callable[[PeerGroup, Router], PeerGroup]
"""What a design makes of the peer-group of a router that peers by plain eBGP."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a design stands on. ``rack_of`` has the rack label by node, ``prefixes`` is what nodes announce."""

    snapshot: Snapshot
    observation: Observation
    routers: Mapping[int, Router]
    rack_of: Mapping[str, str]
    sessions: tuple[Session, ...]
    prefixes: tuple[Network, ...]
    findings: tuple[Finding, ...]


def survey(snapshot: Snapshot, observation: Observation, node_as: NodeAs) -> Ground:
    """A session a node, router and family, where the inventory tells which routers serve a node."""
    serving = in_service(serve(snapshot, observation.cluster), snapshot)
    rack_of, findings = racks_of_nodes(snapshot, observation.cluster, serving)
    routers = {router.id: router for router in snapshot.routers}
    return Ground(
        snapshot=snapshot,
        observation=observation,
        routers=routers,
        rack_of=rack_of,
        sessions=tuple(_sessions(serving, rack_of, routers, node_as, still_shared(snapshot, observation))),
        prefixes=announced(snapshot),
        findings=(*serving.findings, *findings),
    )


def intent(
    key: str,
    ground: Ground,
    peers: tuple[WantedResource, ...],
    variation: Variation,
    findings: Iterable[Finding] = (),
) -> Intent:
    """The design in full: filters, these BGPPeers, a section a router."""
    return Intent(
        design=key,
        mesh=False,
        resources=(*bgp_filters(ground.snapshot.cluster, ground.prefixes), *peers),
        sections=tuple(_sections(ground, variation)),
        sessions=ground.sessions,
        rack_of=ground.rack_of,
        racks=rack_order(ground.rack_of),
        findings=tuple(sorted({*ground.findings, *findings})),
    )


def still_shared(snapshot: Snapshot, observation: Observation) -> Mapping[tuple[int, int], IPAddress]:
    """The shared addresses that nodes have routers as peers by, by router and family."""
    used = deployed_names(snapshot.cluster, observation.cluster).keys()
    return {
        (router.id, address.value.version): address.value.ip
        for router in snapshot.routers
        for address in router.addresses
        if address.role == SHARED_ROLE and str(address.value.ip) in used
    }


def _sessions(
    serving: Serving,
    rack_of: Mapping[str, str],
    routers: Mapping[int, Router],
    node_as: NodeAs,
    shared: Mapping[tuple[int, int], IPAddress],
) -> Iterable[Session]:
    for name, rack in sorted(rack_of.items()):
        for link in serving.links[name]:
            router = routers[link.router]
            yield Session(
                node=name,
                rack=rack,
                router=link.router,
                family=link.family,
                node_address=link.node_address,
                router_address=link.router_address,
                node_as=node_as(name, router),
                router_as=router.asn or 0,
                former=shared.get((link.router, link.family)),
            )


def _sections(ground: Ground, variation: Variation) -> Iterable[RouterSection]:
    cluster = ground.snapshot.cluster
    by_router: dict[int, dict[int, list[Session]]] = defaultdict(lambda: defaultdict(list))
    for session in ground.sessions:
        by_router[session.router][session.family].append(session)
    for key, families in sorted(by_router.items(), key=lambda pair: (ground.routers[pair[0]].name, pair[0])):
        router = ground.routers[key]
        if router.profile is None or router.asn is None:
            continue
        yield RouterSection(
            router=key,
            name=router.name,
            asn=router.asn,
            handle=cluster.handle,
            profile=router.profile,
            groups=tuple(
                variation(_group(ground, router.profile, router.name, family, found), router)
                for family, found in sorted(families.items())
            ),
        )


def _group(ground: Ground, profile: Profile, router: str, family: int, sessions: list[Session]) -> PeerGroup:
    """Nodes keep what routers tell them to themselves: members of a mesh would hold every other member's copies too."""
    cluster = ground.snapshot.cluster
    numbers = {session.node_as for session in sessions}
    return PeerGroup(
        name=group_name(cluster.handle, family),
        family=family,
        remote_as=numbers.pop() if len(numbers) == 1 else None,
        keepalive=profile.keepalive,
        hold_time=profile.hold_time,
        as_override=False,
        import_map=policy_name(cluster.handle, 'IN', family),
        export_map=policy_name(cluster.handle, 'OUT', family),
        import_list=policy_name(cluster.handle, 'IN', family),
        export_list=policy_name(cluster.handle, 'OUT', family),
        permitted=tuple(prefix for prefix in ground.prefixes if prefix.version == family),
        neighbors=tuple(
            Neighbor(session.node_address, session.node)
            for session in sorted(sessions, key=lambda session: int(session.node_address))
        ),
        maximum_prefix=profile.max_prefixes,
        no_advertise=all(session.node_as != session.router_as for session in sessions),
        password=password(cluster, secret_key(router)),
    )
