"""Top of rack, one AS for all nodes, full tables.

Every node peers by eBGP with the routers of its rack. All nodes share one AS and would drop each other's routes as
loops: so a router overrides it in what it passes on (``as-override``), or the nodes allow their own AS once. Routers
receive additional paths, since they would else return a node's own borrowed address to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from netbox_calico.planning.asn import DEFAULT_AS, parse_asn
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import Intent, PeerGroup
from netbox_calico.planning.model.inventory import Cluster, Router, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.options import LoopRemedy, Scheme

from .design import Design
from .per_router import bgp_peers
from .shared_address import on_shared_addresses, position_peers, presenting
from .top_of_rack import Variation, intent, survey


def overriding(group: PeerGroup, router: Router) -> PeerGroup:
    """The group with the routers' remedy against the loop."""
    return replace(group, as_override=True)


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """Full tables with the remedy that the cluster has chosen."""
    if snapshot.cluster.options.loop_remedy is LoopRemedy.ALLOW_OWN_AS:
        return full_tables(TOR_FULL_TABLES.key, snapshot, observation, _as_it_is, {'numAllowedLocalASNumbers': 1})
    return full_tables(TOR_FULL_TABLES.key, snapshot, observation)


def full_tables(
    key: str,
    snapshot: Snapshot,
    observation: Observation,
    remedy: Variation = overriding,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Intent:
    """BGPFilters, BGPPeers with ``more`` in them, a section a router, a session a node, router and family.

    A BGPPeer is that of a router and family, or of a shared address.
    """
    nodes = cluster_as(snapshot.cluster, observation)
    ground = survey(snapshot, observation, lambda node, router: nodes)
    if snapshot.cluster.options.scheme is Scheme.PER_ROUTER:
        return intent(key, ground, bgp_peers(ground, lambda router: more), remedy)
    ground = on_shared_addresses(ground)
    present = presenting(ground)
    return intent(
        key, ground, position_peers(ground, more), lambda group, router: present(remedy(group, router), router)
    )


def _as_it_is(group: PeerGroup, router: Router) -> PeerGroup:
    return group


def cluster_as(cluster: Cluster, observation: Observation) -> int:
    """The one AS of all nodes: NetBox's, else what the cluster runs with."""
    if cluster.asn is not None:
        return cluster.asn
    return running_as(observation)


def running_as(observation: Observation) -> int:
    """What the cluster runs with. Raises InvalidInput where that cannot be read."""
    default = observation.cluster.find('BGPConfiguration', 'default')
    stated = default.spec.get('asNumber') if default else None
    try:
        return DEFAULT_AS if stated is None else parse_asn(stated)
    except InvalidInput as exc:
        raise InvalidInput(f'BGPConfiguration default: asNumber: {exc}') from exc


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
