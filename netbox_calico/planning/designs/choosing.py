"""Which nodes reflect routes. They are chosen, not listed.

Those that reflect already stay as long as they may, so that a node that joins moves nobody. Nodes without pods come
first, since whoever becomes a reflector is without routes for a moment; among equals the zone and then the rack that
has the fewest reflectors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.inventory import Node, Snapshot
from netbox_calico.planning.model.observation import ClusterObservation, KubernetesNode
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.naming import REFLECTOR_LABEL, natural

ZONE_LABEL = 'topology.kubernetes.io/zone'
"""Kubernetes' own label for what fails together."""

ALWAYS, NEVER = 'always', 'never'
"""What `Node.reflector` says beside auto."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node that may reflect. ``place`` is zone and rack, ``pods`` whether it holds blocks, ``role`` our label."""

    name: str
    place: tuple[str, str]
    pods: bool
    always: bool
    role: str = ''


def wanted_number(nodes: int, options: Options) -> int:
    """How many reflectors so many nodes want: one for each share of them, within the limits."""
    if options.nodes_per_reflector < 1:
        raise InvalidInput(f'{options.nodes_per_reflector} nodes per reflector are none: choose 1 or more.')
    shares = -(-nodes // options.nodes_per_reflector)
    return max(min(shares, options.reflectors_max), options.reflectors_min)


def candidates(snapshot: Snapshot, observed: ClusterObservation) -> tuple[Candidate, ...]:
    """The nodes that may reflect, by name: known to both sides, in service and to stay so, with all addresses."""
    known = {node.name: node for node in snapshot.nodes}
    holders = frozenset(affinity.node for affinity in observed.affinities if affinity.state == 'confirmed')
    return tuple(
        Candidate(
            node.name,
            (node.labels.get(ZONE_LABEL, ''), _rack(known[node.name])),
            node.name in holders,
            known[node.name].reflector == ALWAYS,
            node.labels.get(REFLECTOR_LABEL, ''),
        )
        for node in sorted(observed.nodes, key=lambda node: natural(node.name))
        if node.name in known and _serves(known[node.name], node, snapshot.cluster.families)
    )


def choose(those: Iterable[Candidate], number: int, role: str = '') -> tuple[str, ...]:
    """So many of them, by name; fewer when there are no more.

    Whoever reflects in this role (empty: in any) stays, unless there are too many; whoever is to reflect always does,
    even above the number. One that gives up another role is disturbed in any case, and comes before its equals.
    """
    pool = sorted(those, key=lambda found: natural(found.name))
    order = {found.name: position for position, found in enumerate(pool)}
    chosen = {
        found.name: found for found in pool if found.always or (found.role and found.role == (role or found.role))
    }
    zones = Counter(found.place[0] for found in chosen.values())
    racks = Counter(found.place for found in chosen.values())
    while surplus := [found for found in chosen.values() if not found.always and len(chosen) > number]:
        gone = max(
            surplus,
            key=lambda found: (
                not found.role,
                zones[found.place[0]],
                racks[found.place],
                not found.pods,
                order[found.name],
            ),
        )
        del chosen[gone.name]
        zones[gone.place[0]] -= 1
        racks[gone.place] -= 1
    while len(chosen) < number and (free := [found for found in pool if found.name not in chosen]):
        new = min(
            free,
            key=lambda found: (
                found.pods and not found.role,
                zones[found.place[0]],
                racks[found.place],
                not found.role,
                order[found.name],
            ),
        )
        chosen[new.name] = new
        zones[new.place[0]] += 1
        racks[new.place] += 1
    return tuple(sorted(chosen, key=lambda name: order[name]))


def _rack(node: Node) -> str:
    return f'#{node.rack.id}' if node.rack else ''


def _serves(node: Node, running: KubernetesNode, families: Iterable[int]) -> bool:
    return (
        node.reflector != NEVER
        and not node.drained
        and running.ready
        and running.schedulable
        and {address.version for address in running.addresses} >= set(families)
    )
