"""What the mesh, or reflectors outside, cannot do that the routers did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netbox_calico.planning.encapsulation import NEVER, ipip, moves, vxlan
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ranges import pools

from .case import Case
from .code import finds, warning

OUTSIDE_LOST = warning(
    'outside-lost',
    'Pods and services that are reached from outside by BGP will not be any more.',
    'Accept it, or keep the routers.',
    32,
)
MESH_ACROSS_SUBNETS = warning(
    'mesh-across-subnets',
    'Without encapsulation the mesh reaches other subnets only if the network between routes the pods.',
    'Make sure that it does.',
    32,
    36,
)


@finds(OUTSIDE_LOST)
def from_outside(case: Case) -> Iterator[Finding]:
    """Whoever reached pods and services through the routers' routes does not any more."""
    if _given_up(case):
        yield OUTSIDE_LOST.at(
            case.snapshot.cluster.name,
            'Pods and service addresses that are reached from outside the cluster by BGP will not be any more once the '
            'routers have no peers. Traffic within the cluster is not touched.',
        )


@finds(MESH_ACROSS_SUBNETS)
def across_subnets(case: Case) -> Iterator[Finding]:
    """Without encapsulation the mesh reaches another subnet only if the network between routes pods."""
    if not (case.intent.mesh or _given_up(case)):
        return
    for family, bare in bare_families(case).items():
        yield MESH_ACROSS_SUBNETS.at(
            case.snapshot.cluster.name,
            f'Nodes are in {len(_subnets(case, family))} IPv{family} subnets, and pools {", ".join(bare)} are not '
            'encapsulated: without routers traffic crosses subnets only if what lies between them routes the pods, or '
            'tunnels them.',
        )


def bare_families(case: Case) -> Mapping[int, Sequence[str]]:
    """The families in which nodes are in several subnets and pools have no tunnels, with the names of these."""
    tunnelled = {move.pool.name for move in moves(case.snapshot, case.observation, case.intent) if move.goal != NEVER}
    found: dict[int, list[str]] = {}
    for family in case.snapshot.cluster.families:
        bare = [
            pool.name
            for pool, cidr in pools(case.observation.cluster)
            if cidr.version == family and ipip(pool) == vxlan(pool) == NEVER and pool.name not in tunnelled
        ]
        if bare and len(_subnets(case, family)) > 1:
            found[family] = bare
    return found


def _subnets(case: Case, family: int) -> set[Network]:
    return {end.network for node in case.observation.cluster.nodes for end in node.addresses if end.version == family}


def _given_up(case: Case) -> bool:
    """Whether routers carry something of ours that shall carry nothing any more."""
    kept = {section.router for section in case.intent.sections}
    return any(router.section for router in case.observation.routers if router.router not in kept)
