"""Route reflectors in the cluster, a cluster ID each: every client peers with some of them, and they with each other.

Reflectors of different IDs are clients of one another, and BIRD passes every path on: between R of them a route takes
every way that meets none twice. So few of them serve, and more are refused with the figure.
"""

from __future__ import annotations

from netbox_calico.planning.explosion import paths_between
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
        REFLECTORS_MULTI.key,
        cluster_id=lambda number: reflector_id(snapshot.cluster.handle, number),
        paths=lambda reflectors, size: size * size * paths_between(reflectors),
    )


REFLECTORS_MULTI = Design(
    key='reflectors-multi',
    label='Route reflectors, a cluster ID each',
    description='Every node peers by iBGP with some of a few reflectors, each of which passes on what the others say.',
    mesh=False,
    derive=derive,
    reflects=True,
    options=('nodes_per_reflector', 'reflectors_min', 'reflectors_max', 'redundancy'),
)
