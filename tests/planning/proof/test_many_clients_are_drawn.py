"""Where reflectors have too many clients to look at all, chance says at which, and what they find is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.model.options import Options
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.proof import drawn as drawing
from netbox_calico.planning.proof import whole
from netbox_calico.planning.proof.drawn import drawn
from netbox_calico.planning.proof.ground import Ground, ground_of
from netbox_calico.planning.proof.prove import prove
from netbox_calico.planning.proof.state import State
from tests.planning.world import RENDERERS, World, observation, snapshot

REFLECTORS, REDUNDANCY = 4, 4


@pytest.fixture(scope='module')
def end() -> tuple[Ground, State]:
    """A cluster with reflectors, once its plan is carried out."""
    options = Options(reflectors_min=REFLECTORS, redundancy=REDUNDANCY)
    wish = snapshot(10, 4, 0, (4,), design='reflectors', options=options)
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    return ground_of(wish, world.observed, 4), State(world.observed.cluster, {})


def test_all_are_looked_at_as_long_as_they_are_few(end: tuple[Ground, State]) -> None:
    assert drawn(*end) == tuple(end[0].ends)


def test_of_many_some_are_drawn_and_all_reflectors_stay(
    end: tuple[Ground, State], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, 'SESSIONS', 5 * REDUNDANCY)
    some = drawn(*end)
    assert some == drawn(*end)
    reflectors = {node.name for node in end[1].resources.nodes if node.rr_cluster_id}
    assert len(reflectors) == REFLECTORS
    assert reflectors <= set(some)
    assert len(some) == REFLECTORS + 5
    assert list(whole.look_at_all(*end, 'there')) == []


def test_what_the_proof_lacks_is_found_among_the_drawn(
    end: tuple[Ground, State], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, 'SESSIONS', 5 * REDUNDANCY)
    monkeypatch.setattr(whole, 'prove', lambda worlds: replace(prove(worlds), verdicts=()))
    assert [finding.code for finding in whole.look_at_all(*end, 'there')] == ['proof-audit']
