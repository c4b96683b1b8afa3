"""Top of rack, one AS for all nodes, full tables.

Every node peers by eBGP with the routers of its rack. All nodes share one AS, so a router overrides it in what it
passes on (``as-override``), and receives additional paths, since it would else return a node's own borrowed address to
it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from netbox_calico.planning.asn import DEFAULT_AS
from netbox_calico.planning.model.intent import Intent, Neighbor, PeerGroup, RouterSection, Session
from netbox_calico.planning.model.inventory import Cluster, Network, Profile, Router, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.naming import group_name, policy_name, secret_key
from netbox_calico.planning.serving import Serving, serve

from .announced import announced
from .design import Design
from .per_router import bgp_filters, bgp_peers
from .racks import rack_order, racks_of_nodes


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """BGPFilters, a BGPPeer a router and family, a section a router, a session a node, router and family."""
    serving = serve(snapshot, observation.cluster)
    rack_of, findings = racks_of_nodes(snapshot, observation.cluster, serving)
    node_as = cluster_as(snapshot.cluster, observation)
    routers = {router.id: router for router in snapshot.routers}
    sessions = tuple(_sessions(serving, rack_of, routers, node_as))
    prefixes = announced(snapshot)
    return Intent(
        design=TOR_FULL_TABLES.key,
        mesh=False,
        resources=(
            *bgp_filters(snapshot.cluster, prefixes),
            *bgp_peers(snapshot.cluster, sessions, routers, observation.cluster),
        ),
        sections=tuple(_sections(snapshot.cluster, sessions, routers, prefixes)),
        sessions=sessions,
        rack_of=rack_of,
        racks=rack_order(rack_of),
        findings=tuple(sorted({*serving.findings, *findings})),
    )


def cluster_as(cluster: Cluster, observation: Observation) -> int:
    """The one AS of all nodes: NetBox's, else what the cluster runs with."""
    if cluster.asn is not None:
        return cluster.asn
    default = observation.cluster.find('BGPConfiguration', 'default')
    running = default.spec.get('asNumber') if default else None
    return int(running) if running is not None else DEFAULT_AS


def _sessions(
    serving: Serving, rack_of: Mapping[str, str], routers: Mapping[int, Router], node_as: int
) -> Iterable[Session]:
    for name, rack in sorted(rack_of.items()):
        for link in serving.links[name]:
            yield Session(
                node=name,
                rack=rack,
                router=link.router,
                family=link.family,
                node_address=link.node_address,
                router_address=link.router_address,
                node_as=node_as,
                router_as=routers[link.router].asn or 0,
            )


def _sections(
    cluster: Cluster, sessions: Iterable[Session], routers: Mapping[int, Router], prefixes: tuple[Network, ...]
) -> Iterable[RouterSection]:
    by_router: dict[int, dict[int, list[Session]]] = defaultdict(lambda: defaultdict(list))
    for session in sessions:
        by_router[session.router][session.family].append(session)
    for key, families in sorted(by_router.items(), key=lambda pair: (routers[pair[0]].name, pair[0])):
        router = routers[key]
        if router.profile is None or router.asn is None:
            continue
        yield RouterSection(
            router=key,
            name=router.name,
            asn=router.asn,
            handle=cluster.handle,
            profile=router.profile,
            groups=tuple(
                _group(cluster, router.profile, router.name, family, found, prefixes)
                for family, found in sorted(families.items())
            ),
            password_secret=cluster.password_secret,
        )


def _group(
    cluster: Cluster, profile: Profile, router: str, family: int, sessions: list[Session], prefixes: tuple[Network, ...]
) -> PeerGroup:
    return PeerGroup(
        name=group_name(cluster.handle, family),
        family=family,
        remote_as=sessions[0].node_as,
        keepalive=profile.keepalive,
        hold_time=profile.hold_time,
        as_override=True,
        import_map=policy_name(cluster.handle, 'IN', family),
        export_map=policy_name(cluster.handle, 'OUT', family),
        import_list=policy_name(cluster.handle, 'IN', family),
        export_list=policy_name(cluster.handle, 'OUT', family),
        permitted=tuple(prefix for prefix in prefixes if prefix.version == family),
        neighbors=tuple(
            Neighbor(session.node_address, session.node)
            for session in sorted(sessions, key=lambda session: int(session.node_address))
        ),
        maximum_prefix=profile.max_prefixes,
        password_key=secret_key(router) if cluster.password_secret else '',
    )


TOR_FULL_TABLES = Design(
    key='tor-full-tables',
    label='Top of rack: one AS for all nodes, full tables',
    description=(
        'Every node peers by eBGP with the routers of its rack, which pass all routes on with as-override and receive '
        'additional paths.'
    ),
    mesh=False,
    derive=derive,
)
