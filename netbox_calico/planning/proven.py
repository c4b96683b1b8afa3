"""The order of a plan: of those that come into question the first that is proven.

Sessions that restart do so router by router, each drained meanwhile, as the other routers of its rack carry its nodes.
Where that goes wrong while some have changed and others have not, the mesh carries everything, if it can stand at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .model.intent import Intent
from .model.plan import Finding, Severity, Step
from .ports import SectionRenderer
from .proof.plan_proof import prove_plan
from .rollout import Situation, by_mesh, only_by_mesh, rollout, switches_on

MESH_NODES_MAX = 2000
"""Nobody is known to run a larger mesh. Every node would start as many sessions at once, and Calico advises it to about
100 nodes."""


def proven_steps(
    situation: Situation, renderers: Mapping[str, SectionRenderer]
) -> tuple[tuple[Step, ...], tuple[Finding, ...]]:
    """The steps, and what speaks against them; of an order that could only be gone under the mesh also why."""
    if only_by_mesh(situation):
        situation = replace(situation, under_mesh=True)
    steps = rollout(situation, renderers)
    against = _against(situation, steps, renderers)
    if _stops(against):
        situation = by_mesh(situation, renderers)
        under_mesh = rollout(situation, renderers)
        if under_mesh != steps:
            found = _large_mesh(situation, under_mesh)
            if _stops(found):
                return steps, (*against, *found)
            return under_mesh, _against(situation, under_mesh, renderers)
    return steps, against


def _against(
    situation: Situation, steps: Sequence[Step], renderers: Mapping[str, SectionRenderer]
) -> tuple[Finding, ...]:
    if not steps:
        return ()
    found = _large_mesh(situation, steps)
    if _stops(found):
        return found
    intents: tuple[Intent, ...] = (situation.intent, *(leg.intent for leg in situation.legs), situation.before)
    return (*found, *prove_plan(situation.snapshot, situation.observation, steps, intents, renderers))


def _stops(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _large_mesh(situation: Situation, steps: Sequence[Step]) -> tuple[Finding, ...]:
    """A mesh that is there already may be left, however large it is; whoever asks for one is told what it costs."""
    nodes = len(situation.observation.cluster.nodes)
    if nodes <= MESH_NODES_MAX or not any(switches_on(item) for step in steps for item in step.items):
        return ()
    name = situation.snapshot.cluster.name
    size = (
        f'{name} has {nodes:,} nodes: {nodes - 1:,} sessions on every node and {nodes * (nodes - 1) // 2:,} in all, in '
        'each family'
    )
    if situation.intent.mesh:
        return (
            Finding(
                Severity.WARNING,
                'mesh-large',
                name,
                f'The plan ends in the mesh, and {size}. Nobody is known to run one of more than {MESH_NODES_MAX:,} '
                'nodes: be sure that the nodes and the API have room for it, or choose another design.',
            ),
        )
    return (
        Finding(
            Severity.ERROR,
            'mesh-too-large',
            name,
            f'The way leads through the mesh, and {size}. No plan passes through one of more than {MESH_NODES_MAX:,} '
            'nodes: come to this design by way of one that can stand beside both (routers of the racks by eBGP, or '
            'reflectors outside), or go back to the mesh by a plan of its own.',
        ),
    )
