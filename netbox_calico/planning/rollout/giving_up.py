"""What nodes give up once others carry their traffic: their routers, rack by rack, and the roles of reflectors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from netbox_calico.planning.designs.racks import rack_order
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Gate
from netbox_calico.planning.naming import REFLECTOR_LABEL

from . import gates
from .nodes import label_pairs
from .roles import LOOKED_AT, named, reflects, role_pair, waves, without_role
from .situation import NO_GATE, Situation, Steps

type GateOf = Callable[[str, Sequence[str]], Gate]
"""A gate by its title, and by nodes that are looked at in any case."""


def labels_off(steps: Steps, situation: Situation, gate: GateOf) -> None:
    """Rack by rack the nodes give up their routers, whose routes they do not use any more."""
    key = situation.snapshot.cluster.rack_label
    racks: dict[str, list[KubernetesNode]] = defaultdict(list)
    for node in situation.observation.cluster.nodes:
        if node.labels.get(key):
            racks[node.labels[key]].append(node)
    had = {session.rack for session in situation.former}
    for rack in rack_order({node.name: rack for rack, nodes in racks.items() for node in nodes}):
        pairs = label_pairs(racks[rack], key, {})
        if pairs:
            looked_at = tuple(node.name for node in racks[rack])[:LOOKED_AT]
            steps.add(
                f'Take the rack label off the nodes of rack {rack}',
                pairs,
                gate(f'Rack {rack} lives without its routers', looked_at),
                gates.rack_routes(rack, ()) if rack in had else NO_GATE,
            )


def step_down(
    steps: Steps,
    situation: Situation,
    nodes: Iterable[KubernetesNode],
    after: Mapping[str, KubernetesNode],
    gate: GateOf,
    undo_gate: GateOf,
) -> None:
    """Reflectors become what they are in ``after``, in the reverse of the order in which reflectors come."""
    there = {node.name: node for node in nodes}
    for names in reversed(waves({node.name: node.labels.get(REFLECTOR_LABEL, '') for node in there.values()})):
        who, looked_at = named(names), names[:LOOKED_AT]
        pairs = [pair for name in names if (pair := role_pair(there[name], after[name])) is not None]
        title = f'{who} reflects no longer' if len(names) == 1 else f'{who} reflect no longer'
        steps.add(title, pairs, gate(who, looked_at), undo_gate(who, looked_at))


def lay_down_roles(steps: Steps, situation: Situation, gate: GateOf) -> None:
    """Roles that nobody goes by any more: those of reflectors, then what clients bear."""
    handle = situation.snapshot.cluster.handle
    bare = {node.name: without_role(node, handle) for node in situation.observation.cluster.nodes}
    reflectors = [node for node in situation.observation.cluster.nodes if reflects(node, handle)]

    def standing(who: str, looked_at: Sequence[str]) -> Gate:
        return gate(f'{who}: all routes stand', looked_at)

    step_down(steps, situation, reflectors, bare, standing, standing)
    clients = [node for node in situation.observation.cluster.nodes if not reflects(node, handle)]
    pairs = [pair for node in clients if (pair := role_pair(node, bare[node.name])) is not None]
    if pairs:
        waited = standing('Former clients', ())
        steps.add('Nodes are clients of no reflector any more', pairs, waited, waited)
