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
from netbox_calico.planning.model.options import LoopRemedy

from .design import Design
from .per_router import bgp_peers
from .top_of_rack import intent, survey


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """BGPFilters, a BGPPeer a router and family, a section a router, a session a node, router and family."""
    nodes = cluster_as(snapshot.cluster, observation)
    ground = survey(snapshot, observation, lambda node, router: nodes)
    if snapshot.cluster.options.loop_remedy is LoopRemedy.ALLOW_OWN_AS:
        peers = bgp_peers(ground, lambda router: {'numAllowedLocalASNumbers': 1})
        return intent(TOR_FULL_TABLES.key, ground, peers, lambda group, router: group)
    return intent(TOR_FULL_TABLES.key, ground, bgp_peers(ground), overriding)


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
)
