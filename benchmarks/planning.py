"""How long a plan takes, and what it costs in memory, up to 5000 nodes in 250 racks: a script that prints a table."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace
from ipaddress import ip_network

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.plan import make_plan, plan_digest
from tests.planning.world import RENDERERS, World, observation, snapshot

NODES_A_RACK, ROUTERS_A_RACK, FAMILIES = 20, 2, (4, 6)
RACKS = (5, 50, 250)
QUORUM_RACKS = 50
POOL = ip_network('10.240.0.0/12')
"""Wide enough for a block of every node."""


def wished(racks: int, routers: int, design: str) -> Snapshot:
    """A data centre of so many racks."""
    made = snapshot(racks, NODES_A_RACK, routers, FAMILIES, design=design)
    pools = (replace(pool, cidr=POOL) if pool.cidr.version == POOL.version else pool for pool in made.pools)
    return replace(made, pools=tuple(pools))


def measured(case: str, wish: Snapshot, seen: Observation, kind: str) -> Plan:
    """Make the plan and its digest, print a line, return the plan."""
    start = time.process_time()
    plan = make_plan(wish, seen, kind, RENDERERS)
    planned = time.process_time()
    plan_digest(plan)
    digested = time.process_time()
    tracemalloc.start()
    make_plan(wish, seen, kind, RENDERERS)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(
        f'{case:22} {len(wish.nodes):6} {len(plan.sessions):9} {len(plan.steps):6} {planned - start:8.2f} '
        f'{digested - planned:8.2f} {peak:8.0f}',
        flush=True,
    )
    assert not plan.errors
    return plan


def main() -> None:
    print(f'{"case":22} {"nodes":>6} {"sessions":>9} {"steps":>6} {"CPU s":>8} {"digest s":>8} {"peak MB":>8}')
    for racks in RACKS:
        wish = wished(racks, ROUTERS_A_RACK, 'tor-full-tables')
        world = World(observation(wish))
        plan = measured('mesh to top of rack', wish, world.observed, 'deploy')
        world.run(plan)
        measured('nothing to do', wish, world.observed, 'deploy')
        measured('back to the mesh', wish, world.observed, 'back')
    for design, sizes in (
        ('reflectors', RACKS),
        ('reflectors-hierarchy', RACKS),
        ('reflectors-quorum', (QUORUM_RACKS,)),
    ):
        for racks in sizes:
            wish = wished(racks, 0, design)
            measured(f'mesh to {design.removeprefix("reflectors-")}', wish, observation(wish), 'deploy')


if __name__ == '__main__':
    main()
