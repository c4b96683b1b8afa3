"""Can nodes reflect routes, what does it cost those that do, and does anything stand in the way?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netbox_calico.planning.between import expanded
from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.designs.choosing import candidates
from netbox_calico.planning.designs.tor_full_tables import cluster_as
from netbox_calico.planning.diff import OWNED_FIELDS, is_ours
from netbox_calico.planning.in_force import rack_peers, within_one_as
from netbox_calico.planning.model.intent import Reflection
from netbox_calico.planning.model.observation import ClusterObservation, Resource
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, is_reflector_id, leaving_id, natural
from netbox_calico.planning.rollout.roles import in_role, reflects

from .case import Case
from .code import error, finds, warning
from .mesh_off import annotations_off
from .resources import overlapping

NO_REFLECTORS = error(
    'no-reflectors',
    'No node may become a route reflector.',
    'One that is Ready, schedulable, not drained, and not kept from it in NetBox.',
)
FEW_REFLECTORS = warning(
    'few-reflectors', 'Fewer nodes may reflect than the options ask for.', 'Let more nodes, or ask for fewer.'
)
REFLECTORS_TOGETHER = warning(
    'reflectors-together',
    'All route reflectors would stand in one zone and rack, though there are others.',
    'Mark a node elsewhere to be one always.',
)
REFLECTOR_WITH_PODS = warning(
    'reflector-with-pods',
    'A node with pods becomes a route reflector or stops being one: it is without routes for seconds.',
    'Drain it first, or mark one without pods to be a reflector always.',
)
REFLECTORS_OF_OTHERS = error(
    'reflectors-of-others',
    'Nodes have a reflector cluster ID that is not ours: they are route reflectors of others.',
    'Take the annotations off while the mesh is on.',
)
REFLECTOR_AS_DIFFERS = error(
    'reflector-as-differs',
    'A node has an AS of its own: its sessions with reflectors would be no iBGP.',
    'Take the annotation off.',
)
REFLECTED_TWICE = error(
    'reflected-twice',
    'BGPPeers of others make nodes peer as ours do, in another way: Calico picks one at random.',
    'Delete or narrow the one that is not wanted.',
    7,
)


@finds(NO_REFLECTORS, FEW_REFLECTORS, REFLECTORS_TOGETHER)
def chosen(case: Case) -> Iterator[Finding]:
    """Enough of them, and not all in one place."""
    name, reflection = case.snapshot.cluster.name, _reflection(case)
    there = [one for one in candidates(case.snapshot, case.observation.cluster) if one.name in reflection.cluster_ids]
    if not there:
        yield NO_REFLECTORS.at(
            name,
            f'No node of {name} may become a route reflector: all are drained, cordoned, not Ready, unknown to NetBox, '
            'without an address, or kept from it (route reflector: never). Let some.',
        )
    elif len(there) < reflection.wanted:
        yield FEW_REFLECTORS.at(
            name,
            f'{counted(len(there), "node")} of {name} may reflect routes, and {reflection.wanted} should: let more '
            'nodes become reflectors, or ask for fewer in the options of the cluster.',
        )
    every = {one.place for one in candidates(case.snapshot, case.observation.cluster)}
    if len(there) > 1 and len({one.place for one in there}) == 1 and len(every) > 1:
        yield REFLECTORS_TOGETHER.at(
            name,
            f'The route reflectors {listed(one.name for one in there)} stand in one zone and rack, as no node '
            'elsewhere is without pods: all routes go with it. Mark a node elsewhere as «always» in NetBox.',
        )


@finds(REFLECTOR_WITH_PODS)
def pods_of_reflectors(case: Case) -> Iterator[Finding]:
    """Whoever takes the role or lays it down has its sessions anew, those with routers of another AS excepted."""
    cluster, reflection = case.observation.cluster, _reflection(case)
    racks = rack_peers(cluster, case.snapshot.cluster.handle)
    if racks and not cluster.mesh and not any(map(within_one_as, racks)):
        return
    holders = {affinity.node for affinity in cluster.affinities if affinity.state == 'confirmed'}
    handle = case.snapshot.cluster.handle
    for name in sorted(holders & case.running.keys(), key=natural):
        node = case.running[name]
        becomes = name in reflection.cluster_ids
        if becomes and in_role(node, reflection, handle) != node:
            what = 'becomes a route reflector'
        elif not becomes and reflects(node, handle):
            what = 'reflects no longer'
        else:
            continue
        yield REFLECTOR_WITH_PODS.at(
            name,
            f'Node {name} {what} and has pods: all its sessions start anew, so its pods and those of other nodes lose '
            'each other for about two seconds. Drain the node and plan again, or mark a node without pods as «always» '
            'in NetBox and this one as «never».',
        )


@finds(REFLECTORS_OF_OTHERS, REFLECTOR_AS_DIFFERS)
def in_the_way(case: Case) -> Iterator[Finding]:
    """What has to go, or to be the same on all nodes, before nodes can reflect."""
    cluster, observed = case.snapshot.cluster, case.observation.cluster
    leaving = leaving_id(cluster.handle)
    foreign = [
        node.name
        for node in observed.nodes
        if (mark := node.annotations.get(REFLECTOR_ANNOTATION, leaving)) != leaving
        and not is_reflector_id(cluster.handle, mark)
    ]
    if foreign:
        yield REFLECTORS_OF_OTHERS.at(
            cluster.name,
            f'Nodes bear the annotation {REFLECTOR_ANNOTATION}, and no plan of ours gave it to them: '
            f'{listed(foreign)}: {annotations_off(case)}.',
        )
    common = cluster_as(cluster, case.observation)
    for node in observed.nodes:
        if node.asn is not None and node.asn != common:
            yield REFLECTOR_AS_DIFFERS.at(
                node.name,
                f'Node {node.name} has AS {node.asn} of its own (annotation projectcalico.org/ASNumber), the others '
                f'have {common}: reflectors pass routes on within one AS only. Take the annotation off.',
            )


@finds(REFLECTED_TWICE)
def overlaps(case: Case) -> Iterator[Finding]:
    """Every session between nodes must be made by our BGPPeers alone."""
    handle = case.snapshot.cluster.handle
    foreign = any(not is_ours(peer, handle) for peer in case.observation.cluster.of_kind('BGPPeer'))
    expansion = expanded(_as_it_will_be(case), None if foreign else ())
    for peers, text in overlapping(case, expansion.overlaps):
        yield REFLECTED_TWICE.at(' and '.join(peers), text)


def _reflection(case: Case) -> Reflection:
    return case.intent.reflection or Reflection({}, {}, 0, 0)


def _as_it_will_be(case: Case) -> ClusterObservation:
    """Everything that is not ours, what is wanted of ours, and every node in its role."""
    cluster, handle = case.observation.cluster, case.snapshot.cluster.handle
    wanted = {(wish.kind, wish.name): wish for wish in case.intent.resources}
    kept = tuple(
        found
        for found in cluster.resources
        if (found.kind, found.name) not in wanted and not (found.kind in OWNED_FIELDS and is_ours(found, handle))
    )
    ours = tuple(Resource(wish.kind, wish.name, wish.spec) for wish in wanted.values())
    reflection = _reflection(case)
    return replace(
        cluster,
        resources=(*kept, *ours),
        nodes=tuple(in_role(node, reflection, handle) for node in cluster.nodes),
    )
