"""Which design to take at a scale, and why."""

from __future__ import annotations

from dataclasses import dataclass

from netbox_calico.planning.counted import counted
from netbox_calico.planning.model.options import Scheme

from .hierarchy import hierarchy
from .limits import AGENT_NODES, MESH_NODES
from .measured import Kind, largest
from .mesh import mesh
from .reflectors import single
from .scale import Scale
from .sized import Sized
from .top_of_rack import FULL_TABLES, top_of_rack


@dataclass(frozen=True, slots=True)
class Recommendation:
    design: Sized
    reason: str


def recommend(scale: Scale) -> Recommendation:
    """TORs where they speak BGP with the nodes; else the mesh while it is small, then reflectors, then a hierarchy."""
    return _with_tors(scale) if scale.tors else _without(scale)


def _with_tors(scale: Scale) -> Recommendation:
    large = scale.nodes > AGENT_NODES
    design = top_of_rack(scale, FULL_TABLES, Scheme.SHARED_ADDRESS if large else Scheme.PER_ROUTER)
    sessions = scale.tors * len(scale.families)
    reason = (
        f'A node has {sessions} sessions however large the cluster grows, one AS serves all nodes, and over eBGP racks '
        'can leave the mesh one by one. '
    )
    if not large:
        return Recommendation(
            design,
            reason + f'{design.bgp_peers} BGPPeers, selected by the rack label, ask nothing of the TORs beyond their '
            f'own addresses; above about {AGENT_NODES} nodes take shared addresses.',
        )
    per_router, shared = largest(Kind.PER_ROUTER), largest(Kind.SHARED)
    return Recommendation(
        design,
        reason + f'Shared addresses keep the BGPPeers at {design.bgp_peers} for any number of racks: one label change '
        f'cost every node {shared.label_change} of CPU with {shared.bgp_peers} BGPPeers and {per_router.label_change} '
        f'with {per_router.bgp_peers}, measured at {shared.nodes} nodes.',
    )


def _without(scale: Scale) -> Recommendation:
    if scale.nodes <= MESH_NODES:
        return Recommendation(
            mesh(scale),
            f'No TOR peers with nodes, and to about {MESH_NODES} nodes the mesh needs nothing else: no BGPPeer, no '
            'reflector to lose.',
        )
    ranked = hierarchy(scale)
    if scale.nodes > AGENT_NODES and not ranked.refused:
        return Recommendation(
            ranked,
            f'No TOR peers with nodes, and above about {AGENT_NODES} nodes one group of reflectors costs every agent '
            'too much: reflectors in each rack below spine reflectors keep the groups small.',
        )
    design = single(scale)
    return Recommendation(
        design,
        f'No TOR peers with nodes, and above about {MESH_NODES} nodes the mesh has too many sessions: '
        f'{scale.reflectors} reflectors of one cluster ID are complete whichever of them is left, and '
        f'{counted(design.bgp_peers, "BGPPeer")} make all sessions.',
    )
