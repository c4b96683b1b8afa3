"""Plans carried out in the simulated world, and every step of them taken back on the way."""

from __future__ import annotations

from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.world import RENDERERS, World, snapshot


def made(wish: Snapshot, world: World, kind: str = 'deploy') -> Plan:
    """A plan without errors."""
    plan = make_plan(wish, world.observed, kind, RENDERERS)
    assert not plan.errors
    return plan


def walk(world: World, plan: Plan) -> None:
    """Carry a plan out, and take every step back and do it again on the way."""
    for step in plan.steps:
        before = world.observed
        for item in step.items:
            world.apply(item)
        assert evaluate(step.gate, plan, look(world, plan)).waiting == (), step.title
        for item in step.undo:
            world.apply(item)
        assert in_order(snapshot(), world.observed) == in_order(snapshot(), before), step.title
        if step.items:
            assert evaluate(step.undo_gate, plan, look(world, plan)).waiting == (), step.title
        for item in step.items:
            world.apply(item)
