"""To route reflectors in the cluster, from one set of them to another, and back to the mesh.

BGPPeers come first, while nobody bears the labels that they select. Then one node after the other takes its role: it
leaves the mesh at that moment and has its sessions as a reflector instead, while all others keep the mesh beside the
reflected routes. Once these are proven the mesh goes. Those that reflect no longer step down last, when all lives by
those that stay. The way back is the same, read backwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from netbox_calico.planning import artefact
from netbox_calico.planning.counted import listed
from netbox_calico.planning.diff import Differences
from netbox_calico.planning.model.intent import Reflection
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Gate, Operation
from netbox_calico.planning.naming import REFLECTOR_LABEL, natural

from . import gates
from .carried import carried
from .giving_up import labels_off, step_down
from .leaving import whole
from .mesh import mesh_off, mesh_pair
from .roles import FEW, LOOKED_AT, changes, in_role, named, reflects, role_pair, waves, without_role
from .sections import add_waves
from .situation import NO_GATE, Pair, Situation, Steps


def to_reflectors(situation: Situation, differences: Differences, reflection: Reflection) -> Steps:
    """The steps from the mesh, from routers or from other reflectors to these; the first is the precheck."""
    settle, handle = situation.snapshot.cluster.settle_time, situation.snapshot.cluster.handle
    steps = Steps()
    steps.add('Check both sides before anything is changed', (), gates.precheck())
    situation = whole(steps, situation)
    observed = situation.observation.cluster
    told = tuple(section.router for section in situation.intent.sections)
    _resources(steps, situation, differences, reflection)
    _take_roles(steps, situation, reflection)
    roles = {node.name: in_role(node, reflection, handle) for node in observed.nodes}
    clients = {name: role for name, role in roles.items() if name not in reflection.cluster_ids}
    _assign(steps, situation, clients, reflection.paths)
    _routers(steps, situation, differences)
    stay = tuple(reflection.cluster_ids)
    gone = [node for node in observed.nodes if _reflects(situation, node) and node.name not in reflection.cluster_ids]
    if observed.mesh or gone or (len(steps.made) > 1 and (told or situation.former)):
        steps.add(
            'Prove all reflected routes',
            (),
            gates.reflected(
                'Reflected routes of all nodes',
                paths=reflection.paths,
                nodes=stay[:FEW],
                reflectors=stay if gone else (),
                told=told,
                hold=settle,
            ),
        )
    if observed.mesh:
        steps.add(
            'Switch the mesh off',
            (mesh_off(handle, observed),),
            gates.reflected(
                'All nodes reach each other by reflected routes', paths=reflection.paths, told=told, hold=settle
            ),
            gates.mesh('The mesh is on again'),
        )

    def served(who: str, looked_at: Sequence[str]) -> Gate:
        return gates.reflected(f'{who}: served by the other reflectors', paths=reflection.paths, nodes=looked_at)

    def reflecting_again(who: str, looked_at: Sequence[str]) -> Gate:
        return gates.reflected(f'{who}: reflecting again', paths=reflection.paths, nodes=looked_at)

    def by_reflectors(title: str, looked_at: Sequence[str]) -> Gate:
        return gates.reflected(title, paths=reflection.paths, nodes=looked_at)

    step_down(steps, situation, gone, roles, served, reflecting_again)
    labels_off(steps, situation, by_reflectors)
    _delete(
        steps,
        differences,
        gates.reflected('All reflected routes stand', paths=reflection.paths, told=told, hold=settle),
        carried(situation, 'All routes stand by the reflectors outside') if _from_outside(situation) else NO_GATE,
    )
    _clear(steps, situation, situation.cleared)
    return steps


def from_reflectors(situation: Situation, differences: Differences) -> Steps:
    """The steps to the mesh alone; the first is the precheck."""
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    steps = Steps()
    steps.add('Check both sides before anything is changed', (), gates.precheck())
    pair = mesh_pair(cluster.handle, observed, wanted=True)
    if pair is not None:
        steps.add(
            'Switch the mesh on',
            (pair,),
            gates.mesh('All nodes but the reflectors reach each other by the mesh', hold=cluster.settle_time),
        )
    reflectors = [node for node in observed.nodes if _reflects(situation, node)]
    bare = {node.name: without_role(node, cluster.handle) for node in observed.nodes}
    _assign(steps, situation, bare, len(reflectors))

    def in_mesh(who: str, looked_at: Sequence[str]) -> Gate:
        return gates.mesh(f'{who}: back in the mesh', nodes=looked_at)

    def reflecting_again(who: str, looked_at: Sequence[str]) -> Gate:
        return gates.reflected(f'{who}: reflecting again', paths=len(reflectors), nodes=looked_at)

    def by_mesh(title: str, looked_at: Sequence[str]) -> Gate:
        return gates.mesh(title, nodes=looked_at)

    step_down(steps, situation, reflectors, bare, in_mesh, reflecting_again)
    labels_off(steps, situation, by_mesh)
    _delete(steps, differences, NO_GATE, NO_GATE)
    _clear(steps, situation, situation.sections)
    return steps


def _reflects(situation: Situation, node: KubernetesNode) -> bool:
    return reflects(node, situation.snapshot.cluster.handle)


def _resources(steps: Steps, situation: Situation, differences: Differences, reflection: Reflection) -> None:
    filters = differences.select('BGPFilter', Operation.CREATE, Operation.UPDATE)
    if filters:
        steps.add('Write the filters that the BGPPeers name', filters)
    routers = _to_routers(situation)
    peers = [
        pair
        for pair in differences.select('BGPPeer', Operation.CREATE, Operation.UPDATE)
        if pair[0].target not in routers
    ]
    if peers:
        live = any(_reflects(situation, node) for node in situation.observation.cluster.nodes)
        gate = gates.reflected('Sessions and routes of the reflectors that are there', paths=reflection.paths)
        steps.add(
            'Write the BGPPeers between nodes',
            peers,
            gate if live and not situation.observation.cluster.mesh else NO_GATE,
        )


def _to_routers(situation: Situation) -> frozenset[str]:
    return frozenset(
        artefact.target(found.kind, found.name)
        for found in situation.intent.resources
        if found.kind == 'BGPPeer' and found.spec.get('peerIP')
    )


def _routers(steps: Steps, situation: Situation, differences: Differences) -> None:
    """Last: who becomes a reflector has no routes for a moment, and routers must not send it packets for services."""
    add_waves(steps, situation, situation.configured, (), (), 'Configure')
    routers = _to_routers(situation)
    changed = differences.select('BGPPeer', Operation.CREATE, Operation.UPDATE)
    peers = [pair for pair in changed if pair[0].target in routers]
    if peers:
        steps.add('Write the BGPPeers of the reflectors with routers', peers)


def _take_roles(steps: Steps, situation: Situation, reflection: Reflection) -> None:
    """One node a step as long as they are few: whatever it costs its pods, it costs one node's at a time.

    Those that reflect already, and shall for others, come last, when these and their own have whoever is new.
    """
    there = {node.name: node for node in situation.observation.cluster.nodes if node.name in reflection.cluster_ids}
    pairs = {
        name: pair
        for name, node in there.items()
        if (pair := role_pair(node, in_role(node, reflection, situation.snapshot.cluster.handle))) is not None
    }
    labels = {name: reflection.labels[name][REFLECTOR_LABEL] for name in pairs}
    moving = {name: label for name, label in labels.items() if there[name].labels.get(REFLECTOR_LABEL, label) != label}
    for names in waves({name: label for name, label in labels.items() if name not in moving}):
        who, looked_at = named(names), names[:LOOKED_AT]
        steps.add(
            f'{who} becomes a route reflector' if len(names) == 1 else f'{who} become route reflectors',
            [pairs[name] for name in names],
            gates.reflected(f'{who}: routes by and to the new reflectors', paths=reflection.paths, nodes=looked_at),
            gates.mesh(f'{who}: back in the mesh', nodes=looked_at)
            if situation.observation.cluster.mesh
            else carried(situation, f'{who}: all routes stand without the new reflectors')
            if situation.former
            else gates.reflected(f'{who}: served by the other reflectors', paths=reflection.paths, nodes=looked_at),
        )
    for names in waves(moving):
        who, looked_at = named(names), names[:LOOKED_AT]
        steps.add(
            f'{who} reflects for others' if len(names) == 1 else f'{who} reflect for others',
            [pairs[name] for name in names],
            gates.reflected(f'{who}: routes by and to others', paths=reflection.paths, nodes=looked_at),
            gates.reflected(f'{who}: reflecting as before', paths=reflection.paths, nodes=looked_at),
        )


def _assign(steps: Steps, situation: Situation, wanted: Mapping[str, KubernetesNode], paths: int) -> None:
    """Clients change their reflectors: those of one rack first, and each time those of twice as many racks."""
    racks: dict[str, list[KubernetesNode]] = defaultdict(list)
    places = {node.name: node.rack.name for node in situation.snapshot.nodes if node.rack}
    for node in situation.observation.cluster.nodes:
        if wanted.get(node.name, node) != node and not _reflects(situation, node):
            racks[places.get(node.name, '')].append(node)
    ordered, begun, size = sorted(racks, key=natural), 0, 1
    while begun < len(ordered):
        wave = ordered[begun : begun + size]
        begun, size = begun + size, size * 2
        where = listed((f'rack {rack}' if rack else 'no rack' for rack in wave), 4)
        _change(steps, where, [node for rack in wave for node in racks[rack]], wanted, paths)


def _change(
    steps: Steps, where: str, nodes: list[KubernetesNode], wanted: Mapping[str, KubernetesNode], paths: int
) -> None:
    stages = [(node, *changes(node, wanted[node.name])) for node in nodes]
    looked_at = [node.name for node in nodes[:: -(-len(nodes) // LOOKED_AT)]]
    for number, title in enumerate(
        (
            f'The clients of {where} peer with the reflectors of new nodes too',
            f'The clients of {where} peer with their reflectors',
            f'The clients of {where} peer with nobody else',
        )
    ):
        pairs = [pair for stage in stages if (pair := role_pair(stage[number], stage[number + 1])) is not None]
        if pairs:
            gate = gates.reflected(
                f'Routes of the clients of {where} ({number + 1} of 3)', paths=paths, nodes=looked_at
            )
            steps.add(title, pairs, gate, gate)


def _from_outside(situation: Situation) -> bool:
    return any(not session.rack for session in situation.former)


def _delete(steps: Steps, differences: Differences, gate: Gate, undo_gate: Gate) -> None:
    peers = differences.select('BGPPeer', Operation.DELETE)
    filters = differences.select('BGPFilter', Operation.DELETE)
    if peers:
        steps.add('Delete BGPPeers that are no longer wanted', peers, gate, undo_gate)
    if filters:
        steps.add('Delete filters that are no longer wanted', filters)


def _clear(steps: Steps, situation: Situation, sections: Mapping[int, Pair]) -> None:
    """Routers that no reflector tells anything any more."""
    if sections:
        steps.add(
            'Wait until the routers are idle',
            (),
            gates.gone('No session of the cluster is left on the routers', sections),
        )
        add_waves(steps, situation, sections, situation.former, (), 'Clear')
