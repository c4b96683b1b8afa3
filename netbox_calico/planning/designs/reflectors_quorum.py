"""Route reflectors in the cluster, one cluster ID, every client with more than half of them.

By RFC 4456 a reflector drops what another with its cluster ID reflects, so two clients hear of each other only by one
that both peer with. That there is one is certain when each peers with more than half.
"""

from __future__ import annotations

from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.naming import reflector_id

from .design import Design
from .reflected_by_sets import derive_sets


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """A BGPPeer a set of reflectors, one among the reflectors, and who they are."""
    return derive_sets(
        snapshot,
        observation,
        REFLECTORS_QUORUM.key,
        cluster_id=lambda number: reflector_id(snapshot.cluster.handle),
        paths=lambda reflectors, size: size * size,
    )


REFLECTORS_QUORUM = Design(
    key='reflectors-quorum',
    label='Route reflectors, quorum',
    description='Every node peers by iBGP with more than half of the reflectors, which share one cluster ID.',
    mesh=False,
    derive=derive,
    reflects=True,
    options=('nodes_per_reflector', 'reflectors_min', 'reflectors_max', 'redundancy'),
)
