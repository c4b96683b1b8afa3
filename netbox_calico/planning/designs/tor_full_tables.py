"""Top of rack, one AS for all nodes, full tables.

Every node peers by eBGP with the routers of its rack. All nodes share one AS and would drop each other's routes as
loops: so a router overrides it in what it passes on (``as-override``), or the nodes allow their own AS once. Routers
receive additional paths, since they would else return a node's own borrowed address to it.
"""

from __future__ import annotations

from dataclasses import replace

from netbox_calico.planning.asn import DEFAULT_AS
from netbox_calico.planning.model.intent import Intent, PeerGroup
from netbox_calico.planning.model.inventory import Cluster, Router, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.options import LoopRemedy, Scheme

from .design import Design
from .per_router import bgp_peers
from .shared_address import on_shared_addresses, position_peers, presenting
from .top_of_rack import intent, survey


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """BGPFilters, a BGPPeer a router and family, a section a router, a session a node, router and family."""
    nodes, options = cluster_as(snapshot.cluster, observation), snapshot.cluster.options
    ground = survey(snapshot, observation, lambda node, router: nodes)
    allowing = options.loop_remedy is LoopRemedy.ALLOW_OWN_AS
    more = {'numAllowedLocalASNumbers': 1} if allowing else {}
    remedy = _as_it_is if allowing else overriding
    if options.scheme is Scheme.SHARED_ADDRESS:
        ground = on_shared_addresses(ground)
        present = presenting(ground)
        return intent(
            TOR_FULL_TABLES.key,
            ground,
            position_peers(ground, more),
            lambda group, router: present(remedy(group, router), router),
        )
    return intent(TOR_FULL_TABLES.key, ground, bgp_peers(ground, lambda router: more), remedy)


def _as_it_is(group: PeerGroup, router: Router) -> PeerGroup:
    return group


def overriding(group: PeerGroup, router: Router) -> PeerGroup:
    """The group with the routers' remedy against the loop."""
    return replace(group, as_override=True)


def cluster_as(cluster: Cluster, observation: Observation) -> int:
    """The one AS of all nodes: NetBox's, else what the cluster runs with."""
    if cluster.asn is not None:
        return cluster.asn
    default = observation.cluster.find('BGPConfiguration', 'default')
    running = default.spec.get('asNumber') if default else None
    return int(running) if running is not None else DEFAULT_AS


TOR_FULL_TABLES = Design(
    key='tor-full-tables',
    label='Top of rack: one AS for all nodes, full tables',
    description=(
        'Every node peers by eBGP with the routers of its rack, which receive additional paths and pass all routes on, '
        'with as-override unless the nodes allow their own AS.'
    ),
    mesh=False,
    derive=derive,
    options=('scheme', 'presented_as', 'loop_remedy'),
)
