"""Reflectors in the cluster, outside, with routers, and routers of racks become each other in one plan.

Without the mesh wherever both kinds can stand side by side. Every step is taken back and done again on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, ROLE_LABELS
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.walking import made, walk
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, observation, snapshot, with_external

TWO, THREE = Options(reflectors_min=2), Options(reflectors_min=3, reflectors_max=3, redundancy=2)
REFLECTORS: Mapping[str, Mapping[str, Any]] = {
    'reflectors': {'design': 'reflectors', 'options': TWO},
    'reflectors-multi': {'design': 'reflectors-multi', 'options': THREE},
    'reflectors-quorum': {'design': 'reflectors-quorum', 'options': THREE},
    'reflectors-hierarchy': {
        'design': 'reflectors-hierarchy',
        'options': Options(redundancy=1, spine_reflectors=1),
    },
    'reflectors-tor': {'design': 'reflectors-tor', 'options': TWO},
    'reflectors-external': {'design': 'reflectors-external'},
}
DESIGNS = {**TOP_OF_RACK, **REFLECTORS}
INSIDE = [name for name in REFLECTORS if name != 'reflectors-external']
PAIRS = [pair for pair in permutations(DESIGNS, 2) if not set(pair) <= TOP_OF_RACK.keys()]
NEAR = [{'reflectors', 'reflectors-tor'}, {'reflectors-multi', 'reflectors-hierarchy'}]
"""Layouts of which most reflectors keep their part."""


def by_the_mesh(first: str, second: str) -> bool:
    """Another layout of reflectors, and an AS a rack beside reflectors."""
    pair = {first, second}
    if pair <= set(INSIDE):
        return pair not in NEAR
    return 'tor-as-per-rack' in pair and not pair.isdisjoint(INSIDE)


BASE = with_external(snapshot(2, 3, 2, (4, 6), design='tor-as-per-rack'))


def wishing(name: str, base: Snapshot = BASE) -> Snapshot:
    return replace(base, cluster=replace(base.cluster, **DESIGNS[name]))


def deployed(wish: Snapshot) -> World:
    world = World(observation(wish))
    world.run(made(wish, world))
    return world


def touches_the_mesh(plan: Plan) -> bool:
    return any(item.target.endswith('BGPConfiguration/default') for step in plan.steps for item in step.items)


@pytest.mark.parametrize(('first', 'second'), PAIRS)
def test_one_plan_leads_there_and_nothing_of_the_other_is_left(first: str, second: str) -> None:
    one, other = wishing(first), wishing(second)
    world = deployed(one)
    plan = made(other, world)
    assert touches_the_mesh(plan) is by_the_mesh(first, second)
    walk(world, plan)
    assert made(other, world).steps == ()
    assert not world.observed.cluster.mesh
    if second not in INSIDE:
        assert in_order(other, world.observed) == in_order(other, deployed(other).observed)
        for node in world.observed.cluster.nodes:
            assert not node.labels.keys() & set(ROLE_LABELS)
            assert REFLECTOR_ANNOTATION not in node.annotations


@settings(deadline=None, max_examples=15)
@given(st.sampled_from(PAIRS), st.data())
def test_a_plan_that_was_stopped_anywhere_is_completed_or_led_back_by_a_new_one(
    pair: tuple[str, str], data: st.DataObject
) -> None:
    """What hangs between two layouts of reflectors may have to be completed before it is led back."""
    one, other = wishing(pair[0]), wishing(pair[1])
    world = deployed(one)
    items = [item for step in made(other, world).steps for item in step.items]
    for item in items[: data.draw(st.integers(0, len(items)))]:
        world.apply(item)
    stopped = world.observed
    world.run(made(other, world))
    assert made(other, world).steps == ()
    for design in (one, other):
        if set(pair) not in NEAR:
            world = World(stopped)
        world.run(made(design, world, 'back'))
        assert in_order(one, world.observed) == in_order(one, observation(one))


def test_what_nodes_have_of_their_routers_is_no_reflected_route() -> None:
    """Though they carry all traffic, and a gate that took them for it would open at once."""
    world = deployed(wishing('tor-full-tables'))
    plan = made(wishing('reflectors'), world)
    [gate] = [step.gate for step in plan.steps if step.title == 'Prove all reflected routes']
    waiting = evaluate(gate, plan, look(world, plan)).waiting
    assert 'node node-1-1: no route by reflectors to 10.244.0.192/26, fd00:244::c0/122 of node node-2-1' in waiting


def test_no_plan_passes_through_a_mesh_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('netbox_calico.planning.proven.MESH_NODES_MAX', 3)
    for first, second in (('reflectors', 'tor-full-tables'), ('tor-as-per-node', 'reflectors-quorum')):
        world = World(observation(wishing(first)))
        world.run(made(wishing(first), world))
        assert made(wishing(second), world).steps
    for first, second in (('reflectors', 'reflectors-quorum'), ('tor-as-per-rack', 'reflectors')):
        world = World(observation(wishing(first)))
        world.run(made(wishing(first), world))
        refused = make_plan(wishing(second), world.observed, 'deploy', RENDERERS)
        assert [finding.code for finding in refused.errors] == ['mesh-too-large']
        assert refused.steps == ()
