"""One order for everything that comes in: a plan must not depend on how a database or an API lists things."""

from __future__ import annotations

from dataclasses import replace

from .model.inventory import Address, Node, Snapshot
from .model.observation import KubernetesNode, Observation


def in_order(snapshot: Snapshot, observation: Observation) -> tuple[Snapshot, Observation]:
    """The same snapshot and observation, every collection sorted."""
    return ordered_snapshot(snapshot), ordered_observation(observation)


def ordered_snapshot(snapshot: Snapshot) -> Snapshot:
    """Sorted by names, keys and addresses."""
    return replace(
        snapshot,
        cluster=replace(snapshot.cluster, families=tuple(sorted(set(snapshot.cluster.families)))),
        nodes=tuple(_ordered_node(node) for node in sorted(snapshot.nodes, key=lambda node: (node.name, node.id))),
        routers=tuple(
            replace(router, addresses=_addresses(router.addresses), tied_racks=tuple(sorted(set(router.tied_racks))))
            for router in sorted(snapshot.routers, key=lambda router: (router.name, router.id))
        ),
        pools=tuple(sorted(snapshot.pools, key=lambda pool: (pool.name, str(pool.cidr)))),
        service_ranges=tuple(sorted(snapshot.service_ranges, key=lambda found: (str(found.cidr), found.kind))),
        deployed=tuple(sorted(snapshot.deployed, key=lambda found: found.target)),
        foreign=tuple(sorted(snapshot.foreign, key=lambda use: (use.router, use.handle, use.cluster))),
        foreign_ranges=tuple(
            sorted(snapshot.foreign_ranges, key=lambda found: (found.cluster, str(found.cidr), found.service))
        ),
    )


def ordered_observation(observation: Observation) -> Observation:
    """Sorted by names, keys and addresses."""
    cluster = observation.cluster
    return Observation(
        cluster=replace(
            cluster,
            nodes=tuple(_ordered_kubernetes_node(node) for node in sorted(cluster.nodes, key=lambda node: node.name)),
            resources=tuple(sorted(cluster.resources, key=lambda found: (found.kind, found.name))),
            affinities=tuple(sorted(cluster.affinities, key=lambda found: (found.node, str(found.cidr)))),
        ),
        routers=tuple(
            replace(
                router,
                sessions=tuple(sorted(router.sessions, key=lambda session: (session.family, str(session.neighbor)))),
            )
            for router in sorted(observation.routers, key=lambda router: router.router)
        ),
    )


def _ordered_node(node: Node) -> Node:
    addresses, routers = _addresses(node.addresses), tuple(sorted(set(node.cabled_routers)))
    if addresses == node.addresses and routers == node.cabled_routers:
        return node
    return replace(node, addresses=addresses, cabled_routers=routers)


def _ordered_kubernetes_node(node: KubernetesNode) -> KubernetesNode:
    versions = [address.version for address in node.addresses]
    if versions in ([4], [6], [4, 6]):
        return node
    return replace(node, addresses=tuple(sorted(node.addresses, key=lambda address: (address.version, str(address)))))


def _addresses(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(sorted(addresses, key=lambda address: (str(address.value), address.interface)))
