"""Which routers serve a node, and between which addresses their sessions run.

The inventory is asked in this order: unique router addresses in the node's prefix and VRF, routers tied to the rack by
hand, cables, routers in the node's rack. A tie by hand decides among the routers that share the node's prefix; any
other disagreement is a finding and no guess. The node's address is the one in Calico's annotation, since that is what
BIRD uses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from .model.inventory import Address, Interface, Network, Node, Router, Snapshot
from .model.observation import ClusterObservation, IPAddress
from .model.plan import Finding, Severity

SHARED_ROLE = 'anycast'
"""The role of the address that routers of one position have in all racks."""

VIRTUAL_ROLES = frozenset({SHARED_ROLE, 'vip', 'vrrp', 'hsrp', 'glbp', 'carp'})
"""Roles of addresses that several devices answer for; never a session end."""

SERVING_ROLES = frozenset({'tor'})
"""Roles of routers that serve nodes by address, cable or rack; a spine serves where it is tied by hand."""

REFLECTOR_ROLE = 'reflector'
"""The role of routers that pass routes on and carry no packets of nodes, wherever they stand."""


@dataclass(frozen=True, slots=True)
class Link:
    """A router that serves a node, in one family, with both ends' addresses."""

    router: int
    family: int
    node_address: IPAddress
    router_address: IPAddress


@dataclass(frozen=True, slots=True)
class Serving:
    """Who serves whom. ``links`` by node name; a node for which there is a finding of severity error has none."""

    links: Mapping[str, tuple[Link, ...]]
    findings: tuple[Finding, ...] = ()


def session_address(address: Address) -> bool:
    """Whether a router's address may be the end of a session."""
    return address.role not in VIRTUAL_ROLES and not address.value.is_link_local and not address.value.is_loopback


@dataclass(slots=True)
class _Inventory:
    """The snapshot's routers, found by prefix, by rack and by key."""

    routers: Mapping[int, Router]
    by_prefix: Mapping[Network, tuple[tuple[Router, IPAddress], ...]]
    by_tie: Mapping[int, frozenset[int]]
    by_rack: Mapping[int, frozenset[int]]
    serving: frozenset[int]
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, snapshot: Snapshot) -> _Inventory:
        by_prefix: dict[Network, list[tuple[Router, IPAddress]]] = defaultdict(list)
        by_tie: dict[int, set[int]] = defaultdict(set)
        by_rack: dict[int, set[int]] = defaultdict(set)
        routers = sorted(snapshot.routers, key=lambda router: (router.name, router.id))
        for router in routers:
            for address in sorted(router.addresses, key=lambda address: (str(address.value), address.interface)):
                if address.vrf == snapshot.cluster.vrf and session_address(address):
                    by_prefix[address.value.network].append((router, address.value.ip))
            for rack in router.tied_racks if router.role != REFLECTOR_ROLE else ():
                by_tie[rack].add(router.id)
            if router.rack is not None and router.role in SERVING_ROLES:
                by_rack[router.rack.id].add(router.id)
        return cls(
            {router.id: router for router in routers},
            {prefix: tuple(found) for prefix, found in by_prefix.items()},
            {rack: frozenset(found) for rack, found in by_tie.items()},
            {rack: frozenset(found) for rack, found in by_rack.items()},
            frozenset(router.id for router in routers if router.role in SERVING_ROLES),
        )

    def names(self, routers: Iterable[int]) -> str:
        return (
            ', '.join(sorted(self.routers[key].name if key in self.routers else f'#{key}' for key in routers)) or 'none'
        )


def serve(snapshot: Snapshot, observed: ClusterObservation) -> Serving:
    """Routers and addresses of every node that NetBox and the cluster both know."""
    inventory = _Inventory.of(snapshot)
    standing = {end.network for node in observed.nodes for end in node.addresses}
    findings = [*_shared_addresses(inventory, standing)]
    running = {node.name: node for node in observed.nodes}
    links: dict[str, tuple[Link, ...]] = {}
    for node in sorted(snapshot.nodes, key=lambda node: node.name):
        kubernetes = running.get(node.name)
        if kubernetes is None:
            continue
        ends, troubles = _ends(node, kubernetes.addresses, snapshot.cluster.families)
        chosen: tuple[Link, ...] = ()
        if not troubles:
            routers, troubles = _routers(node, ends, inventory)
            if routers:
                chosen, more = _links(node, ends, routers, inventory)
                troubles += more
        findings += troubles
        if not any(finding.severity is Severity.ERROR for finding in troubles):
            links[node.name] = chosen
    return Serving(links, tuple(findings))


def _error(code: str, subject: str, message: str) -> Finding:
    return Finding(Severity.ERROR, code, subject, message)


