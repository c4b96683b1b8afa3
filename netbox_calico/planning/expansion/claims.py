"""Which BGPPeer makes which node peer with whom, before a single session is rendered.

Calico's agent walks all BGPPeers three times: the global ones, those scoped to nodes, and then the implicit reverse of
each. Every walk claims (node, address, port) unless it is claimed already, so an earlier walk always wins, and a global
claim stands for all nodes. Inside one walk the order of BGPPeers is random: whoever comes first keeps the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from .endpoint import split_endpoint
from .fields import read_address
from .node_index import NodeIndex
from .objects import BGPPeer, Node
from .resources import Resources
from .session import FAMILIES, Family, IPAddress

BGP_PORT = 179

type Key = tuple[str, int | None]
"""A neighbour's address, as text, and its port: 179 and none are one key, though they make different sessions."""

type Names = tuple[str, ...]
"""Names of BGPPeers."""

type Contenders = tuple[Claim, ...]
"""The claims of one walk on one key, sorted by the names of their BGPPeers; the agent keeps any one of them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A neighbour that a BGPPeer gives to each node that it is for.

    ``address_text`` is the address as the agent compares it. ``local_as`` 0 means the node's own.
    ``names_node`` says that the neighbour is given by address, and that this is the address of a node.
    ``other_ports`` are what chance may put in place of ``port``, where several nodes have that address.
    """

    bgp_peer: BGPPeer
    reverse: bool
    neighbor: IPAddress
    address_text: str
    port: int | None
    remote_as: int
    remote_cluster_id: str | None = None
    local_as: int = 0
    allow_local_as: int = 0
    names_node: bool = False
    other_ports: tuple[int | None, ...] = ()

    @property
    def variants(self) -> tuple[Claim, ...]:
        """All that the agent may make of the claim: itself, as a rule."""
        return (self, *(replace(self, port=port, other_ports=()) for port in self.other_ports))


