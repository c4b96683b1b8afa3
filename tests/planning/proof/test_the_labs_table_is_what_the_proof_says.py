"""What Calico's own agent lost in the lab, order by order: the proof passes those that lost nothing, and no other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import pytest

from netbox_calico.planning.model.options import LoopRemedy, Options
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.proof.outcome import Flag
from tests.planning.proof.agreement import between_nodes
from tests.planning.proof.designs import Design
from tests.planning.proof.moves import Move, mesh_off_first, move, unfiltered
from tests.planning.world import RENDERERS, World, observation, snapshot

TWO = Options(reflectors_min=2)
ALLOWED = Options(loop_remedy=LoopRemedy.ALLOW_OWN_AS)
BARE = ('node-1-3', 'node-2-3')
AS_PER_RACK = Design(tor=True, plan='rack', down='pods')
DEFAULT_ROUTE = Design(tor=True, down='default')


def there_and_back(tors: int = 2, bare: Collection[str] = (), **design: object) -> set[str]:
    """What speaks against the way to a design, and against the way back. ``bare`` are the nodes without pods."""
    wish = snapshot(2, 3, tors, (4,), **design)  # type: ignore[arg-type]
    seen = observation(wish)
    held = tuple(affinity for affinity in seen.cluster.affinities if affinity.node not in bare)
    world, errors = World(replace(seen, cluster=replace(seen.cluster, affinities=held))), set()
    for kind in ('deploy', 'back'):
        plan = make_plan(wish, world.observed, kind, RENDERERS)
        errors |= {finding.code for finding in plan.errors}
        world.run(plan)
    return errors


def at_once(made: Move) -> Move:
    """All racks leave the mesh when it is switched off."""
    steps = tuple(step for step in made.steps if 'leaves the mesh' not in step.title)
    assert len(steps) < len(made.steps)
    return replace(made, steps=steps)


def by_states(design: Design, *, by_default: bool) -> set[str]:
    """What nodes meet on a way that no plan takes: to both, and to the design alone. ``by_default`` is meant so."""
    mesh, both = Design(mesh=True), replace(design, mesh=True)
    found = [between_nodes([one.world(), other.world()]) for one, other in ((mesh, both), (both, design))]
    harmless = Flag.DELIVERED | (Flag.BY_DEFAULT if by_default else Flag(0))
    return {
        f'{flag.name} {place}'
        for flags_of in found
        for place in ('in the rack', 'across racks')
        for flags in flags_of[place]
        for flag in flags & ~harmless
    }


WITH_CALICOS_OWN_AGENT: Mapping[str, tuple[int, Callable[[], set[str]]]] = {
    'as-override': (0, lambda: at_once(unfiltered(move(), 'tor-import')).errors),
    'own AS allowed': (0, lambda: there_and_back(options=ALLOWED)),
    'default route downward': (0, lambda: by_states(DEFAULT_ROUTE, by_default=True)),
    'AS per rack, iBGP': (0, lambda: there_and_back(design='tor-as-per-rack')),
    'AS per rack, eBGP, nothing against the loop in the rack, a count': (
        6,
        lambda: by_states(AS_PER_RACK, by_default=False),
    ),
    'two reflectors without pods': (0, lambda: there_and_back(tors=0, bare=BARE, design='reflectors', options=TWO)),
    'as-override, import filter': (0, lambda: at_once(move()).errors),
    'default route downward, import filter first': (0, lambda: there_and_back(design='tor-default')),
    'as-override, rack by rack': (0, there_and_back),
    'no export filter': (31, lambda: unfiltered(move(), 'tor-export').errors),
    'no gate': (198, lambda: move().without_gates().errors),
    'mesh off first': (287, lambda: mesh_off_first(move()).errors),
}
WHY = {
    'AS per rack, eBGP, nothing against the loop in the rack, a count': {'BY_DEFAULT in the rack'},
    'no export filter': {'proof-loop'},
    'no gate': {'proof-blackhole', 'proof-loop', 'proof-default-only'},
    'mesh off first': {'proof-blackhole', 'proof-default-only'},
}


@pytest.mark.parametrize('row', WITH_CALICOS_OWN_AGENT)
def test_it_says_so(row: str) -> None:
    lost, said = WITH_CALICOS_OWN_AGENT[row]
    errors = said()
    assert bool(errors) == bool(lost)
    assert errors == WHY.get(row, set())