def _shared_addresses(inventory: _Inventory, standing: Collection[Network]) -> Iterable[Finding]:
    """Where no node stands no session ends: routers may share what they have there."""
    for prefix, found in sorted(inventory.by_prefix.items(), key=lambda pair: str(pair[0])):
        if prefix not in standing:
            continue
        holders: dict[IPAddress, list[str]] = defaultdict(list)
        for router, address in found:
            holders[address].append(router.name)
        for address, names in holders.items():
            if len(names) > 1:
                yield _error(
                    'shared-router-address',
                    f'{address}',
                    f'{" and ".join(names)} both have {address} in {prefix}. A session needs an address that one '
                    'router alone has: correct it in NetBox, or give it the role of what it is (VIP, VRRP, anycast, '
                    '…).',
                )


def _ends(
    node: Node, annotated: Iterable[Interface], families: Iterable[int]
) -> tuple[dict[int, Interface], list[Finding]]:
    ends = {address.version: address for address in annotated}
    missing = [
        _error(
            'no-node-address',
            node.name,
            f'Node {node.name} has no IPv{family} address for BGP: Calico sets the annotation '
            f'projectcalico.org/IPv{family}Address once calico-node runs there with IPv{family} autodetection. '
            f'Enable it, or take IPv{family} off the cluster in NetBox.',
        )
        for family in families
        if family not in ends
    ]
    return {family: ends[family] for family in families if family in ends}, missing


def _routers(node: Node, ends: Mapping[int, Interface], inventory: _Inventory) -> tuple[frozenset[int], list[Finding]]:
    rack = node.rack.id if node.rack else None
    tied = inventory.by_tie.get(rack, frozenset()) if rack is not None else frozenset()
    racked = inventory.by_rack.get(rack, frozenset()) if rack is not None else frozenset()
    there = frozenset(router.id for end in ends.values() for router, _ in inventory.by_prefix.get(end.network, ()))
    sharing = there & (inventory.serving | tied)
    # One that the snapshot does not have is told of as before.
    cabled = frozenset(key for key in node.cabled_routers if key in inventory.serving or key not in inventory.routers)
    if not sharing:
        hint = next((found for found in (tied, cabled, racked) if found), frozenset())
        prefixes = ' and '.join(str(end.network) for end in ends.values())
        if not hint:
            return frozenset(), [
                _error(
                    'no-tor',
                    node.name,
                    f'No router serves node {node.name}: none has an address in {prefixes}, is tied to its rack, '
                    'cabled to it or stands in its rack. Add the top-of-rack switches as Calico routers with their '
                    "interfaces' addresses.",
                )
            ]
        return frozenset(), [
            _error(
                'no-shared-prefix',
                node.name,
                f'Node {node.name} ({prefixes}) and {inventory.names(hint)} share no prefix in the VRF of the cluster: '
                "give the router's interface towards the rack an address in the node's prefix, with the same mask.",
            )
        ]
    if tied:
        if tied <= sharing:
            return tied, []
        return frozenset(), [_disagreement(node, 'tied by hand to its rack', tied, sharing, inventory)]
    if cabled and cabled != sharing:
        return frozenset(), [_disagreement(node, 'reached by its cables', cabled, sharing, inventory)]
    if not cabled and racked and racked != sharing:
        return frozenset(), [_disagreement(node, 'standing in its rack', racked, sharing, inventory)]
    return sharing, []


def _disagreement(
    node: Node, how: str, found: frozenset[int], sharing: frozenset[int], inventory: _Inventory
) -> Finding:
    return _error(
        'serving-ambiguous',
        node.name,
        f'It is not clear which routers serve node {node.name}: with an address in its prefix: '
        f'{inventory.names(sharing)}; {how}: {inventory.names(found)}. Correct addresses or cables, or tie the right '
        'routers to the rack by hand.',
    )


def _links(
    node: Node, ends: Mapping[int, Interface], routers: frozenset[int], inventory: _Inventory
) -> tuple[tuple[Link, ...], list[Finding]]:
    links: list[Link] = []
    findings: list[Finding] = []
    around = [(family, end, end.ip, inventory.by_prefix.get(end.network, ())) for family, end in ends.items()]
    for key in sorted(routers, key=lambda key: (inventory.routers[key].name, key)):
        name = inventory.routers[key].name
        for family, end, own, holders in around:
            found = [address for router, address in holders if router.id == key]
            if not found:
                findings.append(
                    _error(
                        'no-shared-prefix',
                        node.name,
                        f'{name} has no address in {end.network}, where node {node.name} has {own}: add the '
                        f'IPv{family} address of its interface towards the rack in NetBox, in the VRF of the cluster.',
                    )
                )
            elif len(found) > 1:
                findings.append(
                    _error(
                        'ambiguous-router-address',
                        name,
                        f'{name} has several addresses in {end.network} ({", ".join(map(str, found))}): give those '
                        'that are shared or virtual their role in NetBox, so that one is left.',
                    )
                )
            elif found[0] == own:
                findings.append(
                    _error(
                        'address-claimed-twice',
                        node.name,
                        f'Node {node.name} and router {name} both have {own}: correct the one that is wrong.',
                    )
                )
            else:
                links.append(Link(key, family, own, found[0]))
    return tuple(links), findings
