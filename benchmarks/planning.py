"""How long a plan takes, its proof apart, and what it costs in memory, up to 5000 nodes: a script that prints a table.

Every design from the mesh, both families; each case in a process of its own, so that its peak of memory is its own.
Designs of `IRREGULAR` also where no rack is like the next (`benchmarks.irregular`).
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network

from benchmarks import irregular
from netbox_calico.planning import proven
from netbox_calico.planning.collecting import nothing_collected
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.plan import make_plan, plan_digest
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, observation, snapshot, with_external

SIZES = {50: (5, 10), 500: (25, 20), 5000: (250, 20)}
ROUTERS_A_RACK, FAMILIES = 2, (4, 6)
ONE_EACH = (2_000_000_000, 2_000_019_999)
POOL = ip_network('10.240.0.0/12')
"""Wide enough for a block of every node."""
EXTERNAL = 100_000
"""What the numbers of reflectors outside begin with, beyond those of routers in racks."""

DESIGNS: dict[str, dict[str, object]] = {
    **TOP_OF_RACK,
    'tor-as-per-node': {'design': 'tor-as-per-node', 'asn_range': ONE_EACH},
    'reflectors': {'design': 'reflectors'},
    'reflectors-multi, 4 of them': {'design': 'reflectors-multi', 'options': Options(reflectors_max=4)},
    'reflectors-quorum, 5 of them': {'design': 'reflectors-quorum', 'options': Options(reflectors_max=5)},
    'reflectors-hierarchy': {'design': 'reflectors-hierarchy'},
    'reflectors-tor': {'design': 'reflectors-tor'},
    'reflectors-external': {'design': 'reflectors-external'},
}

IRREGULAR = ('tor-full-tables', 'tor-as-per-rack', 'tor-default', 'reflectors')


def wished(racks: int, nodes: int, cluster: dict[str, object]) -> Snapshot:
    """A data centre of so many racks with so many nodes each."""
    design = str(cluster['design'])
    routers = ROUTERS_A_RACK if design.startswith('tor-') or design.endswith(('-tor', '-external')) else 0
    made = snapshot(racks, nodes, routers, FAMILIES, **cluster)  # type: ignore[arg-type]
    if design.endswith('-external'):
        inside = len(made.routers)
        made = with_external(made)
        moved = (replace(router, id=EXTERNAL + router.id) for router in made.routers[inside:])
        made = replace(made, routers=(*made.routers[:inside], *moved))
    pools = (replace(pool, cidr=POOL) if pool.cidr.version == POOL.version else pool for pool in made.pools)
    return replace(made, pools=tuple(pools))


def proof_timed(make: Callable[[], Plan]) -> tuple[Plan, float]:
    """A plan, and how many seconds of it are its proof's."""
    spent, prove = [0.0], proven.prove_plan

    def timed(*arguments: object) -> object:
        start = time.process_time()
        try:
            return prove(*arguments)  # type: ignore[arg-type]
        finally:
            spent[0] += time.process_time() - start

    proven.prove_plan = timed  # type: ignore[assignment]
    try:
        return make(), spent[0]
    finally:
        proven.prove_plan = prove


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(case: str, wish: Snapshot, seen: Observation, kind: str) -> Plan:
    """Make the plan and its digest, print a line, return the plan."""
    before = peak()
    start = time.process_time()
    with nothing_collected():
        plan, proof = proof_timed(lambda: make_plan(wish, seen, kind, RENDERERS))
    planned = time.process_time() - start
    memory = peak() - before
    start = time.process_time()
    plan_digest(plan)
    digested = time.process_time() - start
    refused = ', '.join(sorted({finding.code for finding in plan.errors}))
    print(
        f'{case:32} {len(wish.nodes):6} {len(plan.sessions):9} {len(plan.steps):6} {planned - proof:8.2f} {proof:8.2f} '
        f'{digested:8.2f} {memory:8.0f}  {refused}',
        flush=True,
    )
    return plan


def planned(case: str, size: int) -> None:
    """The plan from the mesh; of full tables what else is planned."""
    wish = wished(*SIZES[size], DESIGNS[case])
    world = World(observation(wish))
    plan = measured(case, wish, world.observed, 'deploy')
    if case == 'tor-full-tables':
        world.run(plan)
        measured('nothing to do', wish, world.observed, 'deploy')
        measured('back to the mesh', wish, world.observed, 'back')


def planned_irregular(case: str, size: int) -> None:
    """The same where no rack is like the next."""
    racks, _ = SIZES[size]
    wish = irregular.of(wished(racks, irregular.NODES_IN_RACK[1], DESIGNS[case]), size)
    measured(f'{case}, irregular', wish, irregular.seen(wish), 'deploy')


def main() -> None:
    """All cases, or those of the designs that are named."""
    figures = ' '.join(f'{head:>8}' for head in ('plan s', 'proof s', 'digest s', 'peak MB'))
    print(f'{"case":32} {"nodes":>6} {"sessions":>9} {"steps":>6} {figures}', flush=True)
    for size in SIZES:
        for case in sys.argv[1:] or DESIGNS:
            for make in (planned, planned_irregular) if case in IRREGULAR else (planned,):
                child = os.fork()
                if not child:
                    make(case, size)
                    os._exit(0)
                os.waitpid(child, 0)


if __name__ == '__main__':
    main()
