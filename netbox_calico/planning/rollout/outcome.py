"""What will be observed once the steps to an intent are taken: where the steps to the next one start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from netbox_calico.planning.diff import OWNED_FIELDS, is_ours
from netbox_calico.planning.model.observation import KubernetesNode, Observation, Resource
from netbox_calico.planning.naming import OWNER_LABEL, REFLECTOR_ANNOTATION, leaving_id

from .mesh import as_switched
from .nodes import with_label, with_mark
from .roles import in_role, without_role
from .situation import Situation


def outcome(situation: Situation, sections: Mapping[int, str]) -> Observation:
    """The observation with the intent of the situation in force; ``sections`` are the texts on routers that change."""
    cluster, observed, intent = situation.snapshot.cluster, situation.observation.cluster, situation.intent
    foreign = tuple(
        found for found in observed.resources if found.kind not in OWNED_FIELDS or not is_ours(found, cluster.handle)
    )
    ours = tuple(
        Resource(wanted.kind, wanted.name, wanted.spec, {OWNER_LABEL: cluster.handle}) for wanted in intent.resources
    )
    switched = as_switched(cluster.handle, replace(observed, resources=(*foreign, *ours)), intent.mesh)
    return Observation(
        replace(switched, nodes=tuple(_moved(situation, node) for node in observed.nodes)),
        tuple(
            replace(router, section=sections.get(router.router, router.section))
            for router in situation.observation.routers
        ),
    )


def _moved(situation: Situation, node: KubernetesNode) -> KubernetesNode:
    cluster, intent = situation.snapshot.cluster, situation.intent
    if node.annotations.get(REFLECTOR_ANNOTATION) == leaving_id(cluster.handle):
        node = with_mark(node, '')
    if intent.reflection is not None:
        node = in_role(node, intent.reflection, cluster.handle)
    else:
        node = without_role(node, cluster.handle)
    rack = intent.rack_of.get(node.name)
    if rack:
        return with_label(node, cluster.rack_label, rack)
    given_up = intent.mesh or intent.reflected or intent.reflection is not None
    return with_label(node, cluster.rack_label, '') if given_up and _is_ours(node, cluster.rack_label) else node


def _is_ours(node: KubernetesNode, label: str) -> bool:
    return label in node.labels and label not in node.provisioned_labels
