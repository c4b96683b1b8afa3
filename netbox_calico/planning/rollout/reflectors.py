"""To route reflectors in the cluster, from one set of them to another, and back to the mesh.

BGPPeers come first, while nobody bears the labels that they select. Then one node after the other takes its role: it
leaves the mesh at that moment and has its sessions as a reflector instead, while all others keep the mesh beside the
reflected routes. Once these are proven the mesh goes. Those that reflect no longer step down last, when all lives by
those that stay. The way back is the same, read backwards.
"""

from __future__ import annotations

from dataclasses import replace

from netbox_calico.planning.diff import Differences
from netbox_calico.planning.model.intent import Reflection
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Gate, Operation
from netbox_calico.planning.naming import OWNER_LABEL

from . import gates
from .mesh import mesh_off, mesh_pair
from .roles import has_role, in_role, role_pair, without_role
from .situation import NO_GATE, Situation, Steps


def reflecting(situation: Situation) -> bool:
    """Whether reflectors of ours are in the cluster, so that a way back has to end them."""
    return any(_has_role(situation, node) for node in situation.observation.cluster.nodes) or any(
        peer.spec.get('peerSelector') and peer.labels.get(OWNER_LABEL) == situation.snapshot.cluster.handle
        for peer in situation.observation.cluster.of_kind('BGPPeer')
    )


def to_reflectors(situation: Situation, differences: Differences, reflection: Reflection) -> Steps:
    """The steps from the mesh, or from other reflectors, to these; the first is the precheck."""
    observed, settle = situation.observation.cluster, situation.snapshot.cluster.settle_time
    steps = Steps()
    steps.add('Check both sides before anything is changed', (), gates.precheck())
    _resources(steps, situation, differences, reflection)
    _take_roles(steps, situation, reflection)
    stay = tuple(reflection.cluster_ids)
    stand = gates.reflected('All reflected routes stand', paths=reflection.paths)
    gone = [node for node in observed.nodes if _has_role(situation, node) and node.name not in reflection.cluster_ids]
    if observed.mesh or gone:
        steps.add(
            'Prove all reflected routes',
            (),
            gates.reflected('Reflected routes of all nodes', paths=reflection.paths, reflectors=stay, hold=settle),
        )
    if observed.mesh:
        steps.add(
            'Switch the mesh off',
            (mesh_off(situation.snapshot.cluster.handle, observed),),
            gates.reflected('All nodes reach each other by reflected routes', paths=reflection.paths, hold=settle),
            gates.mesh('The mesh is on again'),
        )
    _step_down(steps, gone, stand, reflection.paths)
    _delete(steps, differences, replace(stand, hold=settle))
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
    reflectors = [node for node in observed.nodes if _has_role(situation, node)]
    _step_down(steps, reflectors, None, len(reflectors))
    _delete(steps, differences, NO_GATE)
    return steps


def _has_role(situation: Situation, node: KubernetesNode) -> bool:
    return has_role(node, situation.snapshot.cluster.handle)


def _resources(steps: Steps, situation: Situation, differences: Differences, reflection: Reflection) -> None:
    filters = differences.select('BGPFilter', Operation.CREATE, Operation.UPDATE)
    if filters:
        steps.add('Write the filters that the BGPPeers name', filters)
    peers = differences.select('BGPPeer', Operation.CREATE, Operation.UPDATE)
    if peers:
        live = any(_has_role(situation, node) for node in situation.observation.cluster.nodes)
        gate = gates.reflected('Sessions and routes of the reflectors that are there', paths=reflection.paths)
        steps.add(
            'Write the BGPPeers between nodes',
            peers,
            gate if live and not situation.observation.cluster.mesh else NO_GATE,
        )


def _take_roles(steps: Steps, situation: Situation, reflection: Reflection) -> None:
    """One node a step: whatever it costs its pods, it costs one node's at a time."""
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    nodes = {node.name: node for node in observed.nodes}
    for name in reflection.cluster_ids:
        pair = role_pair(nodes[name], in_role(nodes[name], reflection, cluster.handle))
        if pair is not None:
            steps.add(
                f'Node {name} becomes a route reflector',
                (pair,),
                gates.reflected(f'Node {name} reflects the routes of all', paths=reflection.paths, nodes=(name,)),
                gates.mesh(f'Node {name} is back in the mesh', nodes=(name,))
                if observed.mesh
                else gates.reflected(f'Node {name} is a client again', paths=reflection.paths, nodes=(name,)),
            )


def _step_down(steps: Steps, nodes: list[KubernetesNode], gate: Gate | None, paths: int) -> None:
    """One after the other; without a gate of reflected routes they return to the mesh."""
    for node in nodes:
        pair = role_pair(node, without_role(node))
        if pair is not None:
            steps.add(
                f'Node {node.name} reflects no longer',
                (pair,),
                replace(gate, nodes=(node.name,))
                if gate
                else gates.mesh(f'Node {node.name} is back in the mesh', nodes=(node.name,)),
                gates.reflected(f'Node {node.name} reflects again', paths=paths, nodes=(node.name,)),
            )


def _delete(steps: Steps, differences: Differences, gate: Gate) -> None:
    peers = differences.select('BGPPeer', Operation.DELETE)
    filters = differences.select('BGPFilter', Operation.DELETE)
    if peers:
        steps.add('Delete BGPPeers that are no longer wanted', peers, gate)
    if filters:
        steps.add('Delete filters that are no longer wanted', filters)
