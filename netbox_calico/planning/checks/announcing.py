"""Do the nodes say what the routers are to hear? What NetBox has and nobody announces, and what stops at the router."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ranges import entries, services

from .case import Case
from .code import error, finds, note, warning

SERVICE_RANGE_ABSENT = warning(
    'service-range-absent',
    'NetBox has a service range that the nodes do not announce.',
    'Write it into BGPConfiguration default, or delete it in NetBox.',
)
COMMUNITY_STOPS = error(
    'community-stops-routes',
    'The nodes attach a community with which a router passes a route on to nobody, or drops its traffic.',
    'Take the community out of the prefix advertisements.',
    45,
)
AGGREGATION_OFF = note(
    'service-aggregation-off',
    'Each load-balancer address is announced by itself, from every node: they count against limits and hardware.',
    'Switch aggregation on, unless single addresses are meant.',
    39,
)
SERVICES_OPTED_OUT = note(
    'services-opted-out',
    'Nodes bear the label that excludes them from load balancers: they announce no service.',
    'Take the label off where that is not meant.',
)
_OPTED_OUT = 'node.kubernetes.io/exclude-from-external-load-balancers'
_STOPPING = {
    '65535:666': 'BLACKHOLE',
    '65535:65281': 'NO_EXPORT',
    '65535:65282': 'NO_ADVERTISE',
    '65535:65283': 'NO_EXPORT_SUBCONFED',
}
"""RFC 1997 and 7999."""


@finds(SERVICE_RANGE_ABSENT)
def absent_services(case: Case) -> Iterator[Finding]:
    """Routers would let in what nobody says."""
    there = {cidr for _, cidr in services(case.observation.cluster)}
    for cidr in sorted({service.cidr for service in case.snapshot.service_ranges} - there, key=str):
        yield SERVICE_RANGE_ABSENT.at(
            str(cidr),
            f'NetBox has the service range {cidr}, and BGPConfiguration default lets no node announce it: write it '
            'there, or delete it in NetBox.',
        )


@finds(COMMUNITY_STOPS)
def communities(case: Case) -> Iterator[Finding]:
    """Prefix advertisements with a well-known community, given by value or by name."""
    configurations = case.observation.cluster.of_kind('BGPConfiguration')
    names = {
        str(entry.get('name')): str(entry.get('value'))
        for found in configurations
        for entry in entries(found.spec, 'communities')
    }
    for found in configurations:
        for entry in entries(found.spec, 'prefixAdvertisements'):
            attached = entry.get('communities')
            texts = map(str, attached if isinstance(attached, list | tuple) else ())
            values = {names.get(text, text) for text in texts}
            for value in sorted(values & _STOPPING.keys()):
                yield COMMUNITY_STOPS.at(
                    str(entry.get('cidr')),
                    f'BGPConfiguration {found.name} attaches the community {value} ({_STOPPING[value]}) to '
                    f'{entry.get("cidr")}: a router would pass these routes on to nobody, or drop their traffic. Take '
                    'it out of prefixAdvertisements.',
                )


@finds(AGGREGATION_OFF)
def aggregation(case: Case) -> Iterator[Finding]:
    """From Calico 3.31 on."""
    default = case.observation.cluster.find('BGPConfiguration', 'default')
    if default is not None and default.spec.get('serviceLoadBalancerAggregation') == 'Disabled':
        yield AGGREGATION_OFF.at(
            case.snapshot.cluster.name,
            'serviceLoadBalancerAggregation is Disabled: each load-balancer address is announced by itself from every '
            'node, and counts against the maximum of prefixes and the groups of the hardware.',
        )


@finds(SERVICES_OPTED_OUT)
def opted_out(case: Case) -> Iterator[Finding]:
    """Nodes that announce no service, whatever runs on them."""
    names = [name for name, node in case.running.items() if _OPTED_OUT in node.labels]
    if names and any(True for _ in services(case.observation.cluster)):
        yield SERVICES_OPTED_OUT.at(
            listed(names),
            f'{counted(len(names), "node bears", "nodes bear")} the label {_OPTED_OUT} and announces no service: '
            f'{listed(names)}.',
        )
