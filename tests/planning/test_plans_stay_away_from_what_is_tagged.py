"""What bears the tag that keeps plans away is changed by none: the plan is refused, and says which steps would."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.plan import make_plan
from tests.planning.world import RENDERERS, World, observation, snapshot

WISH = snapshot(2, 2, 2, (4,))


def tagged(name: str, wish: Snapshot = WISH) -> Snapshot:
    return replace(
        wish,
        cluster=replace(wish.cluster, hands_off=wish.cluster.handle == name),
        routers=tuple(replace(router, hands_off=router.name == name) for router in wish.routers),
        nodes=tuple(replace(node, hands_off=node.name == name) for node in wish.nodes),
    )


@pytest.mark.parametrize(
    ('name', 'subject', 'steps'),
    [
        ('tor-1-2', 'tor-1-2', 'steps: 4'),
        # Its label, its rack's way out of the mesh, the mesh of all, the mark of leaving.
        ('node-2-1', 'node-2-1', 'steps: 8, 11, 12, 13'),
        ('c1', 'Cluster One', 'steps: 2, 3, 4, 5, 6, 7, 8, 10, 11, 12 and 1 more'),
    ],
)
def test_a_plan_that_would_change_it_is_refused(name: str, subject: str, steps: str) -> None:
    refused = make_plan(tagged(name), observation(WISH), 'deploy', RENDERERS)
    assert refused.steps == ()
    [error] = refused.errors
    assert (error.code, error.subject) == ('hands-off', subject)
    assert f'{steps}. ' in error.message


def test_a_plan_that_was_made_before_is_stale() -> None:
    made, now = (make_plan(wish, observation(WISH), 'deploy', RENDERERS) for wish in (WISH, tagged('tor-1-2')))
    assert made.snapshot_digest != now.snapshot_digest


def test_a_plan_that_has_nothing_to_do_there_is_made() -> None:
    world = World(observation(WISH))
    world.run(make_plan(WISH, world.observed, 'deploy', RENDERERS))
    drained = tuple(replace(router, drained=router.name == 'tor-2-1') for router in WISH.routers)
    made = make_plan(tagged('tor-1-2', replace(WISH, routers=drained)), world.observed, 'deploy', RENDERERS)
    assert made.steps
    assert not made.errors
