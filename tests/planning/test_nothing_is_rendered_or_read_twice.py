"""A plan asks the renderer for no section twice, however many legs it has, and reads none twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest

from netbox_calico.planning import proven
from netbox_calico.planning.model.intent import PeerGroup, RouterSection
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.ports import SectionChange
from tests.planning.world import FRR, RENDERERS, World, observation, snapshot


@dataclass
class Counted:
    """The real renderer, and how often it was asked for what."""

    rendered: Counter[RouterSection] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)

    def change(self, observed: str, wanted: RouterSection) -> SectionChange:
        self.rendered[wanted] += 1
        return FRR.change(observed, wanted)

    def drain(self, observed: str) -> SectionChange:
        return FRR.drain(observed)

    def groups(self, section: str) -> tuple[PeerGroup, ...]:
        self.read[section] += 1
        return FRR.groups(section)


@pytest.fixture(autouse=True)
def without_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which reads the whole cluster into a world of its own."""

    def nothing(*_: object) -> tuple[Finding, ...]:
        return ()

    monkeypatch.setattr(proven, 'prove_plan', nothing)


def test_on_the_way_to_a_default_route() -> None:
    wish, counted = snapshot(design='tor-default'), Counted()
    plan = make_plan(wish, observation(wish), 'deploy', {'frr': counted})
    assert plan.steps
    # The default route beside the tables is the same on routers before nodes let it in and after.
    stages = ('full tables', 'beside them', 'alone')
    assert counted.rendered.total() == len(wish.routers) * len(stages)
    assert set(counted.rendered.values()) == {1}
    assert not counted.read


def test_on_the_way_back_what_is_on_routers_is_read_once() -> None:
    wish, counted = snapshot(design='tor-default'), Counted()
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    plan = make_plan(wish, world.observed, 'back', {'frr': counted})
    assert plan.steps
    assert set(counted.read.values()) == {1}
    assert set(counted.rendered.values()) == {1}
