"""How many queries a snapshot takes, and how long, from 100 to 5000 nodes: a script that prints a table."""

from __future__ import annotations

from benchmarks import stand  # isort: split

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.cost import HEAD, measured
from benchmarks.estate import NODES_A_RACK, RACKS, TORS_A_RACK, fill
from netbox_calico.snapshot import take_snapshot

__all__ = ('main', 'stand')

ROUNDS = 3


def main() -> None:
    print(f'{"nodes":>6} {"routers":>8} {"queries":>8} {HEAD}  the quickest of {ROUNDS}', flush=True)
    for number, (size, racks) in enumerate(RACKS.items(), 1):
        cluster = fill(size, f'cluster-{number}', number)
        costs, asked = [], 0
        for _ in range(ROUNDS):
            with CaptureQueriesContext(connection) as queries, measured() as cost:
                snapshot = take_snapshot(cluster)
            costs.append(cost)
            asked = max(asked, sum(query['sql'].startswith('SELECT') for query in queries.captured_queries))
        assert len(snapshot.nodes) == racks * NODES_A_RACK
        assert len(snapshot.routers) == racks * TORS_A_RACK
        assert all(len(node.cabled_routers) == TORS_A_RACK for node in snapshot.nodes)
        print(f'{size:6} {len(snapshot.routers):8} {asked:8} {min(costs, key=lambda cost: cost.wall)}', flush=True)


if __name__ == '__main__':
    main()
