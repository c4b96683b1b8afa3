"""Top of rack, one AS for all nodes, a default route downward: routers know every block, nodes only their routers.

Routers pass on the default route that they have themselves, and stop when they lose it: a rack without uplinks is never
drawn into them. A default breaks the mesh, as BIRD resolves no next hop through a route that it learned by BGP. So the
way in leads through full tables, which are taken away once every node uses the default; nothing depends on what default
route the hosts themselves have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from netbox_calico.planning.model.intent import Intent, PeerGroup, RouterSection
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation

from .announced import DEFAULT_ROUTES, announced
from .design import Design
from .per_router import bgp_filters
from .tor_full_tables import full_tables


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """The default route alone, and the stages that lead to it from full tables."""
    tables = replace(full_tables(TOR_DEFAULT.key, snapshot, observation), stage='full tables')
    beside = replace(tables, sections=_announcing(tables.sections, _beside), stage='default route beside them')
    closed, opened = (bgp_filters(snapshot.cluster, announced(snapshot), default) for default in (False, True))
    taken = replace(
        beside,
        resources=(*opened, *tables.resources[len(closed) :]),
        stage='default route let in',
        default_route=True,
    )
    return replace(
        taken,
        sections=_announcing(tables.sections, _alone),
        stage='',
        stages=(tables, beside, taken),
        tables=False,
    )


def _announcing(
    sections: tuple[RouterSection, ...], change: Callable[[PeerGroup], PeerGroup]
) -> tuple[RouterSection, ...]:
    return tuple(replace(section, groups=tuple(change(group) for group in section.groups)) for section in sections)


def _beside(group: PeerGroup) -> PeerGroup:
    return replace(group, announced=(DEFAULT_ROUTES[group.family], *group.permitted))


def _alone(group: PeerGroup) -> PeerGroup:
    return replace(group, announced=(DEFAULT_ROUTES[group.family],))


TOR_DEFAULT = Design(
    key='tor-default',
    label='Top of rack: one AS for all nodes, default route downward',
    description=(
        'Every node peers by eBGP with the routers of its rack, which know the blocks of all nodes and pass on nothing '
        'but their default route.'
    ),
    mesh=False,
    derive=derive,
    options=('scheme', 'presented_as'),
)
