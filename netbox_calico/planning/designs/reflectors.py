"""Route reflectors in the cluster, one cluster ID: every node peers with every reflector, by iBGP.

A node that joins peers with the reflectors by itself: it is a client because it bears no label of a reflector. Next
hops stay the nodes' own, so traffic goes the way that it goes in the mesh, and in the same tunnels.
"""

from __future__ import annotations

from netbox_calico.planning.model.intent import Intent, Reflection
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.naming import REFLECTOR_LABEL, reflector_id

from .between_nodes import among_reflectors, own_routes_filter, to_reflectors
from .choosing import candidates, choose, wanted_number
from .design import Design

_CLIENTS, _REFLECTORS = f'!has({REFLECTOR_LABEL})', f'has({REFLECTOR_LABEL})'


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """A BGPPeer from clients to reflectors, one among the reflectors with its filter, and who they are."""
    cluster, observed = snapshot.cluster, observation.cluster
    wanted = wanted_number(len(observed.nodes), cluster.options)
    chosen = choose(candidates(snapshot, observed), wanted)
    own_routes = own_routes_filter(cluster)
    return Intent(
        design=REFLECTORS.key,
        mesh=False,
        resources=(
            own_routes,
            to_reflectors(cluster, observed, 'clients', _CLIENTS, _REFLECTORS),
            among_reflectors(cluster, observed, 'reflectors', _REFLECTORS, own_routes),
        ),
        reflection=Reflection(
            cluster_ids=dict.fromkeys(chosen, reflector_id(cluster.handle)),
            labels={name: {REFLECTOR_LABEL: 'cluster'} for name in chosen},
            wanted=wanted,
            paths=len(chosen),
        ),
    )


REFLECTORS = Design(
    key='reflectors',
    label='Route reflectors, one cluster ID',
    description='Some nodes, chosen by the plugin, reflect the routes of all: every node peers with each by iBGP.',
    mesh=False,
    derive=derive,
    reflects=True,
    options=('nodes_per_reflector', 'reflectors_min', 'reflectors_max'),
)
