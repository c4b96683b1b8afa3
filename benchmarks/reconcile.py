"""How long a comparison takes that finds nothing to do, from 100 to 5000 nodes: a script that prints a table.

The job is the real one, from the snapshot to what it writes down. NetBox, its database and the Kubernetes API are real;
the routers answer at once (`benchmarks.switches`), since what waits for them is the budget of `benchmarks.pushing`.
"""

from __future__ import annotations

from benchmarks import stand  # isort: split

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings

from benchmarks.cost import HEAD, Cost, measured
from benchmarks.estate import RACKS, fill
from benchmarks.kubernetes import populate
from benchmarks.switches import Switches
from lab.services.kubernetes import KubernetesApi
from netbox_calico import peerings, snapshot, state
from netbox_calico.adapters.kubernetes import KubernetesCluster
from netbox_calico.adapters.switches import SwitchFleet
from netbox_calico.jobs import pipe
from netbox_calico.jobs.check import CheckJob
from netbox_calico.models import CalicoCluster, CalicoRun
from netbox_calico.peerings import derive_peerings
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.plan import make_plan
from netbox_calico.store import record_deployed, save_plan
from tests.planning import world
from tests.services import services

__all__ = ('main', 'stand')

ROUNDS = 3
PARTS: tuple[tuple[str, Any, str], ...] = (
    ('snapshot', snapshot, 'take_snapshot'),
    ('Kubernetes', KubernetesCluster, 'observe'),
    ('routers', SwitchFleet, 'observe'),
    ('comparing', pipe, 'compare'),
    ('nodes and routers written', state, 'record_both_sides'),
    ('peerings written', peerings, 'record_states'),
    ('result written', state, 'record_comparison'),
)


@contextmanager
def parts_timed() -> Iterator[dict[str, Cost]]:
    """What each part of the work costs, as long as the block lasts."""
    costs: dict[str, Cost] = {}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def run(*arguments: Any, **named: Any) -> Any:
            with measured() as cost:
                answer = work(*arguments, **named)
            costs[name] = cost
            return answer

        return run

    with ExitStack() as stack:
        for name, place, attribute in PARTS:
            work = getattr(place, attribute)
            setattr(place, attribute, timed(name, work))
            stack.callback(setattr, place, attribute, work)
        yield costs


def deployed(cluster: CalicoCluster, kubeconfig: Path) -> Switches:
    """A plan of full tables is done, on routers, in the Kubernetes API and in the books."""
    wish = snapshot.take_snapshot(cluster)
    seen = world.observation(wish)
    plan = make_plan(wish, seen, 'deploy', world.RENDERERS)
    assert not plan.errors, plan.errors[0]
    after = world.World(seen)
    after.run(plan)
    populate(kubeconfig, replace(after.observed.cluster, identity=''))
    derive_peerings(cluster, plan.sessions, 'benchmark')
    run = CalicoRun.objects.create(plan=save_plan(cluster, plan, None), cluster=cluster, kind='deploy')
    record_deployed(cluster, run, [item for step in plan.steps for item in step.items])
    switches = Switches(wish.routers)
    _send(plan, switches, {f'router:{router.id}': router.management for router in wish.routers})
    return switches


def _send(plan: Plan, switches: Switches, addresses: dict[str, str]) -> None:
    for step in plan.steps:
        for item in step.items:
            if item.target in addresses:
                switch = switches.of[addresses[item.target]]
                switch.expect(item.artefact)
                switch.running = switch.after


def compared(size: int, cluster: CalicoCluster, switches: Switches) -> None:
    """Compare several times, which finds nothing each time, and print the parts of the quickest."""
    found = []
    with switches.wired():
        for _ in range(ROUNDS):
            with parts_timed() as costs, measured() as whole:
                job = CheckJob.enqueue(instance=cluster, cluster_id=cluster.pk, immediate=True)
            job.refresh_from_db()
            said = [entry['message'] for entry in job.log_entries]
            assert not job.error, job.error
            assert said[-1].startswith('0 targets differ'), said
            found.append((whole, costs))
    whole, costs = min(found, key=lambda pair: pair[0].wall)
    for name, cost in (*costs.items(), ('all', whole)):
        print(f'{size:6} {name:28} {cost}', flush=True)


def main() -> None:
    print(f'{"nodes":>6} {"part":28} {HEAD}  the quickest of {ROUNDS}', flush=True)
    sizes = [int(word) for word in sys.argv[1:]] or list(RACKS)
    for number, size in enumerate(sizes, 1):
        api = KubernetesApi(services.folder / f'kubernetes-{number}')
        api.start()
        login = services.folder / 'login'
        login.write_text(json.dumps({'username': 'benchmark', 'password': 'benchmark'}))
        name = f'cluster-{number}'
        settings.PLUGINS_CONFIG['netbox_calico']['credentials'] = {
            name: f'file:{api.kubeconfig()}',
            'switches': f'file:{login}',
        }
        cluster = fill(size, name, number)
        compared(size, cluster, deployed(cluster, api.kubeconfig()))
        api.stop()


if __name__ == '__main__':
    main()
