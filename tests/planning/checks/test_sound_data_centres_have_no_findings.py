"""Nothing is found where nothing is wrong: what every check must leave alone."""

from __future__ import annotations

import pytest

from netbox_calico.planning.plan import make_plan
from tests.planning.checks.troubled import ALWAYS
from tests.planning.world import RENDERERS, World, observation, snapshot


@pytest.mark.parametrize('families', [(4,), (4, 6)])
@pytest.mark.parametrize(('racks', 'nodes', 'tors'), [(1, 1, 2), (2, 3, 2), (3, 2, 3)])
def test_there_and_once_there(racks: int, nodes: int, tors: int, families: tuple[int, ...]) -> None:
    wish = snapshot(racks, nodes, tors, families)
    world = World(observation(wish))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    assert [finding.code for finding in plan.findings] == [ALWAYS]
    world.run(plan)
    assert make_plan(wish, world.observed, 'deploy', RENDERERS).findings == ()


def test_passwords_that_are_there() -> None:
    wish = snapshot(password_secret='bgp')
    keys = frozenset({'tor-1-1', 'tor-1-2', 'tor-2-1', 'tor-2-2', 'other'})
    findings = make_plan(wish, observation(wish, secrets={'bgp': keys}), 'deploy', RENDERERS).findings
    assert [finding.code for finding in findings] == [ALWAYS]


def test_nothing_to_go_back_from() -> None:
    wish = snapshot(1, 2, 2, (4,))
    assert make_plan(wish, observation(wish), 'back', RENDERERS).findings == ()
