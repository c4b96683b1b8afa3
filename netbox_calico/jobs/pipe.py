"""The one pipe, joined: what the planner says of a snapshot and an observation, with the renderers that there are."""

from __future__ import annotations

from netbox_calico.planning.collecting import nothing_collected
from netbox_calico.planning.designs import find
from netbox_calico.planning.drift import Drift, drift
from netbox_calico.planning.fingerprint import observation_digest
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding, Plan
from netbox_calico.planning.node_pairs import NodePair, node_pairs
from netbox_calico.planning.plan import judge, make_plan
from netbox_calico.render import RENDERERS


def plan_from(snapshot: Snapshot, observation: Observation, kind: str) -> Plan:
    """The plan that leads from what was observed to what is wished (deploy), or back to the mesh (back)."""
    with nothing_collected():
        return make_plan(snapshot, observation, kind, RENDERERS)


def compare(snapshot: Snapshot, observation: Observation) -> tuple[str, tuple[Drift, ...], tuple[Finding, ...]]:
    """The digest of what was observed, the targets that are not as NetBox wants them, and what the checks say."""
    with nothing_collected():
        intent, findings = judge(snapshot, observation, RENDERERS)
        return observation_digest(snapshot, observation), drift(snapshot, intent, observation, RENDERERS), findings


def between_nodes(snapshot: Snapshot, observation: Observation) -> tuple[NodePair, ...]:
    """The sessions between nodes where the design has reflectors; elsewhere nobody's nodes peer by our BGPPeers."""
    return node_pairs(observation.cluster) if find(snapshot.cluster.design).reflects else ()
