"""What a few cannot stand for: figures that grow with all nodes, and a look at some of all without any reduction."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.model.plan import Finding, Severity

from .audit import audit
from .build import build
from .forecast import forecast
from .ground import Ground
from .prefix import without_services
from .prove import prove
from .report import Report
from .state import State


def of_the_whole(ground: Ground, fullest: State, when: str, last: State, end: str) -> Iterator[Finding]:
    """Tables that no node can hold, in the fullest state and the last; and whether the last is as the proof says.

    The mesh is left out of that look: it is quadratic, and in a state with it nodes reach each other by it. So are
    services, since blocks alone are looked at.
    """
    for state, where in ((fullest, when), (last, end)):
        world = build(ground, state).world
        report = Report(where, ground.family, ground.kinds.titles)
        yield from report.unsettled((world,), forecast(world))
        if state is not last or any(speaker.mesh for speaker in world.speakers):
            continue
        world = without_services(world)
        seen = audit((world,), prove((world,)), sample=1)
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
