"""Do the route reflectors together bring every route to every node, and not too many?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.counted import counted
from netbox_calico.planning.designs.reflectors_quorum import REFLECTORS_QUORUM
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds

TOO_MANY_PATHS = error(
    'too-many-paths',
    'Reflectors pass every path on, and a node would hold more than a million.',
    'Fewer reflectors, one cluster ID, or the hierarchy.',
)
QUORUM_INCOMPLETE = error(
    'quorum-incomplete',
    'Clients peer with half of the reflectors or less: two may have none in common, and lack each other.',
    'More reflectors a client, fewer in all, or the hierarchy.',
)
PATHS_MAX = 1_000_000
"""About 150 bytes each: more would take BIRD more memory than a node has to spare for it."""


@finds(TOO_MANY_PATHS, QUORUM_INCOMPLETE)
def figures(case: Case) -> Iterator[Finding]:
    """What every node would have to hold, a block a node, and whether it would have it."""
    reflection = case.intent.reflection
    if reflection is None:
        return
    cluster, nodes = case.snapshot.cluster, len(case.observation.cluster.nodes)
    reflectors, size = len(reflection.cluster_ids), cluster.options.redundancy
    if reflection.paths * nodes > PATHS_MAX:
        yield TOO_MANY_PATHS.at(
            cluster.name,
            f'{counted(reflectors, "route reflector")} of this layout make up to {reflection.paths:,} paths to each '
            f'block on a node, {reflection.paths * nodes:,} with {counted(nodes, "node")}: ask for fewer reflectors in '
            'the options of the cluster, or choose one cluster ID or the hierarchy.',
        )
    if case.intent.design == REFLECTORS_QUORUM.key and 2 * size <= reflectors:
        yield QUORUM_INCOMPLETE.at(
            cluster.name,
            f'Every client would peer with {size} of {reflectors} route reflectors, and 2 x {size} = {2 * size} is not '
            f'more than {reflectors}: two clients may have none in common, and lack each other. Let every client peer '
            f'with {reflectors // 2 + 1}, ask for {2 * size - 1} reflectors at most, or choose the hierarchy.',
        )
