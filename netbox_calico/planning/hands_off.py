"""What people keep plans away from: a cluster, a router or a node that bears the tag for it in NetBox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .artefact import router_target, target
from .counted import listed
from .model.inventory import Snapshot
from .model.plan import Finding, Severity, Step
from .rollout.mesh import SWITCH


def kept_off(snapshot: Snapshot, steps: Sequence[Step]) -> Iterator[Finding]:
    """The things that must not be changed, and the steps that would. The mesh is switched for all nodes at once."""
    touching: dict[str, list[int]] = defaultdict(list)
    for step in steps:
        for changed in {item.target for item in step.items}:
            touching[changed].append(step.number)
    off = [(router.name, {router_target(router.id)}) for router in snapshot.routers if router.hands_off]
    off += [(node.name, {target('Node', node.name), SWITCH}) for node in snapshot.nodes if node.hands_off]
    if snapshot.cluster.hands_off:
        off.append((snapshot.cluster.name, set(touching)))
    for name, targets in off:
        numbers = sorted({number for changed in targets for number in touching.get(changed, ())})
        if numbers:
            yield Finding(
                Severity.ERROR,
                'hands-off',
                name,
                f'{name}, or the device that it is, bears the tag in NetBox that keeps plans away, and this one would '
                f'change it in these steps: {listed(numbers)}. Take the tag off when it may be changed, or ask whoever '
                'put it there.',
            )
