"""Route reflectors in the cluster: who may be one, what it costs, what stands in the way."""

from __future__ import annotations

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, REFLECTOR_LABEL, reflector_id
from tests.planning.checks.troubled import Sides, Trouble, both, node, observed, present, running
from tests.planning.world import observation, snapshot

from .example import Example

DESIGN = {'design': 'reflectors', 'options': Options(reflectors_min=2)}
ALONE = Options(reflectors_min=1, reflectors_max=1, redundancy=1, spine_reflectors=1)
NODES = ('node-1-1', 'node-1-2', 'node-2-1', 'node-2-2')


def drained(*names: str) -> Trouble:
    return both(*(node(name, drained=True) for name in names))


def pods_only_on(*names: str) -> Trouble:
    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        kept = tuple(affinity for affinity in seen.cluster.affinities if affinity.node in names)
        return observed(affinities=kept)(wish, seen)

    return trouble


def theirs(**spec: object) -> Trouble:
    """A BGPPeer of others between the nodes that ours are for."""
    return present(
        'BGPPeer',
        'theirs',
        nodeSelector=f'!has({REFLECTOR_LABEL})',
        peerSelector=f'has({REFLECTOR_LABEL})',
        **spec,
    )


EXAMPLES = {
    code: Example(trips, spares, cluster=DESIGN)
    for code, (trips, spares) in {
        'no-reflectors': (drained(*NODES), drained(*NODES[1:])),
        'few-reflectors': (drained(*NODES[1:]), drained(*NODES[2:])),
        'reflectors-together': (pods_only_on(*NODES[:2]), pods_only_on(NODES[0], NODES[2])),
        'reflector-with-pods': (pods_only_on(*NODES[1:]), pods_only_on(*NODES[2:])),
        'reflectors-of-others': (
            running('node-2-2', annotations={REFLECTOR_ANNOTATION: '244.0.0.1'}),
            running('node-2-2', annotations={REFLECTOR_ANNOTATION: reflector_id('c1')}),
        ),
        'reflector-as-differs': (running('node-2-2', asn=65001), running('node-2-2', asn=64512)),
        'reflected-twice': (theirs(nextHopMode='Self'), theirs()),
    }.items()
}


def sides(design: str, nodes: int, **options: int) -> Trouble:
    """Another cluster, of so many nodes in two racks."""

    def trouble(_wish: Snapshot, _seen: Observation) -> Sides:
        wish = snapshot(2, nodes // 2, 0, (4,), design=design, options=Options(**options))
        return wish, observation(wish)

    return trouble


EXAMPLES |= {
    'too-many-paths': Example(
        sides('reflectors-multi', 24, nodes_per_reflector=2, reflectors_max=11),
        sides('reflectors-multi', 24, nodes_per_reflector=2, reflectors_max=7),
    ),
    'quorum-incomplete': Example(
        sides('reflectors-quorum', 6, reflectors_min=4, redundancy=2),
        sides('reflectors-quorum', 6, reflectors_min=3, redundancy=2),
    ),
}
