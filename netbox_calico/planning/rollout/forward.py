"""To top of rack: routers, filters, BGPPeers, labels, proof; racks leave the mesh one by one; mesh off.

Only what is missing becomes a step, so that a node which joins later makes a small plan. What is ours and no longer
wanted goes last, once everything else is proven.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from netbox_calico.planning.diff import Differences
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Gate, Operation
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, leaving_id

from . import gates
from .changed_peers import NONE, ChangedPeers
from .draining import Draining
from .mesh import as_switched, mesh_off, mesh_pair
from .nodes import annotation_pairs, label_pairs, with_label, with_mark
from .sections import add_wave, add_waves
from .situation import NO_GATE, Pair, Situation, Steps
from .traffic import Traffic
from .turns import add_back, add_in, add_out, add_turns


@dataclass(frozen=True, slots=True)
class _Racks:
    """The racks of the intent as the cluster has them: members by rack, who bears the label, who has left the mesh."""

    members: Mapping[str, tuple[KubernetesNode, ...]]
    labelled: tuple[str, ...]
    left: tuple[str, ...]

    @classmethod
    def of(cls, situation: Situation) -> _Racks:
        observed, intent = situation.observation.cluster, situation.intent
        found: dict[str, list[KubernetesNode]] = defaultdict(list)
        for node in observed.nodes:
            if node.name in intent.rack_of:
                found[intent.rack_of[node.name]].append(node)
        key, mark = situation.snapshot.cluster.rack_label, leaving_id(situation.snapshot.cluster.handle)
        return cls(
            members={rack: tuple(found[rack]) for rack in intent.racks},
            labelled=tuple(rack for rack in intent.racks if all(node.labels.get(key) == rack for node in found[rack])),
            left=tuple(
                rack
                for rack in intent.racks
                if not observed.mesh or all(node.annotations.get(REFLECTOR_ANNOTATION) == mark for node in found[rack])
            ),
        )


def forward(situation: Situation, differences: Differences, draining: Draining) -> Steps:
    """The steps from what is observed to a design without mesh; the first is the precheck.

    Where sessions restart under traffic, the other routers of the rack carry it meanwhile, or else the mesh.
    """
    intent = situation.intent
    steps = Steps(intent.tables)
    steps.add('Check both sides before anything is changed', (), gates.precheck())
    changed = ChangedPeers.of(situation, differences)
    deleted = changed.others(differences.select('BGPPeer', Operation.DELETE))
    traffic = Traffic.of(situation, differences, changed, draining)
    if changed.restarting and not traffic.in_turn:
        situation = _with_mesh(steps, situation)
        traffic = replace(traffic, newcomers=frozenset(), busy=frozenset(), last=frozenset())
    steps.idle = (traffic.newcomers & changed.routers) | (traffic.idle if traffic.in_turn else frozenset())
    if not situation.rack_by_rack:
        situation = _rejoined(steps, situation)
    observed = situation.observation.cluster
    racks = _Racks.of(situation)
    sections = {key: pair for key, pair in situation.configured.items() if key not in changed.restarting}
    sections = {key: pair for key, pair in sections.items() if key not in traffic.newcomers}
    sections |= add_in(steps, situation, traffic.newcomers, traffic.busy, draining)
    add_waves(steps, situation, sections, intent.sessions, intent.racks, 'Configure')
    _filters(steps, differences)
    _created_peers(steps, situation, changed.others(differences.select('BGPPeer', Operation.CREATE)), racks)
    in_turn = changed.only(changed.restarting) if traffic.in_turn else NONE
    _changed_peers(steps, situation, changed.without(in_turn).without(traffic.late), racks)
    _labels(steps, situation, racks)
    leaving = observed.mesh and bool(intent.racks)
    if leaving or len(steps.made) > 1:
        _prove(steps, situation, racks, leaving)
    if leaving:
        _leave_mesh(steps, situation, racks)
    _annotations_off(steps, situation, intent.racks)
    add_back(steps, situation, traffic.newcomers - traffic.last, draining)
    add_turns(steps, situation, in_turn, draining, _gate(racks))
    cleared = {**situation.cleared, **add_out(steps, situation, traffic.leavers, draining, traffic.last)}
    _changed_peers(steps, situation, traffic.late, racks)
    add_back(steps, situation, traffic.last, draining)
    _remove(steps, situation, deleted, differences, cleared)
    return steps


def _prove(steps: Steps, situation: Situation, racks: _Racks, leaving: bool) -> None:
    """At the end of a stage also what the way back has to find here before it goes on."""
    intent, hold = situation.intent, situation.snapshot.cluster.settle_time
    gate = gates.all_routes(f'Sessions and routes of all racks{situation.note}', racks.left, hold)
    steps.add(
        f'Prove all routes{" before the mesh is left" if leaving else ""}{situation.note}',
        (),
        gate,
        gate if intent.stage and not leaving else NO_GATE,
    )
    if intent.default_route and intent.tables:
        default = gates.default_routes(f'Default routes of all racks{situation.note}', hold)
        steps.add(f'Prove all default routes{situation.note}', (), default, default)


def _with_mesh(steps: Steps, situation: Situation) -> Situation:
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


def _rejoined(steps: Steps, situation: Situation) -> Situation:
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
    nodes = tuple(
        with_mark(node, '') if node.annotations.get(REFLECTOR_ANNOTATION) == mark else node for node in observed.nodes
    )
    return replace(situation, observation=replace(situation.observation, cluster=replace(observed, nodes=nodes)))


def _filters(steps: Steps, differences: Differences) -> None:
    pairs = differences.select('BGPFilter', Operation.CREATE, Operation.UPDATE)
    if pairs:
        steps.add('Write the filters that every BGPPeer names', pairs)


def _created_peers(steps: Steps, situation: Situation, created: Sequence[Pair], racks: _Racks) -> None:
    if not created:
        return
    key = situation.snapshot.cluster.rack_label
    bare = not any(node.labels.get(key) for node in situation.observation.cluster.nodes)
    routers = sorted({session.router for session in situation.intent.sessions})
    steps.add(
        'Write the BGPPeers',
        created,
        _gate(racks),
        gates.gone('No session of the cluster is left on the routers (BGPPeers taken back)', routers)
        if bare
        else NO_GATE,
    )


def _changed_peers(steps: Steps, situation: Situation, changed: ChangedPeers, racks: _Racks) -> None:
    """Router by router where sessions may restart: its section where that goes with it, then its BGPPeers.

    BGPPeers that are taken back meet a router that is still the new one: the mesh has to carry its nodes.
    """
    sections = {key: pair for key, pair in situation.configured.items() if key in changed.restarting}
    for number, wave in enumerate(changed.waves(situation), start=1):
        add_wave(steps, situation, sections, wave, number, 'Change')
        restarting = not changed.restarting.isdisjoint(wave)
        undone = gates.mesh('All nodes reach each other by the mesh') if restarting else _gate(racks)
        steps.idle = steps.idle.difference(wave)
        steps.add(f'Change BGPPeers (wave {number})', changed.of_wave(wave), _gate(racks), undone)


def _gate(racks: _Racks) -> Gate:
    return gates.racks_routes(racks.labelled, racks.left) if racks.labelled else NO_GATE


def _labels(steps: Steps, situation: Situation, racks: _Racks) -> None:
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    for rack, nodes in racks.members.items():
        pairs = label_pairs(nodes, cluster.rack_label, situation.intent.rack_of)
        if pairs:
            steps.add(
                f'Label the nodes of rack {rack}',
                pairs,
                gates.rack_routes(rack, racks.left),
                gates.mesh(f'Rack {rack} lives by the mesh again', (rack,)) if observed.mesh else NO_GATE,
            )


def _leave_mesh(steps: Steps, situation: Situation, racks: _Racks) -> None:
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


def _annotations_off(steps: Steps, situation: Situation, racks: Sequence[str]) -> None:
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


def _remove(
    steps: Steps,
    situation: Situation,
    peers: Sequence[Pair],
    differences: Differences,
    sections: Mapping[int, Pair],
) -> None:
    """BGPPeers, filters and sections that nothing wants any more, in this order."""
    cluster, racks = situation.snapshot.cluster, situation.intent.racks
    filters = differences.select('BGPFilter', Operation.DELETE)
    if peers:
        steps.add(
            'Delete BGPPeers that are no longer wanted',
            peers,
            gates.all_routes('All routes stand without the deleted BGPPeers', racks, cluster.settle_time),
        )
    if filters:
        steps.add('Delete filters that are no longer wanted', filters)
    if sections:
        steps.add(
            'Wait until the routers that are given up are idle',
            (),
            gates.gone('No session of the cluster is left on the routers that are given up', sections),
        )
        add_waves(steps, situation, sections, (), racks, 'Clear')
