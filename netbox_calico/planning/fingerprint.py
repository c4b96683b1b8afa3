"""Digests of what shapes a plan. A plan is stale when one of them has changed, and for no other reason.

In: what ends up in an artefact or decides an order. Out: block affinities, session states, readiness, versions of
objects and whatever else changes every minute without meaning anything for the plan.
"""

from __future__ import annotations

from dataclasses import replace

from .diff import OWNED_FIELDS, is_ours, owned
from .digest import digest, plain
from .model.inventory import Snapshot
from .model.observation import Observation
from .naming import REFLECTOR_ANNOTATION, SAVED_MESH
from .order import ordered_observation, ordered_snapshot
from .rollout.mesh import KIND, NAME

_MESH_FIELDS = ('nodeToNodeMeshEnabled', 'nodeMeshPassword', 'nodeMeshMaxRestartTime', 'asNumber')


def snapshot_digest(snapshot: Snapshot) -> str:
    """Of all that NetBox says, but what was deployed last: that is compared, never sent."""
    return digest(replace(ordered_snapshot(snapshot), deployed=()))


def observation_digest(snapshot: Snapshot, observation: Observation) -> str:
    """Of resources, node labels and addresses, and our sections on the routers."""
    observation = ordered_observation(observation)
    cluster, wish = observation.cluster, snapshot.cluster
    default = cluster.find(KIND, NAME)
    return digest(
        {
            'api_group': cluster.api_group,
            'calico_version': cluster.calico_version,
            'configuration': default
            and {
                'ours': is_ours(default, wish.handle),
                'bare': default.spec.keys() <= {'nodeToNodeMeshEnabled'},
                'mesh': {key: plain(default.spec[key]) for key in _MESH_FIELDS if key in default.spec},
                'saved': default.annotations.get(SAVED_MESH),
            },
            'resources': [
                [found.kind, found.name, owned(found) if is_ours(found, wish.handle) else plain(found.spec)]
                for found in cluster.resources
                if found.kind in OWNED_FIELDS or found.kind == 'IPPool'
            ],
            'nodes': [
                [
                    node.name,
                    node.labels.get(wish.rack_label),
                    wish.rack_label in node.provisioned_labels,
                    node.annotations.get(REFLECTOR_ANNOTATION),
                    [str(address) for address in node.addresses],
                    node.asn,
                ]
                for node in cluster.nodes
            ],
            'routers': [
                [router.router, router.section, router.settings.get('asn', ''), bool(router.error)]
                for router in observation.routers
            ],
        }
    )
