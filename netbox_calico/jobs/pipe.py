"""The one pipe, joined: what the planner says of a snapshot and an observation, with the renderers that there are."""

from __future__ import annotations

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.plan import make_plan
from netbox_calico.render import RENDERERS


def plan_from(snapshot: Snapshot, observation: Observation, kind: str) -> Plan:
    """The plan that leads from what was observed to what is wished (deploy), or back to the mesh (back)."""
    return make_plan(snapshot, observation, kind, RENDERERS)
