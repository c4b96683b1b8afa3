"""To route reflectors outside the cluster: reflectors, filters, BGPPeers, proof, mesh off.

All nodes peer with them while the mesh carries the traffic, and no rack can leave it alone: what takes a node out of
the mesh would make it a reflector itself, which restarts its sessions. Reflectors that change do so one by one, as the
others carry on; what is no longer wanted goes last. Where routers carry the traffic it is the same, and racks give them
up one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from netbox_calico.planning.artefact import target
from netbox_calico.planning.designs.racks import rack_order
from netbox_calico.planning.diff import Differences
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Gate, Operation
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, leaving_id

from . import gates
from .changed_peers import ChangedPeers
from .leaving import rejoined, without_marks
from .mesh import mesh_off
from .nodes import annotation_pairs, label_pairs
from .sections import add_wave, add_waves
from .situation import NO_GATE, Situation, Steps


def to_external(situation: Situation, differences: Differences) -> Steps:
    """The steps from the mesh, or from other reflectors outside; the first is the precheck."""
    intent, observed = situation.intent, situation.observation.cluster
    settle = situation.snapshot.cluster.settle_time
    steps = Steps()
    steps.add('Check both sides before anything is changed', (), gates.precheck())
    situation = _whole(steps, situation)
    changed = ChangedPeers.of(situation, differences)
    sections = {key: pair for key, pair in situation.configured.items() if key not in changed.restarting}
    add_waves(steps, situation, sections, intent.sessions, (), 'Configure')
    _resources(steps, situation, differences, changed)
    if observed.mesh or len(steps.made) > 1:
        steps.add('Prove all reflected routes', (), _gate(situation, 'Reflected routes of all nodes', settle))
    if observed.mesh:
        steps.add(
            'Switch the mesh off',
            (mesh_off(situation.snapshot.cluster.handle, observed),),
            _gate(situation, 'All nodes reach each other by reflected routes', settle),
            gates.mesh('The mesh is on again'),
        )
    _labels_off(steps, situation)
    _remove(steps, situation, differences, changed)
    return steps


def _whole(steps: Steps, situation: Situation) -> Situation:
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


def _labels_off(steps: Steps, situation: Situation) -> None:
    """Rack by rack the nodes give up their routers, whose routes they do not use any more."""
    key = situation.snapshot.cluster.rack_label
    racks: dict[str, list[KubernetesNode]] = defaultdict(list)
    for node in situation.observation.cluster.nodes:
        if node.labels.get(key):
            racks[node.labels[key]].append(node)
    for rack in rack_order({node.name: rack for rack, nodes in racks.items() for node in nodes}):
        pairs = label_pairs(racks[rack], key, {})
        if pairs:
            steps.add(
                f'Take the rack label off the nodes of rack {rack}',
                pairs,
                _gate(situation, f'Rack {rack} lives by the reflectors'),
                _gate(situation, f'Rack {rack} lives by the reflectors beside its routers'),
            )


def _gate(situation: Situation, title: str, hold: int = 0, without: Iterable[int] = ()) -> Gate:
    reflectors = {session.router for session in situation.intent.sessions}.difference(without)
    if not reflectors:
        return NO_GATE
    return gates.reflected(title, paths=len(reflectors), routers=sorted(reflectors), hold=hold)


def _resources(steps: Steps, situation: Situation, differences: Differences, changed: ChangedPeers) -> None:
    filters = differences.select('BGPFilter', Operation.CREATE, Operation.UPDATE)
    if filters:
        steps.add('Write the filters that every BGPPeer names', filters)
    created = changed.others(differences.select('BGPPeer', Operation.CREATE))
    if created:
        ends = {str(session.router_address): session.router for session in situation.intent.sessions}
        names = {do.target for do, _ in created}
        wanted = [found for found in situation.intent.resources if target(found.kind, found.name) in names]
        new = {ends[found.spec['peerIP']] for found in wanted}
        steps.add(
            'Write the BGPPeers',
            created,
            _gate(situation, 'Sessions and routes of the reflectors'),
            gates.gone('No session of the cluster is left on the new reflectors (BGPPeers taken back)', sorted(new)),
        )
    restarting = {key: pair for key, pair in situation.configured.items() if key in changed.restarting}
    for number, wave in enumerate(changed.waves(situation), start=1):
        add_wave(steps, situation, restarting, wave, number, 'Change')
        steps.add(
            f'Change BGPPeers (wave {number})',
            changed.of_wave(wave),
            _gate(situation, f'Sessions and routes of all reflectors (wave {number})'),
            # Taken back, they meet a section that is still the new one.
            _gate(situation, f'Sessions and routes of the other reflectors (wave {number})', without=wave),
        )


def _remove(steps: Steps, situation: Situation, differences: Differences, changed: ChangedPeers) -> None:
    peers = changed.others(differences.select('BGPPeer', Operation.DELETE))
    filters = differences.select('BGPFilter', Operation.DELETE)
    sections = situation.cleared
    if peers:
        steps.add(
            'Delete BGPPeers that are no longer wanted',
            peers,
            _gate(
                situation,
                'All reflected routes stand without the deleted BGPPeers',
                situation.snapshot.cluster.settle_time,
            ),
        )
    if filters:
        steps.add('Delete filters that are no longer wanted', filters)
    if sections:
        steps.add(
            'Wait until the reflectors that are given up are idle',
            (),
            gates.gone('No session of the cluster is left on the reflectors that are given up', sections),
        )
        add_waves(steps, situation, sections, (), (), 'Clear')
