"""A data centre as they grow: racks of any size, some with one router, some routers drained, nodes that are not ready,
that have no block or two, and a second pool. Always the same for the same size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network
from random import Random

from netbox_calico.planning.model.inventory import Node, Pool, Snapshot
from netbox_calico.planning.model.observation import Affinity, Observation
from tests.planning.world import observation

SEED = 4271
NODES_IN_RACK = (8, 40)
WITH_ONE_ROUTER, DRAINED, NOT_READY = 0.1, 0.02, 0.005
BLOCKS = (0, *[1] * 17, 2, 2)
"""How many blocks of a family a node has, by chance."""

SECOND_POOLS = (Pool('racked4', ip_network('10.192.0.0/12'), 26), Pool('racked6', ip_network('fd00:192::/48'), 122))
BLOCKS_FROM = {('pool', 4): '10.240.0.0', ('pool', 6): 'fd00:244::', ('racked', 4): '10.192.0.0'}
BLOCKS_FROM |= {('racked', 6): 'fd00:192::'}


def sizes(nodes: int, racks: int) -> list[int]:
    """How many nodes each rack has."""
    random = Random(SEED)
    least, most = NODES_IN_RACK
    found = [random.randint(least, most) for _ in range(racks)]
    while sum(found) != nodes:
        rack = random.randrange(racks)
        step = 1 if sum(found) < nodes else -1
        if least <= found[rack] + step <= most:
            found[rack] += step
    return found


def of(full: Snapshot, nodes: int) -> Snapshot:
    """A part of ``full``, whose racks are as large as any may be: so many nodes of it."""
    random = Random(SEED)
    racks = sorted({node.rack.id for node in full.nodes if node.rack})
    room = dict(zip(racks, sizes(nodes, len(racks)), strict=True))
    left: list[Node] = []
    for node in full.nodes:
        if node.rack and room[node.rack.id]:
            room[node.rack.id] -= 1
            left.append(node)
    single = {rack for rack in racks if random.random() < WITH_ONE_ROUTER}
    routers = []
    for router in full.routers:
        rack = router.rack.id if router.rack else None
        if rack in single and any(other.rack == router.rack for other in routers):
            continue
        drained = rack is not None and rack not in single and random.random() < DRAINED
        beside = any(other.rack == router.rack and other.drained for other in routers)
        routers.append(replace(router, drained=drained and not beside))
    pools = tuple(pool for pool in SECOND_POOLS if pool.cidr.version in full.cluster.families)
    return replace(full, nodes=tuple(left), routers=tuple(routers), pools=(*full.pools, *pools))


def seen(wish: Snapshot) -> Observation:
    """The cluster in mesh: one block in four is of the second pool."""
    random = Random(SEED)
    made = observation(wish)
    nodes = tuple(replace(node, ready=random.random() >= NOT_READY) for node in made.cluster.nodes)
    return replace(made, cluster=replace(made.cluster, nodes=nodes, affinities=tuple(_affinities(wish, random))))


def _affinities(wish: Snapshot, random: Random) -> Iterator[Affinity]:
    given = dict.fromkeys(BLOCKS_FROM, 0)
    for node in wish.nodes:
        for family in wish.cluster.families:
            for _ in range(random.choice(BLOCKS)):
                pool = random.choice(('pool', 'pool', 'pool', 'racked'))
                first = int(ip_address(BLOCKS_FROM[pool, family])) + 64 * given[pool, family]
                given[pool, family] += 1
                yield Affinity(ip_network((first, 26 if family == 4 else 122)), node.name)
