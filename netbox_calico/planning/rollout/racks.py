"""The racks of an intent as the cluster has them: how far each has come on the way out of the mesh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, leaving_id

from .situation import Situation


@dataclass(frozen=True, slots=True)
class Racks:
    """Members by rack, the racks that bear their label, and those that have left the mesh."""

    members: Mapping[str, tuple[KubernetesNode, ...]]
    labelled: tuple[str, ...]
    left: tuple[str, ...]

    @classmethod
    def of(cls, situation: Situation) -> Racks:
        observed, intent = situation.observation.cluster, situation.intent
        found: dict[str, list[KubernetesNode]] = defaultdict(list)
        for node in observed.nodes:
            if node.name in intent.rack_of:
                found[intent.rack_of[node.name]].append(node)
        key, mark = situation.snapshot.cluster.rack_label, leaving_id(situation.snapshot.cluster.handle)
        carried = observed.mesh or situation.beside_reflectors
        return cls(
            members={rack: tuple(found[rack]) for rack in intent.racks},
            labelled=tuple(rack for rack in intent.racks if all(node.labels.get(key) == rack for node in found[rack])),
            left=tuple(
                rack
                for rack in intent.racks
                if not carried
                or (observed.mesh and all(node.annotations.get(REFLECTOR_ANNOTATION) == mark for node in found[rack]))
            ),
        )
