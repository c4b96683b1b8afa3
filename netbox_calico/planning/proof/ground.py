"""What no step changes: the speakers, where they stand, what they announce, and the fabric between routers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

from netbox_calico.planning.expansion.agent import RELEASE, Release
from netbox_calico.planning.model.inventory import Interface, Network, Router, Snapshot
from netbox_calico.planning.model.observation import Affinity, KubernetesNode, Observation, RouterObservation
from netbox_calico.planning.serving import REFLECTOR_ROLE

from .fabric import OUTSIDE_AS, Fabric, fabric_of
from .kinds import Kinds, Treated, kinds_of
from .world import HalfSession, Role, Software, Speaker

EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers'
"""The label with which a node announces no services."""

OWN_LOCAL_PREFERENCE = 2147483647 - 1024
"""What nodes send with their own routes over iBGP from 3.32 on: the complement of the kernel's usual metric."""

_OFF = frozenset({'no', 'false', 'off', 'disabled'})
_NO_CLUSTER_AS = 64512


@dataclass(frozen=True, slots=True)
class Ground:
    """One family's speakers by name (``node:…``, ``router:…``, ``AS …``, ``outside``), none of them in the mesh.

    ``adds_paths`` says of each router whether it receives additional paths.
    """

    family: int
    release: Release
    kinds: Kinds
    speakers: tuple[Speaker, ...]
    index: Mapping[str, int]
    between_routers: tuple[HalfSession, ...]
    ends: Mapping[str, Interface]
    addresses: Mapping[int, tuple[Interface, ...]]
    asn: Mapping[int, int]
    adds_paths: Mapping[int, bool]


def node_key(name: str) -> str:
    return f'node:{name}'


def router_key(router: int) -> str:
    return f'router:{router}'


def release_of(version: str) -> Release:
    """Calico's (major, minor); the newest that is known where the cluster does not say."""
    parts = version.removeprefix('v').split('.')
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else RELEASE


def ground_of(
    snapshot: Snapshot,
    observation: Observation,
    family: int,
    fabric: Fabric | None = None,
    changing: Collection[str] = (),
    treated: Treated | None = None,
) -> Ground:
    """The ground of a family. ``fabric`` is that of a whole of which this may be a part; a plan changes the pools that
    are ``changing``; pools, and service ranges, that are ``treated`` alike are one kind."""
    fabric = fabric or fabric_of(snapshot, observation, family)
    cluster = observation.cluster
    ends = {node.name: end for node in cluster.nodes for end in node.addresses if end.version == family}
    addresses = {
        router.id: tuple(a.value for a in router.addresses if a.value.version == family) for router in snapshot.routers
    }
    standing = {end.network for end in ends.values()}
    kinds = kinds_of(cluster, family, standing, changing, treated)
    places = _places(standing, [addresses[r.id] for r in snapshot.routers if r.role != REFLECTOR_ROLE])
    release = release_of(cluster.calico_version)
    seen = {router.router: router for router in observation.routers}
    made = _Speakers(family, release, kinds, places, snapshot, fabric)
    made.routers(addresses, standing, seen)
    made.nodes(cluster.nodes, ends, _owned(cluster.affinities, cluster.nodes, kinds, family))
    return Ground(
        family,
        release,
        kinds,
        tuple(made.speakers),
        made.index,
        tuple(_between(fabric, made.index, kinds)),
        ends,
        addresses,
        fabric.asn,
        {router.id: _adds_paths(seen.get(router.id)) for router in snapshot.routers},
    )


def _adds_paths(seen: RouterObservation | None) -> bool:
    return seen is None or seen.settings.get('addpath_rx', '') not in _OFF


