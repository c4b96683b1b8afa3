"""The node-to-node mesh: a session between any two nodes."""

from __future__ import annotations

from .limits import MESH_NODES
from .measured import Kind, measured
from .scale import Scale
from .sized import Role, Sized, Speakers
from .spread import Spread
from .words import warning

KEY, LABEL = 'mesh', 'Mesh'


def mesh(scale: Scale) -> Sized:
    """N - 1 sessions a node, N(N - 1)/2 in all, and no BGPPeer."""
    nodes, families = scale.nodes, len(scale.families)
    others = nodes - 1
    routes = others * scale.blocks * families
    sessions = nodes * others // 2 * families
    findings = []
    if nodes > MESH_NODES:
        findings.append(
            warning(
                'mesh-grows',
                LABEL,
                f'{sessions:,} sessions, {others * families:,} on every node, grow with the square of the nodes: '
                f'Calico advises the mesh to about {MESH_NODES} nodes. Let nodes peer with TORs or reflectors.',
            )
        )
    return Sized(
        KEY,
        LABEL,
        speakers=(Speakers(Role.NODE, Spread.same(others * families, nodes), routes, Spread.same(routes, nodes)),),
        sessions=sessions,
        as_numbers=1,
        measured=measured(Kind.MESH, nodes),
        findings=tuple(findings),
    )
