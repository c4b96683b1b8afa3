"""What shows a code at work: what trips it, and what is close to it and spared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netbox_calico.planning.expansion import Resources
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.plan import make_plan
from tests.planning.checks.troubled import Sides, Trouble
from tests.planning.network import Network
from tests.planning.world import RENDERERS, World, observation, snapshot


@dataclass(frozen=True)
class Example:
    """The code is found in ``trips`` and not in ``spares``, both made of a sound data centre.

    ``cluster`` are fields of the cluster in NetBox, ``kind`` is that of the plan, ``inventory`` are racks, nodes a rack
    and routers a rack.
    """

    trips: Trouble
    spares: Trouble
    kind: str = 'deploy'
    cluster: Mapping[str, object] = field(default_factory=dict)
    inventory: tuple[int, int, int] = (2, 2, 2)

    def tripped(self) -> tuple[Finding, ...]:
        return self._findings(self.trips)

    def spared(self) -> tuple[Finding, ...]:
        return self._findings(self.spares)

    def _findings(self, trouble: Trouble) -> tuple[Finding, ...]:
        wish = snapshot(*self.inventory, **self.cluster)  # type: ignore[arg-type]
        return make_plan(*trouble(wish, observation(wish)), self.kind, RENDERERS).findings


@dataclass(frozen=True)
class Manifests:
    """The same of manifests that somebody hands in, with one object beside what is sound."""

    trips: Mapping[str, object]
    spares: Mapping[str, object]

    def tripped(self) -> tuple[Finding, ...]:
        return Resources.from_objects([self.trips]).findings

    def spared(self) -> tuple[Finding, ...]:
        return Resources.from_objects([self.spares]).findings


def deployed(trouble: Trouble) -> Trouble:
    """The trouble that comes once everything is deployed and all sessions are up."""

    def later(wish: Snapshot, seen: Observation) -> Sides:
        world = World(seen)
        plan = make_plan(wish, seen, 'deploy', RENDERERS)
        world.run(plan)
        return trouble(wish, replace(world.observed, routers=Network(world, plan).seen_of_routers()))

    return later
