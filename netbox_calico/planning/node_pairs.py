"""The sessions between nodes that the BGPPeers of a cluster make, each told once and with both ends."""

from __future__ import annotations

from dataclasses import dataclass

from .between import expanded
from .model.observation import ClusterObservation, IPAddress
from .naming import natural


@dataclass(frozen=True, slots=True)
class NodePair:
    """One session between two nodes; ``node`` is the one whose name comes first."""

    node: str
    peer: str
    family: int
    node_address: IPAddress
    peer_address: IPAddress
    node_as: int
    peer_as: int


def node_pairs(cluster: ClusterObservation) -> tuple[NodePair, ...]:
    """The sessions in the order of their nodes' names; those of the mesh are not among them.

    Raises InvalidInput for an object that Calico could not read either.
    """
    holders = {end.ip: node.name for node in cluster.nodes for end in node.addresses}
    own = {(node.name, end.version): end.ip for node in cluster.nodes for end in node.addresses}
    found: dict[tuple[str, str, int], NodePair] = {}
    for name, sessions in expanded(cluster).sessions.items():
        for session in sessions:
            other, address = holders.get(session.neighbor), own.get((name, session.family))
            if other is None or address is None:
                continue
            here, there = (name, address, session.local_as), (other, session.neighbor, session.remote_as)
            first, second = sorted((here, there), key=lambda end: natural(end[0]))
            found[first[0], second[0], session.family] = NodePair(
                first[0], second[0], session.family, first[1], second[1], first[2], second[2]
            )
    return tuple(sorted(found.values(), key=lambda pair: (natural(pair.node), natural(pair.peer), pair.family)))
