"""What may be wrong before anything is touched.

One function a thing to look at, one file a theme; a new one is a function there and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping

from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ports import SectionRenderer

from . import (
    addressing,
    announcing,
    as_numbers,
    borrowed,
    cluster,
    encapsulation,
    evenness,
    external_reflectors,
    families,
    forgotten,
    guard,
    identities,
    inventory,
    made_by_hand,
    node_agent,
    node_peers,
    other_clusters,
    own_peers,
    ownership,
    passwords,
    pools,
    positions,
    prerequisites,
    profiles,
    readable,
    reflector_layouts,
    reflectors,
    releases,
    resources,
    restarts,
    routers,
    services,
    vrfs,
    way_back,
)
from .case import Case
from .code import Check

EVERY_PLAN: tuple[Check, ...] = (
    cluster.datastore,
    cluster.names,
    cluster.version,
    encapsulation.of_the_operator,
    encapsulation.wishes,
    inventory.nodes_out_of_service,
    own_peers.extended,
    ownership.handle_taken,
    ownership.vanished,
    passwords.unknown,
    readable.ranges,
    releases.of_nodes,
    resources.readable,
    routers.reachable,
    routers.shared_routers,
)
"""Whatever the plan is for."""

TO_ROUTERS: tuple[Check, ...] = (
    addressing.address_drift,
    addressing.addresses_of_two_nodes,
    addressing.claimed_neighbors,
    addressing.only_ipv6,
    addressing.pools_over_nodes,
    announcing.absent_services,
    announcing.aggregation,
    announcing.communities,
    announcing.opted_out,
    as_numbers.cluster_as,
    as_numbers.node_as,
    as_numbers.numbers_of_nodes,
    as_numbers.other_clusters,
    as_numbers.router_as,
    borrowed.lent,
    cluster.affinities,
    cluster.reflectors,
    encapsulation.tunnels,
    evenness.nodes,
    evenness.routers,
    families.unserved,
    forgotten.routers,
    guard.deletions,
    guard.last_paths,
    identities.reused_numbers,
    identities.router_ids,
    inventory.absent_nodes,
    inventory.drained,
    inventory.hostless_nodes,
    inventory.missing_families,
    inventory.no_sessions,
    inventory.single_routers,
    inventory.unknown_nodes,
    made_by_hand.sessionless,
    made_by_hand.taken_over,
    node_agent.environment,
    node_agent.felix,
    node_agent.programmer,
    node_agent.typha,
    node_agent.windows,
    node_peers.between_nodes,
    other_clusters.ranges,
    ownership.other_managers,
    passwords.changes,
    passwords.present,
    pools.absent_pools,
    pools.differing_pools,
    pools.nat_outgoing,
    pools.unannounced_pools,
    pools.unknown_pools,
    positions.moved,
    prerequisites.knobs,
    profiles.used,
    resources.foreign_peers,
    resources.many_nodes,
    resources.names,
    resources.overlaps,
    restarts.helpers,
    services.differing_kinds,
    services.open_connections,
    services.unknown_services,
    vrfs.default_vrf,
)
"""For plans to a design without mesh."""

TO_REFLECTORS: tuple[Check, ...] = (
    addressing.address_drift,
    addressing.addresses_of_two_nodes,
    addressing.only_ipv6,
    as_numbers.cluster_as,
    cluster.affinities,
    inventory.absent_nodes,
    inventory.hostless_nodes,
    made_by_hand.sessionless,
    made_by_hand.taken_over,
    made_by_hand.unfiltered,
    node_agent.environment,
    node_agent.felix,
    node_agent.typha,
    ownership.other_managers,
    pools.differing_pools,
    reflector_layouts.figures,
    reflectors.chosen,
    reflectors.in_the_way,
    reflectors.overlaps,
    reflectors.pods_of_reflectors,
    resources.foreign_peers,
)
"""For plans to route reflectors in the cluster."""

TO_REFLECTORS_WITH_ROUTERS: tuple[Check, ...] = (
    *TO_REFLECTORS,
    addressing.claimed_neighbors,
    addressing.pools_over_nodes,
    announcing.absent_services,
    announcing.aggregation,
    announcing.communities,
    announcing.opted_out,
    as_numbers.other_clusters,
    as_numbers.router_as,
    families.unserved,
    guard.deletions,
    identities.reused_numbers,
    identities.router_ids,
    inventory.missing_families,
    inventory.no_sessions,
    inventory.unknown_nodes,
    other_clusters.ranges,
    passwords.changes,
    passwords.present,
    pools.absent_pools,
    pools.unannounced_pools,
    pools.unknown_pools,
    prerequisites.knobs,
    profiles.used,
    resources.names,
    restarts.helpers,
    services.differing_kinds,
    services.unknown_services,
    vrfs.default_vrf,
)
"""For plans to such that peer with routers."""

TO_EXTERNAL: tuple[Check, ...] = (
    addressing.address_drift,
    addressing.addresses_of_two_nodes,
    addressing.claimed_neighbors,
    addressing.only_ipv6,
    addressing.pools_over_nodes,
    as_numbers.cluster_as,
    as_numbers.node_as,
    as_numbers.router_as,
    cluster.affinities,
    cluster.reflectors,
    external_reflectors.redundancy,
    families.unserved,
    guard.deletions,
    guard.last_paths,
    identities.router_ids,
    inventory.absent_nodes,
    inventory.drained,
    inventory.hostless_nodes,
    inventory.missing_families,
    inventory.no_sessions,
    inventory.unknown_nodes,
    made_by_hand.sessionless,
    made_by_hand.taken_over,
    made_by_hand.unfiltered,
    node_agent.environment,
    node_agent.felix,
    node_agent.typha,
    node_agent.windows,
    node_peers.between_nodes,
    ownership.other_managers,
    passwords.changes,
    passwords.present,
    pools.absent_pools,
    pools.differing_pools,
    pools.unannounced_pools,
    pools.unknown_pools,
    profiles.used,
    resources.foreign_peers,
    resources.names,
    resources.overlaps,
    restarts.helpers,
    vrfs.default_vrf,
    way_back.across_subnets,
    way_back.from_outside,
)
"""For plans to route reflectors outside of it."""

TO_MESH: tuple[Check, ...] = (made_by_hand.unfiltered, way_back.across_subnets, way_back.from_outside)
"""For plans back to the mesh."""


def run_checks(
    snapshot: Snapshot,
    observation: Observation,
    intent: Intent,
    renderers: Mapping[str, SectionRenderer],
    unreadable: Mapping[str, str],
) -> tuple[Finding, ...]:
    """All findings, those of deriving the intent included; ``unreadable`` is what was left out of the observation."""
    case = Case(snapshot, observation, intent, renderers, unreadable)
    checks = (*EVERY_PLAN, *_target(intent))
    return (*intent.findings, *(finding for check in checks for finding in check(case)))


def _target(intent: Intent) -> tuple[Check, ...]:
    if intent.mesh:
        return TO_MESH
    if intent.reflection is not None:
        return TO_REFLECTORS_WITH_ROUTERS if intent.sections else TO_REFLECTORS
    return TO_EXTERNAL if intent.reflected else TO_ROUTERS
