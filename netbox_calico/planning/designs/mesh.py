"""Node-to-node mesh: Calico as it comes, nothing of ours anywhere."""

from __future__ import annotations

from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation

from .design import Design


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """Nothing but the mesh."""
    return Intent(design='mesh', mesh=True)


MESH = Design(
    key='mesh',
    label='Node-to-node mesh',
    description='Every node peers with every other; routers outside the cluster take no part.',
    mesh=True,
    derive=derive,
)
