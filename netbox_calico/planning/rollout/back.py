"""The way back: mesh on, labels off rack by rack, BGPPeers and filters deleted, router sections removed.

What came last goes first, and the mesh is proven before anything that carries traffic is taken away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from netbox_calico.planning.designs.racks import rack_order
from netbox_calico.planning.diff import Differences
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Operation
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, leaving_id

from . import gates
from .mesh import mesh_pair
from .nodes import annotation_pairs, label_pairs, with_mark
from .sections import add_waves
from .situation import NO_GATE, Situation, Steps


def back(situation: Situation, differences: Differences) -> Steps:
    """The steps from what is observed to the mesh alone; the first is the precheck."""
    racks = _labelled(situation)
    order = moved_racks(situation)
    steps = Steps()
    steps.add('Check both sides before anything is changed', (), gates.precheck())
    if situation.observation.cluster.mesh:
        _rejoin(steps, situation, _broken_first(situation, order, racks), racks)
    else:
        _marks_off(steps, situation, racks)
        _mesh_on(steps, situation)
    _labels_off(steps, situation, order, racks)
    _remove(steps, situation, differences, order)
    return steps


def moved_racks(situation: Situation) -> tuple[str, ...]:
    """The racks that were moved, the canary first."""
    return rack_order(
        {
            **{name: rack for rack, nodes in _labelled(situation).items() for name in (node.name for node in nodes)},
            **situation.before.rack_of,
        }
    )


def _labelled(situation: Situation) -> Mapping[str, tuple[KubernetesNode, ...]]:
    """The nodes by rack, where the design in force has them, else by the label that they bear."""
    key = situation.snapshot.cluster.rack_label
    found: dict[str, list[KubernetesNode]] = defaultdict(list)
    for node in situation.observation.cluster.nodes:
        rack = situation.before.rack_of.get(node.name) or node.labels.get(key)
        if rack:
            found[rack].append(node)
    return {rack: tuple(nodes) for rack, nodes in found.items()}


def _mesh_on(steps: Steps, situation: Situation) -> None:
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    pair = mesh_pair(cluster.handle, observed, wanted=True)
    if pair is not None:
        steps.add(
            'Switch the mesh on',
            (pair,),
            gates.mesh('All nodes reach each other by the mesh', hold=cluster.settle_time),
        )


def _marks_off(steps: Steps, situation: Situation, racks: Mapping[str, Sequence[KubernetesNode]]) -> None:
    """While the mesh is off they mean nothing. With it, a rack that is half in it tells others what it has from its
    routers, and where these are the next hops, tunnels end at them."""
    pairs = annotation_pairs(
        [node for nodes in racks.values() for node in _marked(situation, nodes)],
        situation.snapshot.cluster.rack_label,
        '',
    )
    if pairs:
        seen = replace(NO_GATE, pause=situation.snapshot.cluster.settle_time)
        steps.add('Take the marks of leaving off the nodes', pairs, seen)


def _broken_first(
    situation: Situation, order: Sequence[str], racks: Mapping[str, Sequence[KubernetesNode]]
) -> Sequence[str]:
    """A rack that was stopped half way out is whole again before another hears of it."""
    return sorted(order, key=lambda rack: len(_marked(situation, racks.get(rack, ()))) == len(racks.get(rack, ())))


def _rejoin(
    steps: Steps, situation: Situation, order: Sequence[str], racks: Mapping[str, Sequence[KubernetesNode]]
) -> None:
    for rack in order:
        pairs = annotation_pairs(_marked(situation, racks.get(rack, ())), situation.snapshot.cluster.rack_label, '')
        if pairs:
            steps.add(
                f'Rack {rack} joins the mesh again', pairs, gates.mesh(f'Rack {rack} is back in the mesh', (rack,))
            )


def _marked(situation: Situation, nodes: Sequence[KubernetesNode]) -> list[KubernetesNode]:
    mark = leaving_id(situation.snapshot.cluster.handle)
    return [node for node in nodes if node.annotations.get(REFLECTOR_ANNOTATION) == mark]


def _labels_off(
    steps: Steps, situation: Situation, order: Sequence[str], racks: Mapping[str, Sequence[KubernetesNode]]
) -> None:
    key, mark = situation.snapshot.cluster.rack_label, leaving_id(situation.snapshot.cluster.handle)
    for rack in order:
        pairs = label_pairs([_unmarked(node, mark) for node in racks.get(rack, ())], key, {})
        if pairs:
            steps.add(
                f'Take the rack label off the nodes of rack {rack}',
                pairs,
                gates.mesh(f'Rack {rack} lives by the mesh', (rack,)),
                gates.rack_routes(rack, ()),
            )


def _unmarked(node: KubernetesNode, mark: str) -> KubernetesNode:
    return with_mark(node, '') if node.annotations.get(REFLECTOR_ANNOTATION) == mark else node


def _remove(steps: Steps, situation: Situation, differences: Differences, order: Sequence[str]) -> None:
    peers = differences.select('BGPPeer', Operation.DELETE)
    filters = differences.select('BGPFilter', Operation.DELETE)
    sections = situation.sections
    if peers:
        steps.add(
            'Delete the BGPPeers',
            peers,
            gates.gone('No session of the cluster is left on the routers', sections) if sections else NO_GATE,
        )
    if filters:
        steps.add('Delete the filters', filters)
    if sections:
        add_waves(steps, situation, sections, (*situation.before.sessions, *situation.former), order, 'Clear')