def _places(standing: Iterable[Network], routers: Iterable[tuple[Interface, ...]]) -> Mapping[str, str]:
    """The place of each subnet with nodes: subnets that a router has in common are one."""
    place = {str(subnet): str(subnet) for subnet in standing}

    def root(subnet: str) -> str:
        while place[subnet] != subnet:
            subnet = place[subnet]
        return subnet

    for found in routers:
        here = sorted({str(end.network) for end in found} & place.keys())
        for other in here[1:]:
            place[root(other)] = root(here[0])
    return {subnet: root(subnet) for subnet in place}


def _owned(
    affinities: Iterable[Affinity], nodes: Iterable[KubernetesNode], kinds: Kinds, family: int
) -> Mapping[str, frozenset[str]]:
    """The kinds of blocks by node. Where no block of the family is written down, every node has one of each."""
    found: dict[str, set[str]] = defaultdict(set)
    for affinity in affinities:
        if affinity.cidr.version == family and affinity.state == 'confirmed':
            kind = kinds.of_block(affinity.cidr)
            if kind is not None:
                found[affinity.node].add(kind)
    if not found:
        return {node.name: frozenset(kinds.blocks) for node in nodes}
    return {name: frozenset(owned) for name, owned in found.items()}


@dataclass(slots=True)
class _Speakers:
    """Speakers in the making."""

    family: int
    release: Release
    kinds: Kinds
    places: Mapping[str, str]
    snapshot: Snapshot
    fabric: Fabric
    speakers: list[Speaker]
    index: dict[str, int]
    gateways: dict[str, list[int]]

    def __init__(
        self, family: int, release: Release, kinds: Kinds, places: Mapping[str, str], snapshot: Snapshot, fabric: Fabric
    ) -> None:
        self.family, self.release, self.kinds, self.places = family, release, kinds, places
        self.snapshot, self.fabric = snapshot, fabric
        self.speakers, self.index, self.gateways = [], {}, defaultdict(list)

    def add(self, key: str, speaker: Speaker) -> int:
        self.index[key] = len(self.speakers)
        self.speakers.append(speaker)
        return self.index[key]

    def routers(
        self,
        addresses: Mapping[int, tuple[Interface, ...]],
        standing: set[Network],
        seen: Mapping[int, RouterObservation],
    ) -> None:
        links: dict[str, set[str]] = defaultdict(set)
        for link in self.fabric.links:
            links[router_key(link.router)].add(link.subnet)
            links[_other(link.known, link.other)].add(link.subnet)
        outside = sorted(key for key in links if not key.startswith('router:'))
        beyond = _other(False, OUTSIDE_AS)
        if len(outside) > 1 and beyond not in outside:
            outside.append(beyond)
        for key in outside:
            links[beyond].add(key)
            links[key].add(key)
        for number, key in enumerate(outside, start=1):
            asn = OUTSIDE_AS if key == beyond else int(key.removeprefix('AS '))
            self.add(
                key,
                Speaker(
                    key, Software.FRR, Role.SPINE, number, asn, key, frozenset(links[key]), exit=key == outside[-1]
                ),
            )
        for router in sorted(self.snapshot.routers, key=lambda router: router.role == REFLECTOR_ROLE):
            self._router(router, addresses[router.id], standing, seen.get(router.id), links, not outside)

    def _router(
        self,
        router: Router,
        ends: tuple[Interface, ...],
        standing: set[Network],
        seen: RouterObservation | None,
        links: Mapping[str, set[str]],
        alone: bool,
    ) -> None:
        key = router_key(router.id)
        reflects = router.role == REFLECTOR_ROLE
        own = sorted(str(end.network) for end in ends)
        serving = [] if reflects else sorted({str(end.network) for end in ends if end.network in standing})
        role = Role.TOR if serving else Role.REFLECTOR if reflects else Role.SPINE
        # Where NetBox has no router nodes are taken to reach each other, and so do reflectors.
        by_host = reflects and not {str(subnet) for subnet in standing} <= self.gateways.keys()
        settings = seen.settings if seen else {}
        index = self.add(
            key,
            Speaker(
                name=router.name,
                software=Software.FRR,
                role=role,
                router_id=_router_id(settings.get('router_id', ''), router),
                asn=self.fabric.asn[router.id],
                home=next(iter((*serving, *own)), key),
                subnets=frozenset({*own, *links.get(key, ()), *((key,) if not own else ())}),
                rack=self.places[serving[0]] if serving else '',
                announced_subnets=frozenset(serving),
                exit=alone and role is Role.SPINE,
                host_routes=by_host or router.id in self.fabric.by_host,
                multipath_relax=settings.get('multipath_relax', '') not in _OFF,
            ),
        )
        for subnet in serving:
            self.gateways[subnet].append(index)

    def nodes(
        self, nodes: Iterable[KubernetesNode], ends: Mapping[str, Interface], owned: Mapping[str, frozenset[str]]
    ) -> None:
        for node in nodes:
            end = ends.get(node.name)
            if end is None:
                continue
            home = str(end.network)
            gateways = tuple(self.gateways.get(home, ()))
            self.add(
                node_key(node.name),
                Speaker(
                    name=node.name,
                    software=Software.BIRD,
                    role=Role.NODE,
                    router_id=_node_id(node),
                    asn=node.asn or self.snapshot.cluster.asn or _NO_CLUSTER_AS,
                    home=home,
                    subnets=frozenset({home}),
                    rack=self.places[home],
                    blocks=owned.get(node.name, frozenset()),
                    services=frozenset() if node.labels.get(EXCLUDED) == 'true' else frozenset(self.kinds.services),
                    host_routes=not gateways,
                    kernel_default=gateways,
                    host_default_wins=self.release >= (3, 32),
                    local_preference=OWN_LOCAL_PREFERENCE if self.release >= (3, 32) else 100,
                ),
            )


