"""What two ways of computing say of the same worlds, place by place."""

from __future__ import annotations

from collections.abc import Sequence

from netbox_calico.planning.proof.outcome import Flag
from netbox_calico.planning.proof.prove import Pair, Proof, pair, prove
from netbox_calico.planning.proof.world import Role, World


def said(proof: Proof, world: World) -> set[tuple[Pair, Flag]]:
    assert not proof.unsettled
    return {(pair(world, proof.classes, verdict), verdict.flags) for verdict in proof.verdicts}


def both(worlds: Sequence[World]) -> tuple[set[tuple[Pair, Flag]], set[tuple[Pair, Flag]]]:
    """The reduced proof and the exact one."""
    return said(prove(worlds), worlds[0]), said(prove(worlds, exact=True), worlds[0])


def between_nodes(worlds: Sequence[World], *, exact: bool = True) -> dict[str, set[Flag]]:
    """What happens to packets from nodes, in the rack and across racks, and to those from outside."""
    proof, speakers = prove(worlds, exact=exact), worlds[0].speakers
    assert not proof.unsettled
    found: dict[str, set[Flag]] = {'in the rack': set(), 'across racks': set(), 'from outside': set()}
    for verdict in proof.verdicts:
        source, origin = speakers[verdict.source], verdict.origin
        if source.role is Role.SPINE:
            found['from outside'].add(verdict.flags)
        elif source.role is Role.NODE and origin is not None:
            found['in the rack' if source.rack == speakers[origin].rack else 'across racks'].add(verdict.flags)
    return found
