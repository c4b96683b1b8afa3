"""What a few cannot stand for: figures that grow with all nodes, and a look at some of all without any reduction."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.model.plan import Finding, Severity

from .audit import audit
from .build import build
from .drawn import drawn
from .forecast import forecast
from .ground import Ground, node_key
from .prefix import without_services
from .prove import prove
from .report import Report
from .state import State
from .world import World


def tables_of_all(ground: Ground, state: State, where: str) -> Iterator[Finding]:
    """Tables that no node can hold."""
    return _tables(ground, build(ground, state, drawn(ground, state)).world, where)


def look_at_all(ground: Ground, state: State, where: str) -> Iterator[Finding]:
    """The same, and whether all fare in this state as the proof says.

    The mesh is left out of that look: it is quadratic, and in a state with it nodes reach each other by it. So are
    services, since blocks alone are looked at.
    """
    names = drawn(ground, state)
    world = build(ground, state, names).world
    yield from _tables(ground, world, where)
    if any(speaker.mesh for speaker in world.speakers):
        return
    world = without_services(world)
    seen = audit((world,), prove((world,)), sample=1, among=[ground.index[node_key(name)] for name in names])
    for verdict in seen.disagreements[:1]:
        source, owner = world.speakers[verdict.source].name, world.speakers[verdict.origin or 0].name
        yield Finding(
            Severity.ERROR,
            'proof-audit',
            where,
            f'Computed with all nodes, packets from {source} to {owner} (IPv{ground.family}) fare otherwise than '
            'the proof says, which takes nodes that are alike as one: nothing is rolled out on such a proof. '
            'Report this with the snapshot of the cluster.',
        )


def _tables(ground: Ground, world: World, where: str) -> Iterator[Finding]:
    yield from Report(where, ground.family, ground.kinds.titles).unsettled((world,), forecast(world))
