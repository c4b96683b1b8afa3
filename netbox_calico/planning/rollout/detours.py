"""What a plan has to lead to on its way where one kind of design cannot come while the other is in force."""

from __future__ import annotations

from netbox_calico.planning.designs.mesh import MESH
from netbox_calico.planning.designs.reflectors import REFLECTORS
from netbox_calico.planning.designs.reflectors_tor import EVERY_REFLECTOR, REFLECTORS_TOR
from netbox_calico.planning.diff import is_ours
from netbox_calico.planning.in_force import rack_peers, within_one_as
from netbox_calico.planning.model.intent import Intent, Reflection
from netbox_calico.planning.model.observation import Resource
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, REFLECTOR_LABEL

from .carried import reflecting
from .situation import Situation


def detours(situation: Situation) -> tuple[Intent, ...]:
    """The intents that have to be in force one after the other before that of the situation."""
    snapshot, observation, intent = situation.snapshot, situation.observation, situation.intent
    if intent.mesh:
        return ()
    if only_by_mesh(situation) or (situation.under_mesh and _of_two_kinds(situation)):
        return (MESH.derive(snapshot, observation),)
    if intent.reflection is None and _of_reflectors(situation):
        # The same reflectors without routers, which then have their sessions with the nodes.
        return (REFLECTORS.derive(snapshot, observation),)
    if intent.design == REFLECTORS_TOR.key and _rack_peers(situation):
        return (REFLECTORS.derive(snapshot, observation),)
    return ()


def only_by_mesh(situation: Situation) -> bool:
    """Whether no other way leads there.

    Where the mesh is on and both kinds have begun, the one that was left begun goes first. Reflectors in another layout
    would have all sessions anew at once. And with an AS a rack the role of a reflector restarts a node's sessions with
    its routers.
    """
    intent, mesh = situation.intent, situation.observation.cluster.mesh
    if intent.mesh:
        return False
    if intent.reflection is not None:
        if _other_layout(situation, intent.reflection):
            return True
        racks = _rack_peers(situation)
        return bool(racks) and (mesh or any(map(within_one_as, racks)))
    return reflecting(situation) and (mesh or not (intent.reflected or situation.rack_by_rack))


def _of_two_kinds(situation: Situation) -> bool:
    return reflecting(situation) or (situation.intent.reflection is not None and bool(_rack_peers(situation)))


def _other_layout(situation: Situation, reflection: Reflection) -> bool:
    """Those that stay keep label and cluster ID, but for the few that a hierarchy moves between its levels."""
    there = {
        node.name: (node.labels[REFLECTOR_LABEL], node.annotations.get(REFLECTOR_ANNOTATION, ''))
        for node in situation.observation.cluster.nodes
        if node.name in reflection.cluster_ids and REFLECTOR_LABEL in node.labels
    }
    changed = sum(
        role != (reflection.labels[name][REFLECTOR_LABEL], reflection.cluster_ids[name]) for name, role in there.items()
    )
    return changed > len(there) / 2


def _rack_peers(situation: Situation) -> tuple[Resource, ...]:
    return rack_peers(situation.observation.cluster, situation.snapshot.cluster.handle)


def _of_reflectors(situation: Situation) -> bool:
    """Whether nodes that reflect peer with routers by us, for all others."""
    return any(
        is_ours(peer, situation.snapshot.cluster.handle) and peer.spec.get('nodeSelector') == EVERY_REFLECTOR
        for peer in situation.observation.cluster.of_kind('BGPPeer')
        if peer.spec.get('peerIP')
    )
