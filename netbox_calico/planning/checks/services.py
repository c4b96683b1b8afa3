"""Do the routers know the services that the nodes announce, and what does it cost whoever is connected to them?"""

from __future__ import annotations

from collections.abc import Iterator, Sized

from netbox_calico.planning.counted import listed
from netbox_calico.planning.gates.facts import within
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ranges import SERVICE_FIELDS, services

from .case import Case
from .code import finds, warning

SERVICE_RANGE_UNKNOWN = warning(
    'service-range-unknown',
    'The nodes announce services that NetBox does not have: the routers drop them.',
    'Add the range to the cluster in NetBox.',
)
SERVICE_RANGE_KIND = warning(
    'service-range-kind', 'NetBox has a service range as another kind than the cluster.', 'Correct the kind in NetBox.'
)
SERVICE_CONNECTIONS_BREAK = warning(
    'service-connections-break',
    'Services get new paths: open connections from outside may be reset, though no packet between pods is lost.',
    'Use resilient hashing, or deploy when such connections may end.',
    56,
)


@finds(SERVICE_RANGE_UNKNOWN)
def unknown_services(case: Case) -> Iterator[Finding]:
    """Ranges that the nodes announce and the routers would drop."""
    known = [service.cidr for service in case.snapshot.service_ranges]
    for field, cidr in services(case.observation.cluster):
        if not within(cidr, known):
            yield SERVICE_RANGE_UNKNOWN.at(
                str(cidr),
                f'The nodes announce services in {cidr} ({field}), which NetBox does not have: the routers drop '
                'them. Add the range to the cluster in NetBox.',
            )


@finds(SERVICE_RANGE_KIND)
def differing_kinds(case: Case) -> Iterator[Finding]:
    """Routers let in a range of any kind, so nobody else would notice that the kind is wrong."""
    kinds: dict[Network, set[str]] = {}
    for service in case.snapshot.service_ranges:
        kinds.setdefault(service.cidr, set()).add(service.kind)
    for field, cidr in services(case.observation.cluster):
        if cidr in kinds and SERVICE_FIELDS[field] not in kinds[cidr]:
            yield SERVICE_RANGE_KIND.at(
                str(cidr),
                f'The nodes announce services in {cidr} as {SERVICE_FIELDS[field]} ({field}), which NetBox has as '
                f'{listed(sorted(kinds[cidr]))}: correct the kind of the range in NetBox.',
            )


@finds(SERVICE_CONNECTIONS_BREAK)
def open_connections(case: Case) -> Iterator[Finding]:
    """A new path to a service moves some flows to a node that has not seen their connection, which resets them."""
    known = [service.cidr for service in case.snapshot.service_ranges]
    ranges = sorted(str(cidr) for _, cidr in services(case.observation.cluster) if within(cidr, known))
    key, intent = case.snapshot.cluster.rack_label, case.intent
    joining = [
        name
        for name, rack in intent.rack_of.items()
        if name in case.running and case.running[name].labels.get(key) != rack
    ]
    added = {
        case.routers[session.router].name
        for session in intent.sessions
        if session.router in case.observed_routers and not case.observed_routers[session.router].section
    }
    if ranges and (joining or added):
        yield SERVICE_CONNECTIONS_BREAK.at(
            case.snapshot.cluster.name,
            f'Services in {listed(ranges)} get new paths: {_how_many(joining, "node")} and '
            f'{_how_many(added, "router")} come to announce them. Connections to them from outside the cluster that '
            'are open meanwhile may be reset, as their packets reach a node that does not know them; no packet between '
            'pods is lost. Use resilient hashing where the routers have it, or deploy when such connections may end.',
        )


def _how_many(things: Sized, what: str) -> str:
    return f'{len(things) or "no"} {what}' + ('' if len(things) == 1 else 's')