def _other(known: bool, other: int) -> str:
    return router_key(other) if known else 'outside' if other == OUTSIDE_AS else f'AS {other}'


def _router_id(configured: str, router: Router) -> int:
    """One for both families: what it is told, or the highest of its IPv4 addresses."""
    with suppress(ValueError):
        return int(IPv4Address(configured))
    own = (address.value for address in router.addresses)
    return max((int(end.ip) for end in own if end.version == 4), default=router.id)


def _node_id(node: KubernetesNode) -> int:
    """The IPv4 address; without one, four bytes of the name's hash below the multicast range, as Calico makes it."""
    own = next((end for end in node.addresses if end.version == 4), None)
    if own is not None:
        return int(own.ip)
    first, *rest = hashlib.sha256(node.name.encode()).digest()[:4]
    return int(ip_address(bytes((first - 32 if first > 223 else first, *rest))))


def _between(fabric: Fabric, index: Mapping[str, int], kinds: Kinds) -> Iterator[HalfSession]:
    pairs = [
        (router_key(link.router), _other(link.known, link.other), fabric.asn[link.router], link, link.subnet)
        for link in fabric.links
    ]
    for left, right, left_as, link, subnet in pairs:
        right_as = fabric.asn[link.other] if link.known else link.other
        yield from _both(index[left], index[right], left_as, right_as, subnet, kinds, fabric.repeated)
    for asn in fabric.outside:
        if 'outside' in index:
            key = _other(False, asn)
            yield from _both(index[key], index['outside'], asn, OUTSIDE_AS, key, kinds, fabric.repeated)


def _both(
    left: int, right: int, left_as: int, right_as: int, subnet: str, kinds: Kinds, repeated: frozenset[int]
) -> Iterator[HalfSession]:
    """Both directions. Over iBGP each reflects to the other; how a fabric does that is its own business."""
    for sender, receiver, own, other in ((left, right, left_as, right_as), (right, left, right_as, left_as)):
        yield HalfSession(
            sender,
            receiver,
            own,
            other,
            subnet,
            subnet,
            exports=kinds.names,
            accepts=kinds.names,
            own_as_allowed=1 if other in repeated else 0,
            to_client=own == other,
            from_client=own == other,
        )
