"""A hierarchy of reflectors, which mirrors the data centre: k in every rack, and spine reflectors above them."""

from __future__ import annotations

from netbox_calico.planning.counted import counted

from .measured import Kind, measured
from .scale import Scale
from .sized import Role, Sized, Speakers
from .spread import Spread
from .words import error

KEY, LABEL = 'reflectors-hierarchy', 'Reflectors, hierarchy'

BGP_PEERS_ABOVE = 3
"""Beside one a rack: from its reflectors to the spines, among these, and for nodes that have just joined."""


def hierarchy(scale: Scale) -> Sized:
    """A node peers with the k reflectors of its rack, these with the spine reflectors, and these with each other.

    Spine reflectors are nodes of the cluster that stand in none of the racks counted.
    """
    k, s, families = scale.redundancy, scale.spines, len(scale.families)
    racked = scale.nodes - s
    if racked < k * scale.racks:
        return Sized(
            KEY,
            LABEL,
            findings=(
                error(
                    'too-few-nodes',
                    LABEL,
                    f'{counted(scale.racks, "rack")} x {k} reflectors and {s} spine reflectors are '
                    f'{scale.racks * k + s} nodes, and there are {scale.nodes}: take fewer a rack, or another design.',
                ),
            ),
        )
    clients = Spread.even(racked, scale.racks).map(lambda members: members - k)
    routes = (scale.nodes - 1) * scale.blocks * families
    reflectors = Speakers(
        Role.REFLECTOR,
        clients.each(k).map(lambda of_mine: (of_mine + s) * families),
        routes,
        clients=clients.each(k),
    )
    in_racks = k * scale.racks
    spines = Speakers(
        Role.SPINE,
        Spread.same((in_racks + s - 1) * families, s),
        routes,
        clients=Spread.same(in_racks, s),
    )
    nodes = (Speakers(Role.NODE, Spread.same(k * families, clients.total), routes),) if clients.total else ()
    sessions = k * clients.total + in_racks * s + s * (s - 1) // 2
    bgp_peers = scale.racks + BGP_PEERS_ABOVE
    return Sized(
        KEY,
        LABEL,
        speakers=(*nodes, reflectors, spines),
        sessions=sessions * families,
        bgp_peers=bgp_peers,
        evaluations=bgp_peers * scale.nodes,
        as_numbers=1,
        measured=measured(Kind.HIERARCHY, scale.nodes),
    )
