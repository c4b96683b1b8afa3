"""The intents that lie between what is observed and where to go, one after the other.

Only a default route towards the nodes needs them: with it a cluster must not be in mesh.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netbox_calico.planning.designs.announced import DEFAULT_ROUTES
from netbox_calico.planning.designs.per_router import import_filter
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import Intent, PeerGroup
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.ports import SectionRenderer

FIRST = 1


def reached(snapshot: Snapshot, observation: Observation, renderers: Mapping[str, SectionRenderer]) -> int:
    """How far a default route has come: 1 nowhere, 2 routers announce it, 3 nodes let it in, 4 it is all they get.

    In a mesh it is nowhere, or has to be.
    """
    if observation.cluster.mesh:
        return FIRST
    groups = tuple(_groups(snapshot, observation, renderers))
    announcing = any(group.announced and DEFAULT_ROUTES[group.family] in group.announced for group in groups)
    if not _let_in(snapshot, observation):
        return 2 if announcing else FIRST
    return 4 if all(group.announced == (DEFAULT_ROUTES[group.family],) for group in groups) else 3


def way(target: Intent, stairs: Intent, stage: int) -> tuple[Intent, ...]:
    """What has to be in force one after the other; ``stairs`` is the design whose stages have been climbed so far."""
    if target.stages:
        return (*target.stages, target)[stage - 1 :]
    return (*reversed(stairs.stages[: stage - 1]), target)


def _let_in(snapshot: Snapshot, observation: Observation) -> bool:
    found = observation.cluster.find('BGPFilter', import_filter(snapshot.cluster))
    if found is None:
        return False
    defaults = {str(prefix) for prefix in DEFAULT_ROUTES.values()}
    rules = [rule for family in DEFAULT_ROUTES for rule in found.spec.get(f'importV{family}', ())]
    return any(rule.get('cidr') in defaults and rule.get('action') == 'Accept' for rule in rules)


def _groups(
    snapshot: Snapshot, observation: Observation, renderers: Mapping[str, SectionRenderer]
) -> Iterator[PeerGroup]:
    """What can be read of our sections; what somebody changed beyond reading is sent anew in any case."""
    profiles = {router.id: router.profile for router in snapshot.routers}
    for router in observation.routers:
        profile = profiles.get(router.router)
        renderer = renderers.get(profile.template_set) if profile else None
        if renderer is not None and router.section and not router.error:
            try:
                yield from renderer.groups(router.section)
            except InvalidInput:
                continue
