"""Clusters that were set up by hand before NetBox knew them: no mesh, and BGPPeers of others carry the nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from netbox_calico.planning.model.inventory import Router, Snapshot
from netbox_calico.planning.model.observation import KubernetesNode, Observation, Resource, RouterSession
from netbox_calico.planning.naming import OWNER_LABEL, REFLECTOR_ANNOTATION
from netbox_calico.planning.serving import REFLECTOR_ROLE
from tests.planning.checks.troubled import Sides, Trouble, both, present, resource

mesh_off = resource('BGPConfiguration', 'default', nodeToNodeMeshEnabled=False)
TO_REFLECTORS = present('BGPPeer', 'to-reflectors', nodeSelector='all()', peerSelector="route-reflector == 'true'")
REFLECTORS = ('node-1-1', 'node-2-1')


def peers(*numbers: int, filters: Iterable[str] = (), labels: dict[str, str] | None = None) -> Trouble:
    """A BGPPeer to each router of these positions, for the nodes of its rack."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        made = tuple(
            Resource(
                'BGPPeer',
                f'hand-{router.name}-{end.version}',
                {
                    'nodeSelector': f"rack == '{router.id // 10}'",
                    'peerIP': str(end.ip),
                    'asNumber': router.asn,
                    **({'filters': list(filters)} if filters else {}),
                },
                labels or {},
            )
            for router in _of(wish, numbers)
            for end in _ends(router)
        )
        return wish, _with(seen, *made)

    return both(
        every_node(lambda node: replace(node, labels={**node.labels, 'rack': node.name.split('-')[1]})), trouble
    )


def neighbors(*numbers: int) -> Trouble:
    """The routers of these positions have the nodes of their rack for neighbours, in a group of somebody's."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        concerned = {router.id for router in _of(wish, numbers)}
        routers = []
        for found in seen.routers:
            rack = f'node-{found.router // 10}-'
            ends = (end for node in seen.cluster.nodes if node.name.startswith(rack) for end in node.addresses)
            more = (
                RouterSession(end.ip, end.version, 64512, established=True, received=1, group='K8S') for end in ends
            )
            routers.append(replace(found, sessions=(*found.sessions, *more)) if found.router in concerned else found)
        return wish, replace(seen, routers=tuple(routers))

    return trouble


def drained(number: int) -> Trouble:
    """The routers of this position are marked as drained in NetBox."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        away = {router.id for router in _of(wish, (number,))}
        routers = tuple(replace(router, drained=True) if router.id in away else router for router in wish.routers)
        return replace(wish, routers=routers), seen

    return trouble


def every_node(change: Callable[[KubernetesNode], KubernetesNode]) -> Trouble:
    """All nodes of the cluster changed."""
    return lambda wish, seen: (
        wish,
        replace(seen, cluster=replace(seen.cluster, nodes=tuple(map(change, seen.cluster.nodes)))),
    )


def _reflecting(node: KubernetesNode) -> KubernetesNode:
    if node.name not in REFLECTORS:
        return node
    return replace(node, labels={'route-reflector': 'true'}, annotations={REFLECTOR_ANNOTATION: '244.0.0.1'})


own_only = present(
    'BGPFilter',
    'own-only',
    **{f'exportV{family}': [{'source': 'RemotePeers', 'action': 'Reject'}] for family in (4, 6)},
)
to_routers = both(mesh_off, peers(1, 2), neighbors(1, 2))
to_reflectors = both(mesh_off, every_node(_reflecting), TO_REFLECTORS)
half_taken_over = both(mesh_off, peers(2, labels={OWNER_LABEL: 'c1'}), neighbors(2), drained(2))
"""The routers of the first position are free, those of the second carry, and their BGPPeers were given to us."""


def _of(wish: Snapshot, numbers: Iterable[int]) -> tuple[Router, ...]:
    wanted = set(numbers)
    return tuple(router for router in wish.routers if router.role != REFLECTOR_ROLE and router.id % 10 in wanted)


def _ends(router: Router) -> list:
    return [address.value for address in router.addresses if address.role != 'anycast']


def _with(seen: Observation, *more: Resource) -> Observation:
    return replace(seen, cluster=replace(seen.cluster, resources=(*seen.cluster.resources, *more)))
