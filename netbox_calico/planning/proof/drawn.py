"""Who is looked at where all are too many: clients of reflectors, drawn at random, and everybody else.

A client passes nothing on, so between those that are looked at no path is missing; and chance, unlike a reduction, does
not ask who is alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from netbox_calico.planning.expansion import Session

from .ground import Ground
from .state import State

SEED = 4271
SESSIONS = 20_000
"""How many sessions clients may have in all before some of them are drawn."""


def drawn(ground: Ground, state: State) -> Sequence[str]:
    """The names of the nodes that are looked at, in the order of the ground: always the same for the same state."""
    routers = {end.ip for ends in ground.addresses.values() for end in ends}
    reflectors = {node.name for node in state.resources.nodes if node.rr_cluster_id}
    of_client: dict[int, int] = {}

    def as_client(found: tuple[Session, ...]) -> int:
        """How many sessions make a node a client; nodes alike have the same ones."""
        if id(found) not in of_client:
            neighbors = [session.neighbor for session in found if session.family == ground.family]
            of_client[id(found)] = 0 if routers.intersection(neighbors) else len(neighbors)
        return of_client[id(found)]

    sessions = {name: as_client(state.sessions.get(name, ())) for name in ground.ends if name not in reflectors}
    if sum(sessions.values()) <= SESSIONS:
        return tuple(ground.ends)
    left, clients = SESSIONS, [name for name, count in sessions.items() if count]
    Random(SEED).shuffle(clients)
    for name in clients:
        left -= sessions[name]
        if left < 0:
            del sessions[name]
    return tuple(name for name in ground.ends if name in sessions or name in reflectors)
