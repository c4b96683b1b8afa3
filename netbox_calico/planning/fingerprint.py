"""Digests of what shapes a plan. A plan is stale when one of them has changed, and for no other reason.

In: what ends up in an artefact or decides an order. Out: block affinities, session states, readiness, versions of
objects and whatever else changes every minute without meaning anything for the plan.
"""

from __future__ import annotations

from dataclasses import replace

from .designs import REGISTRY
from .designs.announced import announced
from .diff import OWNED_FIELDS, is_ours, owned
from .digest import digest, plain
from .model.intent import Reflection
from .model.inventory import Snapshot
from .model.observation import Observation, Resource
from .naming import CHANGING_LABEL, CLIENT_LABEL, REFLECTOR_ANNOTATION, REFLECTOR_LABEL, SAVED_MESH
from .order import in_order, ordered_snapshot
from .rollout.encapsulation import POOL
from .rollout.mesh import KIND, NAME

_MESH_FIELDS = ('nodeToNodeMeshEnabled', 'nodeMeshPassword', 'nodeMeshMaxRestartTime', 'asNumber')


def snapshot_digest(snapshot: Snapshot) -> str:
    """Of what NetBox says and a plan is made of, in any order."""
    return ordered_snapshot_digest(ordered_snapshot(snapshot))


def ordered_snapshot_digest(ordered: Snapshot) -> str:
    """The same of a snapshot that is in order.

    What is only compared or judged is out: what was deployed last, other clusters, guards, what NetBox has of nodes
    beside the rack and cables (their addresses are Calico's), and of pools and services all but the prefixes, and
    the mode of pools that are ours.
    """
    return digest(
        {
            'cluster': replace(ordered.cluster, deletion_share=0),
            'nodes': [replace(node, system_uuid='', host='', addresses=()) for node in ordered.nodes],
            'routers': [
                replace(router, profile=router.profile and replace(router.profile, workers=0))
                for router in ordered.routers
            ],
            'announced': announced(ordered),
            'encapsulation': [[str(pool.cidr), pool.ipip] for pool in ordered.pools if pool.ours],
        }
    )


def observation_digest(snapshot: Snapshot, observation: Observation) -> str:
    """Of resources, node labels and addresses, and our sections on the routers, in any order."""
    snapshot, observation = in_order(snapshot, observation)
    design = REGISTRY.get(snapshot.cluster.design)
    reflection = design.derive(snapshot, observation).reflection if design and design.reflects else None
    return ordered_observation_digest(snapshot, observation, reflection)


def ordered_observation_digest(snapshot: Snapshot, observation: Observation, reflection: Reflection | None) -> str:
    """The same of what is in order, with the reflection that the cluster's design derives from it.

    The nodes that are chosen to reflect count: readiness and pods as far as they decide that.
    """
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
                [found.kind, found.name, owned(found) if _owned(found, wish.handle) else plain(found.spec)]
                for found in cluster.resources
                if found.kind in OWNED_FIELDS or found.kind == POOL
            ],
            'nodes': [
                [
                    node.name,
                    node.labels.get(wish.rack_label),
                    wish.rack_label in node.provisioned_labels,
                    node.annotations.get(REFLECTOR_ANNOTATION),
                    [node.labels.get(label) for label in (REFLECTOR_LABEL, CLIENT_LABEL, CHANGING_LABEL)],
                    [str(address) for address in node.addresses],
                    node.asn,
                ]
                for node in cluster.nodes
            ],
            'reflectors': sorted(reflection.cluster_ids) if reflection else [],
            'routers': [
                [router.router, router.section, router.settings.get('asn', ''), bool(router.error)]
                for router in observation.routers
            ],
        }
    )


def _owned(found: Resource, handle: str) -> bool:
    """Whether it is ours and of a kind that is; of a pool nothing is, whatever label people give it."""
    return found.kind in OWNED_FIELDS and is_ours(found, handle)
