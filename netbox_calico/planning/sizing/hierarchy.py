"""A hierarchy of reflectors, which mirrors the data centre: k in every rack, and spine reflectors above them."""

from __future__ import annotations

from dataclasses import dataclass

from netbox_calico.planning.counted import counted
from netbox_calico.planning.model.plan import Finding

from .measured import Kind, measured
from .scale import Scale
from .sized import Role, Sized, Speakers
from .spread import Spread
from .visibility import unseen
from .words import error, note

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
    ways = _Ways(k, s, scale.racks, clients.total)
    a_block = scale.blocks * families
    routes = (scale.nodes - 1) * a_block
    reflectors = Speakers(
        Role.REFLECTOR,
        clients.each(k).map(lambda of_mine: (of_mine + s) * families),
        routes,
        clients.each(k).map(lambda of_mine: ways.to_reflector(of_mine) * a_block),
        clients.each(k),
    )
    in_racks = k * scale.racks
    spines = Speakers(
        Role.SPINE,
        Spread.same((in_racks + s - 1) * families, s),
        routes,
        Spread.same(ways.to_spine() * a_block, s),
        Spread.same(in_racks, s),
    )
    paths = Spread.of((ways.to_node(of_mine) * a_block, of_mine * count) for of_mine, count in clients.parts)
    nodes = (Speakers(Role.NODE, Spread.same(k * families, clients.total), routes, paths),) if clients.total else ()
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
        findings=(*_about_spines(ways), *unseen(LABEL, nodes)),
    )


@dataclass(frozen=True, slots=True)
class _Ways:
    """How many ways there are to the nodes, as BIRD passes on every path that does not bear its cluster ID.

    A rack's reflectors have one ID, the spine reflectors another and tell each other of themselves only. But what a
    spine reflector has itself bears no ID yet when a rack reflects it to the other spine reflectors.
    """

    k: int
    s: int
    racks: int
    clients: int

    def of_spine(self) -> int:
        """To a spine reflector, at those of a rack: from itself, and from the others, which heard it everywhere."""
        return 1 + (self.s - 1) * (1 + self.k * (self.racks - 1))

    def to_spine(self) -> int:
        in_racks = self.k * self.racks
        return self.k * self.clients + in_racks + (self.s - 1) * (1 + in_racks)

    def to_reflector(self, of_mine: int) -> int:
        elsewhere = self.k * (self.clients - of_mine) + self.k * (self.racks - 1)
        return of_mine + self.s * (elsewhere + self.k - 1) + self.s * self.of_spine()

    def to_node(self, in_rack: int) -> int:
        """What its k reflectors know: one node less, as it hears nothing of itself, but one more, themselves."""
        return self.k * self.to_reflector(in_rack)


def _about_spines(ways: _Ways) -> tuple[Finding, ...]:
    if ways.of_spine() == 1:
        return ()
    return (
        note(
            'spine-blocks',
            LABEL,
            f'A node hears of a block that a spine reflector has itself on {ways.k * ways.of_spine():,} paths: let '
            'nodes without pods be spine reflectors.',
        ),
    )
