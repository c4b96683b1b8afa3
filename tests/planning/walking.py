"""Plans carried out in the simulated world: with every step taken back on the way, or stopped anywhere."""

from __future__ import annotations

from hypothesis import strategies as st

from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import make_plan
from tests.planning.network import look
from tests.planning.world import RENDERERS, World, observation, snapshot


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


def there_and_back(wish: Snapshot) -> None:
    """From the mesh to the design and back to where it began; an applied plan leaves nothing to plan."""
    world = World(observation(wish))
    before = in_order(wish, world.observed)
    walk(world, made(wish, world))
    assert not world.observed.cluster.mesh
    assert made(wish, world).steps == ()
    walk(world, made(wish, world, 'back'))
    assert made(wish, world, 'back').steps == ()
    assert in_order(wish, world.observed) == before


def stopped_anywhere(wish: Snapshot, data: st.DataObject) -> None:
    """A plan that was stopped is completed or taken back by a new one, on the way there and on the way back."""
    world = World(observation(wish))
    before = in_order(wish, world.observed)
    items = [item for step in made(wish, world).steps for item in step.items]
    for item in items[: data.draw(st.integers(0, len(items)))]:
        world.apply(item)
    world.run(made(wish, world, data.draw(st.sampled_from(['deploy', 'back']))))
    world.run(made(wish, world))
    assert made(wish, world).steps == ()
    items = [item for step in made(wish, world, 'back').steps for item in step.items]
    for item in items[: data.draw(st.integers(0, len(items)))]:
        world.apply(item)
    world.run(made(wish, world, 'back'))
    assert in_order(wish, world.observed) == before
