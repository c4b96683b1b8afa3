"""Are the racks alike? What is balanced over racks falls on few nodes where a rack is small."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ranges import services

from .case import Case
from .code import finds, note

ROUTERS_UNEVEN = note(
    'racks-differ-in-routers',
    'Racks have different numbers of routers: those with fewer carry less when one is down.',
    'Add routers, unless that is meant.',
)
NODES_UNEVEN = note(
    'racks-differ-in-nodes',
    'Racks differ much in nodes, and the fabric balances services over racks: few nodes carry as much as many.',
    'Spread what answers for services over racks of one size, or weigh the paths.',
    56,
)
_MUCH = 4
"""So many times as many nodes in one rack as in another is told."""


@finds(ROUTERS_UNEVEN)
def routers(case: Case) -> Iterator[Finding]:
    """Racks with fewer routers than the others, but no rack with one alone, which is told by itself."""
    found: dict[str, set[int]] = defaultdict(set)
    for session in case.intent.sessions:
        found[session.rack].add(session.router)
    most = max(map(len, found.values()), default=0)
    fewer = [rack for rack in case.intent.racks if 1 < len(found[rack]) < most and not case.drained.get(rack)]
    if fewer:
        yield ROUTERS_UNEVEN.at(
            listed(fewer),
            f'{counted(len(fewer), "rack has", "racks have")} fewer than the {most} routers of others: '
            f'{listed(fewer)}. Add routers, unless that is meant.',
        )


@finds(NODES_UNEVEN)
def nodes(case: Case) -> Iterator[Finding]:
    """The smallest and the largest rack, where services are announced."""
    sizes = Counter(case.intent.rack_of.values())
    if len(sizes) < 2 or not any(True for _ in services(case.observation.cluster)):
        return
    ordered = [rack for rack in case.intent.racks if rack in sizes]
    small, large = min(ordered, key=sizes.__getitem__), max(ordered, key=sizes.__getitem__)
    if sizes[large] >= _MUCH * sizes[small]:
        yield NODES_UNEVEN.at(
            small,
            f'Rack {small} has {counted(sizes[small], "node")} and rack {large} {sizes[large]}: the fabric balances '
            f'services over racks, so a node of {small} answers for {sizes[large] // sizes[small]} times as much.',
        )
