"""What shows a code at work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.plan import make_plan
from tests.planning.checks.troubled import Sides, Trouble
from tests.planning.network import look
from tests.planning.world import RENDERERS, World


@dataclass(frozen=True)
class Example:
    """The code is found in ``trips`` and not in ``spares``, both made of a sound data centre.

    ``cluster`` are fields of the cluster in NetBox, ``kind`` is that of the plan.
    """

    trips: Trouble
    spares: Trouble
    kind: str = 'deploy'
    cluster: Mapping[str, object] = field(default_factory=dict)


def deployed(trouble: Trouble) -> Trouble:
    """The trouble that comes once everything is deployed and all sessions are up."""

    def later(wish: Snapshot, seen: Observation) -> Sides:
        world = World(seen)
        plan = make_plan(wish, seen, 'deploy', RENDERERS)
        world.run(plan)
        return trouble(wish, replace(world.observed, routers=look(world, plan).routers))

    return later
