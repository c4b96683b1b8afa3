"""Which routers exchange routes with one another, and with those that NetBox does not know as Calico routers.

Of an unknown neighbour no more than its AS number is seen. All of one AS are taken to be one speaker outside, and all
of these to reach each other: so a fabric whose spines are not in NetBox joins its racks, and whoever has lost all its
sessions to the fabric is cut off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.inventory import Network, Router, Snapshot
from netbox_calico.planning.model.observation import IPAddress, Observation, RouterObservation, RouterSession
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.naming import group_names
from netbox_calico.planning.serving import REFLECTOR_ROLE

OUTSIDE_AS = 4294967294
"""The AS number of what lies beyond the neighbours of the routers; nobody may use it."""

_OTHER_CLUSTERS = 'CAL-'


@dataclass(frozen=True, slots=True)
class Link:
    """A session between two routers, or a router and an unknown neighbour, that ``other`` names by its AS number.

    ``subnet`` is what the two share.
    """

    router: int
    other: int
    known: bool
    subnet: str


@dataclass(frozen=True)
class Fabric:
    """The routers' sessions with one another in one family. ``asn`` by router; ``outside`` are AS numbers.

    ``repeated`` are AS numbers that routers of several racks have: the fabric must pass their routes on to each other
    in a way of its own. ``by_host`` are reflectors that speak no BGP with it: their hosts know the way.
    """

    asn: Mapping[int, int]
    outside: tuple[int, ...]
    links: tuple[Link, ...]
    repeated: frozenset[int]
    findings: tuple[Finding, ...] = ()
    by_host: frozenset[int] = frozenset()

    @cached_property
    def by_router(self) -> Mapping[int, tuple[Link, ...]]:
        """The links of each router."""
        found: dict[int, tuple[Link, ...]] = {}
        for link in self.links:
            for end in (link.router, link.other) if link.known else (link.router,):
                found[end] = (*found.get(end, ()), link)
        return found


def fabric_of(snapshot: Snapshot, observation: Observation, family: int) -> Fabric:
    """From the sessions that were seen on the routers; only those that are established count."""
    seen = {router.router: router for router in observation.routers}
    asn = {router.id: _asn(router, seen.get(router.id)) for router in snapshot.routers}
    owner = {
        address.value.ip: router.id for router in snapshot.routers for address in router.addresses if not address.role
    }
    foreign = {
        router.id: [
            session
            for session in (seen[router.id].sessions if router.id in seen else ())
            if session.family == family and not _of_a_cluster(session, snapshot.cluster.handle)
        ]
        for router in snapshot.routers
    }
    nodes = {end.ip for node in observation.cluster.nodes for end in node.addresses}
    links = set(_links(foreign, owner, nodes))
    standing = {end.network for node in observation.cluster.nodes for end in node.addresses if end.version == family}
    blind = [
        router
        for router in snapshot.routers
        if router.role != REFLECTOR_ROLE
        and (router.id not in seen or seen[router.id].error or not any(foreign.values()))
        and any(address.value.network in standing for address in router.addresses)
    ]
    by_host = [router for router in snapshot.routers if router.role == REFLECTOR_ROLE and not foreign[router.id]]
    links |= {Link(router.id, OUTSIDE_AS, False, f'{router.name} and the outside') for router in blind}
    return Fabric(
        asn,
        tuple(sorted({link.other for link in links if not link.known} - {OUTSIDE_AS})),
        tuple(sorted(links, key=lambda link: (link.router, link.known, link.other, link.subnet))),
        _repeated(snapshot, asn),
        tuple(_unknown([*blind, *by_host], family)),
        frozenset(router.id for router in by_host),
    )


def _asn(router: Router, seen: RouterObservation | None) -> int:
    text = seen.settings.get('asn', '') if seen else ''
    return int(text) if text.isdecimal() else router.asn or 0


def _of_a_cluster(session: RouterSession, handle: str) -> bool:
    return session.group in group_names(handle) or session.group.startswith(_OTHER_CLUSTERS)


def _links(
    foreign: Mapping[int, list[RouterSession]], owner: Mapping[IPAddress, int], nodes: set[IPAddress]
) -> Iterator[Link]:
    for router, sessions in foreign.items():
        for session in sessions:
            if not session.established or session.neighbor in nodes:
                continue
            other = owner.get(session.neighbor)
            if other is None:
                yield Link(router, session.remote_as, False, f'{router} and AS {session.remote_as}')
            elif other != router:
                low, high = sorted((router, other))
                yield Link(low, high, True, f'{low} and {high}')


def _repeated(snapshot: Snapshot, asn: Mapping[int, int]) -> frozenset[int]:
    """Two routers of one rack may share an AS number: neither needs the other's routes."""
    subnets: dict[int, list[frozenset[Network]]] = defaultdict(list)
    for router in snapshot.routers:
        if router.role == REFLECTOR_ROLE:
            continue
        subnets[asn[router.id]].append(
            frozenset(address.value.network for address in router.addresses if not address.role)
        )
    return frozenset(number for number, found in subnets.items() if any(not found[0] & other for other in found[1:]))


def _unknown(blind: list[Router], family: int) -> Iterator[Finding]:
    if blind:
        yield Finding(
            Severity.NOTE,
            'proof-fabric-unknown',
            f'IPv{family}',
            f'No BGP session of {listed(router.name for router in blind)} with the fabric was seen in '
            f'IPv{family}: the proof takes them to reach each other. See that they do.',
        )
