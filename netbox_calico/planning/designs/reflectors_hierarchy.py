"""Route reflectors in a hierarchy: some in every rack for its nodes, and some above them, as leaves and spines are.

Those of a rack share a cluster ID and peer with the ones above, not with each other: what one of them says of itself
the other hears from above. Those above share an ID, and tell each other of themselves only; so a block has few paths,
and a node few sessions, at any size. A node whose rack has no reflector peers with those above, as one that has just
joined does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from netbox_calico.planning.model.intent import Intent, Reflection
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import ClusterObservation, Observation
from netbox_calico.planning.naming import CLIENT_LABEL, REFLECTOR_LABEL, natural, reflector_id

from .between_nodes import among_reflectors, own_routes_filter, to_reflectors
from .choosing import Candidate, candidates, choose
from .design import Design
from .reflected_by_sets import UNASSIGNED
from .sets import numbered

SPINE = 'spine'
"""The label of those above; those of a rack, and their clients, bear its number."""

_ABOVE = f"{REFLECTOR_LABEL} == '{SPINE}'"


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """A BGPPeer a rack, one from the racks' reflectors to those above, one among these, and who they are."""
    cluster, observed, options = snapshot.cluster, observation.cluster, snapshot.cluster.options
    pool = candidates(snapshot, observed)
    numbers = _numbers(snapshot, observed)
    above = _above(pool, options.spine_reflectors, _staying(pool, numbers, options.redundancy))
    below = _below((found for found in pool if found.name not in above), numbers, options.redundancy)
    ids = dict.fromkeys(sorted(above, key=natural), reflector_id(cluster.handle))
    labels = {name: {REFLECTOR_LABEL: SPINE} for name in above}
    for number, names in below.items():
        ids |= dict.fromkeys(names, reflector_id(cluster.handle, number))
        labels |= {name: {REFLECTOR_LABEL: str(number)} for name in names}
    for node in observed.nodes:
        if node.name not in ids and numbers.get(node.name) in below:
            labels[node.name] = {CLIENT_LABEL: str(numbers[node.name])}
    own_routes = own_routes_filter(cluster)
    return Intent(
        design=REFLECTORS_HIERARCHY.key,
        mesh=False,
        resources=(
            own_routes,
            *(
                to_reflectors(
                    cluster,
                    observed,
                    f'clients-{number}',
                    f"{CLIENT_LABEL} == '{number}'",
                    f"{REFLECTOR_LABEL} == '{number}'",
                )
                for number in below
            ),
            to_reflectors(cluster, observed, 'clients-new', UNASSIGNED, _ABOVE),
            to_reflectors(cluster, observed, 'racks', f'has({REFLECTOR_LABEL}) && !({_ABOVE})', _ABOVE),
            among_reflectors(cluster, observed, 'spines', _ABOVE, own_routes),
        ),
        reflection=Reflection(
            cluster_ids=ids,
            labels=labels,
            wanted=options.spine_reflectors + options.redundancy * len(set(numbers.values())),
            paths=max(len(above), 1) * options.redundancy**2,
        ),
    )


def _above(pool: Iterable[Candidate], number: int, staying: frozenset[str]) -> frozenset[str]:
    """Those above; one that its rack no longer needs may be, and one that is to reflect always may do so anywhere."""
    return frozenset(
        choose((replace(found, always=False) for found in pool if found.name not in staying), number, SPINE)
    )


def _staying(pool: Iterable[Candidate], numbers: Mapping[str, int], size: int) -> frozenset[str]:
    """The reflectors that their racks keep."""
    theirs = (found for found in pool if found.role and found.role == str(numbers.get(found.name)))
    return frozenset(name for names in _below(theirs, numbers, size).values() for name in names)


def _below(pool: Iterable[Candidate], numbers: Mapping[str, int], size: int) -> Mapping[int, tuple[str, ...]]:
    """The reflectors of each rack that has any, by its number."""
    racks: dict[int, list[Candidate]] = defaultdict(list)
    for found in pool:
        if found.name in numbers:
            racks[numbers[found.name]].append(found)
    return {number: choose(racks[number], size, str(number)) for number in sorted(racks)}


def _numbers(snapshot: Snapshot, observed: ClusterObservation) -> Mapping[str, int]:
    """The number of each node's rack: the one that most of its nodes bear, else a free one."""
    running = {node.name: node.labels for node in observed.nodes}
    rack_of = {node.name: f'{node.rack.id}' for node in snapshot.nodes if node.rack and node.name in running}
    borne: dict[str, Counter[str]] = defaultdict(Counter)
    for name, rack in rack_of.items():
        for key in (REFLECTOR_LABEL, CLIENT_LABEL):
            borne[rack][running[name].get(key, '')] += 1
    had = {rack: _commonest(found) for rack, found in borne.items()}
    numbers = numbered(sorted(set(rack_of.values()), key=natural), had)
    return {name: numbers[rack] for name, rack in rack_of.items()}


def _commonest(labels: Counter[str]) -> str:
    numbers = [label for label in labels if label.isascii() and label.isdigit()]
    return max(numbers, key=lambda label: (labels[label], label), default='')


REFLECTORS_HIERARCHY = Design(
    key='reflectors-hierarchy',
    label='Route reflectors, hierarchy',
    description='Some nodes of every rack reflect for its nodes, and a few above them for these: for any size.',
    mesh=False,
    derive=derive,
    reflects=True,
    options=('redundancy', 'spine_reflectors'),
)
