"""How long 10 to 500 switches of 50 ms an answer take to be read and changed, beside what their latency alone takes.

A script that prints a table. Fleet, Nornir, NAPALM and driver are real, and so are the sections that are sent, of 20
nodes and both families; see `benchmarks.switches` for what is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.cost import HEAD, measured
from benchmarks.planning import SIZES, wished
from benchmarks.switches import Switches
from netbox_calico.adapters.credentials import Login
from netbox_calico.adapters.switches import RouterTarget, SwitchFleet
from netbox_calico.planning.model.inventory import Router
from netbox_calico.planning.model.plan import Item, Result
from netbox_calico.planning.plan import make_plan
from netbox_calico.render import RENDERERS
from tests.planning.world import observation

LATENCY = 0.05
AT_ONCE = 50
COUNTS = (10, 50, 500)


def planned() -> tuple[tuple[Router, ...], list[Item]]:
    """500 routers, and what a plan of full tables sends to each."""
    wish = wished(*SIZES[5000], {'design': 'tor-full-tables'})
    plan = make_plan(wish, observation(wish), 'deploy', RENDERERS)
    items = [item for step in plan.steps for item in step.items if item.target.startswith('router:')]
    return wish.routers, items


def timed(what: str, count: int, switches: Switches, work: Callable[[], Sequence[Any]]) -> Sequence[Any]:
    """Do it and print a line; latency alone is a sleep for each answer, as many at once."""
    before = switches.asked
    with measured() as cost:
        answers = work()
    asked = switches.asked - before
    alone = asked * LATENCY / min(AT_ONCE, count)
    print(f'{count:8} {what:24} {asked:8} {alone:8.2f} {cost} {cost.wall / alone:6.2f}', flush=True)
    return answers


def pushed(routers: Sequence[Router], items: Sequence[Item]) -> None:
    switches = Switches(routers, LATENCY)
    for router, item in zip(routers, items, strict=True):
        switches.of[router.management].expect(item.artefact)
    targets = [
        RouterTarget(router.id, router.name, router.management, 'frr', 'frr', 'switches', workers=AT_ONCE)
        for router in routers
    ]
    count, keys = len(targets), [target.key for target in targets]
    with (
        switches.wired(),
        SwitchFleet(
            targets, 'c1', login=lambda _: Login('benchmark', 'x'), secret=lambda *_: '', sections=RENDERERS
        ) as fleet,
    ):
        seen = timed('look, first', count, switches, lambda: fleet.observe(router.id for router in routers))
        assert not any(router.error for router in seen)
        for what, done in (
            ('change', lambda: fleet.apply(items)),
            ('confirm', lambda: fleet.confirm(keys)),
        ):
            outcomes = timed(what, count, switches, done)
            assert not [outcome for outcome in outcomes if outcome.result is Result.FAILED]
        seen = timed('look, at what was changed', count, switches, lambda: fleet.observe(r.id for r in routers))
        assert all(router.section and router.saved for router in seen)


def main() -> None:
    routers, items = planned()
    of = {item.target: item for item in items}
    print(f'{"switches":>8} {"what":24} {"answers":>8} {"latency":>8} {HEAD} {"times":>6}', flush=True)
    for count in COUNTS:
        some = routers[:count]
        pushed(some, [of[f'router:{router.id}'] for router in some])


if __name__ == '__main__':
    main()
