"""What carries the nodes' traffic before a plan changes it: what a step that is taken back has to come back to."""

from __future__ import annotations

from netbox_calico.planning.in_force import leads_to_reflectors
from netbox_calico.planning.model.plan import Gate

from . import gates
from .roles import reflects
from .situation import NO_GATE, Situation


def reflecting(situation: Situation) -> bool:
    """Whether reflectors of ours are in the cluster, so that a way out of it has to end them."""
    handle = situation.snapshot.cluster.handle
    return any(reflects(node, handle) for node in situation.observation.cluster.nodes) or any(
        peer.spec.get('peerSelector') and leads_to_reflectors(peer, handle)
        for peer in situation.observation.cluster.of_kind('BGPPeer')
    )


def carried(situation: Situation, title: str) -> Gate:
    """The gate on what carries all nodes now: the mesh, the routers of the racks, or reflectors outside or inside."""
    observed, handle = situation.observation.cluster, situation.snapshot.cluster.handle
    if observed.mesh:
        return gates.mesh(title)
    if any(session.rack for session in situation.former):
        return gates.all_routes(title, (), 0)
    outside = sorted({session.router for session in situation.former})
    if outside:
        return gates.reflected(title, paths=len(outside), routers=outside)
    inside = sum(reflects(node, handle) for node in observed.nodes)
    return gates.reflected(title, paths=inside) if inside else NO_GATE
