"""A router is taken out of service only when nothing goes by it: who still uses it is named."""

from __future__ import annotations

import pytest

from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.operations import OPERATIONS, Estate
from tests.planning.world import RENDERERS


@pytest.mark.parametrize(
    ('design', 'words'),
    [
        ('tor-full-tables', 'node node-1-1: a route in use by another gateway than its routers to IPv4 10.244.'),
        ('tor-default', 'node node-1-1: the IPv4 default route of 10.1.1.1, which should not be, is in use'),
    ],
)
def test_before_and_after_it_is_drained(design: str, words: str) -> None:
    estate = Estate.running(design, password='bgp-1')
    [change] = OPERATIONS['passwords are rotated']
    change(estate)
    plan = make_plan(estate.wish, estate.world.observed, 'deploy', RENDERERS)
    [drain] = [step for step in plan.steps if step.title == 'Drain tor-1-1']
    [wait] = [step for step in plan.steps if step.gate.idle == (11,)]
    before = evaluate(wait.gate, plan, look(estate.world, plan)).waiting
    assert any(name.startswith(words) for name in before)
    assert not any('node-2-' in name.partition(':')[0] for name in before)
    for item in drain.items:
        estate.world.apply(item)
    assert evaluate(wait.gate, plan, look(estate.world, plan)).met