class Claims:
    """The claims of a cluster's BGPPeers, for one node at a time."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.index = NodeIndex(sorted(resources.nodes, key=lambda node: node.name))
        self.peers = {peer.name: peer for peer in sorted(resources.bgp_peers, key=lambda peer: peer.name)}
        self._direct: dict[str, tuple[Claim, ...]] = {}
        self._reverse: dict[str, tuple[Claim, ...]] = {}
        self._on: dict[tuple[Names, Names], tuple[Contenders, ...]] = {}

    def everywhere(self) -> Iterable[Contenders]:
        """The claims that global BGPPeers make for all nodes."""
        return self._global.values()

    def on(self, node: str) -> tuple[Contenders, ...]:
        """The further claims that hold for one node; nodes with the same BGPPeers, as those of a rack, share them."""
        group = self._scoped_to.get(node, ()), self._aimed_at.get(node, ())
        if group not in self._on:
            scoped, aimed = group
            direct = _contenders((claim for name in scoped for claim in self.direct(self.peers[name])), self._global)
            reverse = (claim for name in aimed for claim in self.reverse(self.peers[name]))
            self._on[group] = (*direct.values(), *_contenders(reverse, self._global, direct).values())
        return self._on[group]

    @cached_property
    def _global(self) -> Mapping[Key, Contenders]:
        return _contenders(claim for peer in self.peers.values() if peer.is_global for claim in self.direct(peer))

    @cached_property
    def _scoped_to(self) -> Mapping[str, Names]:
        """By node, the BGPPeers that name or select it."""
        return _by_node((peer, self._near(peer)) for peer in self.peers.values() if not peer.is_global)

    @cached_property
    def _aimed_at(self) -> Mapping[str, Names]:
        """By node, the BGPPeers that have it as their far end and make it answer."""
        return _by_node(
            (peer, self._far(peer))
            for peer in self.peers.values()
            if peer.reverse_peering == 'Auto' and not peer.local_workload_selector
        )

    def _near(self, peer: BGPPeer) -> Iterable[Node]:
        if peer.node_selector:
            return self.index.matching(peer.node_selector)
        if peer.node:
            return (self.index.by_name[peer.node],) if peer.node in self.index.by_name else ()
        return self.index.by_name.values()

    def _far(self, peer: BGPPeer) -> Iterable[Node]:
        if peer.peer_selector:
            return self.index.matching(peer.peer_selector)
        host, port = split_endpoint(peer.peer_ip)
        return (node for node in self._named(host, peer.as_number) if not port or self._may_listen(node, port))

    def _named(self, host: str, asn: int) -> Iterator[Node]:
        """The nodes that a BGPPeer means by an address, which has to be written as the agent writes it, and an AS."""
        wanted = asn or self.resources.configuration.asn
        return (node for node in self.index.by_address.get(host, ()) if self._asn(node) == wanted)

    def _may_listen(self, node: Node, port: int) -> bool:
        """Whether the agent takes the node to listen there: neither its own nor the cluster's setting may differ."""
        own, common = self.resources.listen_ports.get(node.name), self.resources.configuration.listen_port
        return own in (None, port) and common in (None, port)

    def _asn(self, node: Node) -> int:
        return self.resources.configuration.asn if node.asn is None else node.asn

    def direct(self, peer: BGPPeer) -> tuple[Claim, ...]:
        """What a BGPPeer claims for the nodes that it is for."""
        if peer.name not in self._direct:
            if peer.local_workload_selector:
                claims: Iterator[Claim] = iter(())
            elif peer.peer_selector:
                far = self.index.matching(peer.peer_selector)
                claims = (claim for node in far for claim in self._claims_on(node, peer, FAMILIES, reverse=False))
            else:
                claims = self._claims_on_address(peer)
            self._direct[peer.name] = tuple(claims)
        return self._direct[peer.name]

    def reverse(self, peer: BGPPeer) -> tuple[Claim, ...]:
        """What a BGPPeer claims for its far ends: the nodes that it is for, in the family that its address has."""
        if peer.name not in self._reverse:
            named: Family = 6 if ':' in split_endpoint(peer.peer_ip)[0] else 4
            families = FAMILIES if peer.peer_selector else (named,)
            near = self._near(peer)
            self._reverse[peer.name] = tuple(
                claim for node in near for claim in self._claims_on(node, peer, families, reverse=True)
            )
        return self._reverse[peer.name]

    def _claims_on_address(self, peer: BGPPeer) -> Iterator[Claim]:
        host, port = split_endpoint(peer.peer_ip)
        address = read_address(host)
        if address is None:
            return
        if peer.reachable_by:
            gateway = read_address(peer.reachable_by)
            if gateway is None or gateway.version != address.version:
                return
        named = self._named(host, peer.as_number)
        ports = (port,) if port else dict.fromkeys(self.resources.listen_port(node.name) for node in named) or (None,)
        first, *others = ports
        yield Claim(
            bgp_peer=peer,
            reverse=False,
            neighbor=address,
            address_text=str(address),
            port=first,
            remote_as=peer.as_number,
            local_as=peer.local_as_number,
            allow_local_as=peer.num_allowed_local_as_numbers,
            names_node=host in self.index.by_address,
            other_ports=tuple(others),
        )

    def _claims_on(self, node: Node, peer: BGPPeer, families: Iterable[Family], *, reverse: bool) -> Iterator[Claim]:
        addresses = self.index.addresses[node.name]
        for family in families:
            if family in addresses:
                yield Claim(
                    bgp_peer=peer,
                    reverse=reverse,
                    neighbor=addresses[family].value,
                    address_text=addresses[family].text,
                    port=self.resources.listen_port(node.name),
                    remote_as=self._asn(node),
                    remote_cluster_id=node.rr_cluster_id,
                )


def _contenders(claims: Iterable[Claim], *taken: Mapping[Key, Contenders]) -> dict[Key, Contenders]:
    """One walk: claims gathered by key, without the keys that earlier walks have taken."""
    found: dict[Key, Contenders] = {}
    for claim in claims:
        key = (claim.address_text, None if claim.port == BGP_PORT else claim.port)
        if not any(key in earlier for earlier in taken):
            found[key] = (*found.get(key, ()), claim)
    return found


def _by_node(sides: Iterable[tuple[BGPPeer, Iterable[Node]]]) -> dict[str, Names]:
    found: dict[str, list[str]] = {}
    for peer, nodes in sides:
        for node in nodes:
            found.setdefault(node.name, []).append(peer.name)
    return {node: tuple(names) for node, names in found.items()}
