"""How long a plan takes to be stored and read back, and its peerings with their states, from 100 to 5000 nodes.

A script that prints a table. The plan is that of full tables from the mesh, a session a node, router and family.
"""

from __future__ import annotations

from benchmarks import stand  # isort: split

from collections.abc import Callable
from dataclasses import replace

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.cost import HEAD, measured
from benchmarks.estate import RACKS, fill
from netbox_calico.choices import SessionStateChoices
from netbox_calico.jobs.pipe import plan_from
from netbox_calico.models import CalicoCluster, CalicoPeering, CalicoPeeringState, CalicoPlan
from netbox_calico.peerings import derive_peerings, record_states
from netbox_calico.planning.model.observation import RouterObservation, RouterSession
from netbox_calico.planning.model.plan import Plan
from netbox_calico.snapshot import take_snapshot
from netbox_calico.store import load_plan, save_plan
from tests.planning import world

__all__ = ('main', 'stand')


def established(plan: Plan) -> list[RouterObservation]:
    """The routers as they are when all sessions of the plan are up."""
    sessions: dict[int, list[RouterSession]] = {}
    for session in plan.sessions:
        sessions.setdefault(session.router, []).append(
            RouterSession(session.node_address, session.family, session.node_as or 64512, established=True, received=1)
        )
    return [RouterObservation(router, str(router), sessions=tuple(found)) for router, found in sessions.items()]


def timed(size: int, what: str, rows: int, work: Callable[..., object], *arguments: object) -> None:
    with CaptureQueriesContext(connection) as queries, measured() as cost:
        work(*arguments)
    print(f'{size:6} {what:40} {rows:7} {len(queries):8} {cost}', flush=True)


def stored(size: int, cluster: CalicoCluster) -> None:
    """Store all of a plan of full tables, some of it again, and print a line each."""
    snapshot = take_snapshot(cluster)
    plan = plan_from(snapshot, world.observation(snapshot), 'deploy')
    items, sessions = sum(len(step.items) + len(step.undo) for step in plan.steps), len(plan.sessions)
    up = established(plan)
    down = [replace(router, sessions=()) for router in up]
    timed(size, 'the plan', items, save_plan, cluster, plan, None)
    timed(size, 'its peerings', sessions, derive_peerings, cluster, plan.sessions, 'benchmark')
    timed(size, 'the same plan once more', items, save_plan, cluster, plan, None)
    timed(size, 'the peerings, none new', sessions, derive_peerings, cluster, plan.sessions, 'benchmark')
    timed(size, 'their first states', sessions, record_states, cluster, down, ())
    timed(size, 'their states, all others', sessions, record_states, cluster, up, ())
    timed(size, 'their states, none others', sessions, record_states, cluster, up, ())
    row = CalicoPlan.objects.filter(cluster=cluster).latest('pk')
    timed(size, 'the plan read back', items, load_plan, row)
    assert load_plan(row) == plan
    assert CalicoPeering.objects.filter(cluster=cluster).count() == sessions
    states = CalicoPeeringState.objects.filter(cluster=cluster, router_side=SessionStateChoices.UP)
    assert states.count() == sessions


def main() -> None:
    print(f'{"nodes":>6} {"what":40} {"rows":>7} {"queries":>8} {HEAD}', flush=True)
    for number, size in enumerate(RACKS, 1):
        stored(size, fill(size, f'cluster-{number}', number))


if __name__ == '__main__':
    main()
