"""Reflectors of which every client peers with some: their BGPPeers and labels, whatever their cluster IDs are."""

from __future__ import annotations

from collections.abc import Callable

from netbox_calico.planning.model.intent import Intent, Reflection
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import ClusterObservation, Observation
from netbox_calico.planning.naming import CHANGING_LABEL, CLIENT_LABEL, REFLECTOR_LABEL, natural

from .between_nodes import among_reflectors, to_reflectors
from .choosing import candidates, choose, wanted_number
from .sets import assigned, members, numbered

UNASSIGNED = f'!has({REFLECTOR_LABEL}) && (!has({CLIENT_LABEL}) || has({CHANGING_LABEL}))'
"""Nodes that have just joined, or change their reflectors: until they have their own they peer with some."""


def derive_sets(
    snapshot: Snapshot,
    observation: Observation,
    design: str,
    cluster_id: Callable[[int], str],
    paths: Callable[[int, int], int],
) -> Intent:
    """The intent. ``cluster_id`` is that of a reflector by its number; ``paths`` are by how many and a set's size."""
    cluster, observed, size = snapshot.cluster, observation.cluster, snapshot.cluster.options.redundancy
    wanted = wanted_number(len(observed.nodes), cluster.options)
    chosen = choose(candidates(snapshot, observed), wanted)
    numbers = numbered(chosen, {node.name: node.labels.get(REFLECTOR_LABEL, '') for node in observed.nodes})
    ring = sorted(numbers.values())
    sets = assigned(_clients(observed, frozenset(chosen)), ring, size, live=not observed.mesh)
    reflectors = f'has({REFLECTOR_LABEL})'
    return Intent(
        design=design,
        mesh=False,
        resources=(
            *(
                to_reflectors(
                    cluster,
                    observed,
                    f'clients-{first}',
                    f"{CLIENT_LABEL} == '{first}'",
                    _numbers(members(ring, first, size)),
                )
                for first in ring
            ),
            *(
                to_reflectors(cluster, observed, 'clients-new', UNASSIGNED, _numbers(members(ring, first, size)))
                for first in ring[:1]
            ),
            among_reflectors(cluster, observed, 'reflectors', reflectors),
        ),
        reflection=Reflection(
            cluster_ids={name: cluster_id(numbers[name]) for name in sorted(numbers, key=natural)},
            labels={
                **{name: {REFLECTOR_LABEL: str(number)} for name, number in numbers.items()},
                **{name: {CLIENT_LABEL: str(first)} for name, first in sets.items()},
            },
            wanted=wanted,
            paths=paths(len(ring), min(size, len(ring))),
        ),
    )


def _clients(observed: ClusterObservation, reflectors: frozenset[str]) -> list[tuple[str, str]]:
    names = sorted((node.name for node in observed.nodes if node.name not in reflectors), key=natural)
    labels = {node.name: node.labels.get(CLIENT_LABEL, '') for node in observed.nodes}
    return [(name, labels[name]) for name in names]


def _numbers(numbers: tuple[int, ...]) -> str:
    return f'{REFLECTOR_LABEL} in {{{", ".join(repr(str(number)) for number in numbers)}}}'
