"""What Calico's own agent was seen to cost, and under which conditions: never carried on to other sizes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CONDITIONS = (
    'confd v3.32.1 of one node against a real Kubernetes API with the whole cluster in it; two families, two TORs and '
    '20 nodes a rack; the mesh is off unless it is the mesh. Each node of the cluster pays this.'
)


class Kind(StrEnum):
    """How the sessions of the measured cluster were made."""

    MESH = 'mesh'
    PER_ROUTER = 'BGPPeers per router by rack label'
    PER_ROUTER_REVERSED = 'BGPPeers per router by rack label, reversePeering Auto'
    NODE_SCOPED = 'BGPPeers by node'
    SHARED = 'shared TOR-side addresses'
    ONE_GROUP = '25 reflectors in one group'
    HIERARCHY = 'hierarchy, 3 a rack and 3 spines'


@dataclass(frozen=True, slots=True)
class Measured:
    """One cluster that was measured: time to the agent's first configuration, CPU time after one label change of any
    node, memory. As noted down, units included.
    """

    kind: Kind
    nodes: int
    bgp_peers: int
    start: str
    label_change: str
    memory: str
    condition: str = ''


MEASURED = (
    Measured(Kind.MESH, 400, 0, '0.4 s', '0', '60 MB'),
    Measured(Kind.MESH, 5000, 0, '58 s', '0', '135 MB'),
    Measured(Kind.PER_ROUTER, 400, 80, '0.2 s', '0.03 s', '63 MB'),
    Measured(Kind.PER_ROUTER, 1000, 200, '0.35 s', '0.19 s', '75 MB'),
    Measured(Kind.PER_ROUTER, 2000, 400, '1.3 s', '0.6 s', '91 MB'),
    Measured(Kind.PER_ROUTER, 5000, 1000, '18 s', '6.2 s', '139 MB', 'reversePeering Manual'),
    Measured(Kind.PER_ROUTER_REVERSED, 5000, 1000, '23 s', '10 s', '149 MB'),
    Measured(Kind.NODE_SCOPED, 5000, 20000, 'none in 200 s', '-', '-'),
    Measured(Kind.SHARED, 5000, 4, '0.8 s', '0.12 s', '143 MB'),
    Measured(Kind.ONE_GROUP, 5000, 2, '16 s', '3.2 s', '1436 MB'),
    Measured(Kind.HIERARCHY, 5000, 251, '3.7 s', '0.7 s', '257 MB'),
)


def measured(kind: Kind, nodes: int) -> Measured | None:
    """The smallest cluster of that kind that was measured and is not smaller than this; none where all are smaller."""
    enough = (row for row in MEASURED if row.kind is kind and row.nodes >= nodes)
    return min(enough, key=lambda row: row.nodes, default=None)


def largest(kind: Kind) -> Measured:
    """The largest cluster of that kind that was measured."""
    return max((row for row in MEASURED if row.kind is kind), key=lambda row: row.nodes)
