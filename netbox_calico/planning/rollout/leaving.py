"""Into the mesh for a while, and out of it: rack by rack where that can be, then all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, leaving_id

from . import gates
from .mesh import as_switched, mesh_off, mesh_pair
from .nodes import annotation_pairs, with_label, with_mark
from .racks import Racks
from .situation import NO_GATE, Situation, Steps


def with_mesh(steps: Steps, situation: Situation) -> Situation:
    """The mesh is switched on where it is off; the situation from then on."""
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    pair = mesh_pair(cluster.handle, observed, wanted=True)
    if pair is None:
        return situation
    steps.add(
        'Switch the mesh on, which carries the traffic while sessions restart',
        (pair,),
        gates.mesh('All nodes reach each other by the mesh', hold=cluster.settle_time),
    )
    switched = as_switched(cluster.handle, observed, wanted=True)
    return replace(situation, observation=replace(situation.observation, cluster=switched))


def rejoined(steps: Steps, situation: Situation) -> Situation:
    """Nodes that left the mesh in a plan that was not completed come back first."""
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    mark = leaving_id(cluster.handle)
    marked = [node for node in observed.nodes if node.annotations.get(REFLECTOR_ANNOTATION) == mark]
    if not observed.mesh or not marked:
        return situation
    steps.add(
        'Racks that have left the mesh join it again',
        annotation_pairs(marked, cluster.rack_label, ''),
        gates.mesh('All nodes reach each other by the mesh again', hold=cluster.settle_time),
    )
    return without_marks(situation)


def whole(steps: Steps, situation: Situation) -> Situation:
    """Marks with which racks left the mesh make nodes reflectors: off they go before there are sessions to restart."""
    if situation.observation.cluster.mesh:
        return rejoined(steps, situation)
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    mark = leaving_id(cluster.handle)
    pairs = annotation_pairs(
        (node for node in observed.nodes if node.annotations.get(REFLECTOR_ANNOTATION) == mark), cluster.rack_label, ''
    )
    if not pairs:
        return situation
    steps.add('Take the marks of leaving off the nodes', pairs, replace(NO_GATE, pause=cluster.settle_time))
    return without_marks(situation)


def without_marks(situation: Situation) -> Situation:
    """The situation once no node is on its way out of the mesh."""
    observed, mark = situation.observation.cluster, leaving_id(situation.snapshot.cluster.handle)
    nodes = tuple(
        with_mark(node, '') if node.annotations.get(REFLECTOR_ANNOTATION) == mark else node for node in observed.nodes
    )
    return replace(situation, observation=replace(situation.observation, cluster=replace(observed, nodes=nodes)))


def leave_mesh(steps: Steps, situation: Situation, racks: Racks) -> None:
    """A canary rack first, where racks can go one by one; at the end the mesh is off."""
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    mark, left = leaving_id(cluster.handle), list(racks.left)
    for rack, nodes in racks.members.items() if situation.rack_by_rack else ():
        labelled = [with_label(node, cluster.rack_label, rack) for node in nodes]
        pairs = annotation_pairs(labelled, cluster.rack_label, mark)
        if pairs:
            left.append(rack)
            steps.add(
                f'Rack {rack} leaves the mesh',
                pairs,
                gates.rack_left(rack, left, cluster.rack_pause),
                gates.mesh(f'Rack {rack} is back in the mesh', (rack,)),
            )
    steps.add(
        'Switch the mesh off',
        (mesh_off(cluster.handle, observed),),
        gates.all_routes('All racks reach each other without the mesh', situation.intent.racks, cluster.settle_time),
        gates.mesh('The mesh is on again'),
    )


def annotations_off(steps: Steps, situation: Situation, racks: Sequence[str]) -> None:
    """Nodes that bear our mark now, or will once they have left: the mesh is off, so it means nothing any more."""
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    key, mark = cluster.rack_label, leaving_id(cluster.handle)
    rack_of = situation.intent.rack_of
    leaving = frozenset(rack_of) if observed.mesh and situation.rack_by_rack else frozenset()
    marked = [
        with_mark(with_label(node, key, rack_of.get(node.name, node.labels.get(key, ''))), mark)
        for node in observed.nodes
        if node.name in leaving or node.annotations.get(REFLECTOR_ANNOTATION) == mark
    ]
    pairs = annotation_pairs(marked, key, '')
    if pairs:
        steps.add(
            'Take the marks of leaving off the nodes',
            pairs,
            gates.all_routes('All routes stand, nothing of the move is left', racks, cluster.settle_time),
        )
