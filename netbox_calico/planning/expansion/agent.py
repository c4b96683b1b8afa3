"""What the agent of one node makes of its claims and of the mesh: sessions, as they stand in BIRD's configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .claims import Claim
from .fields import read_address
from .objects import Node, SecretKey
from .resources import Resources
from .session import IPAddress, Origin, Session

type Family = Literal[4, 6]
type Filters = tuple[str, ...]
type Release = tuple[int, int]

MESH = Origin()
RELEASE: Release = (3, 32)
"""The release whose agent is meant unless another is named."""


@dataclass(frozen=True, slots=True)
class Member:
    """A node that takes part in the mesh, in one family; ``asn`` is its own AS number, if it has one."""

    address: IPAddress
    text: str
    asn: int | None
    port: int | None


class Agent:
    """Renders sessions as Calico's agent of a release; what nodes share (mesh members, filters) is worked out once.

    Releases differ in the mesh. A node without an AS number of its own has the cluster's to other nodes up to 3.31, and
    from 3.32 on, to each of them, theirs. From 3.33 on mesh sessions are multihop, as all others are.
    """

    def __init__(self, resources: Resources, release: Release) -> None:
        self.release = release
        self.resources = resources
        self.configuration = resources.configuration
        self.filters_with_rules = {
            f'{direction}V{family}': frozenset(
                name for name, spec in resources.bgp_filters.items() if spec.get(f'{direction}V{family}')
            )
            for direction in ('import', 'export')
            for family in (4, 6)
        }
        self.mesh: dict[Family, tuple[Member, ...]] = {4: self._members(4), 6: self._members(6)}
        self._effective = lru_cache(maxsize=None)(self._with_rules)

    def mesh_sessions(self, node: Node, family: Family) -> Iterator[Session]:
        """The node's sessions of the mesh, which route reflectors are not part of."""
        own = address_of(node, family)
        if own is None or node.rr_cluster_id:
            return
        own_text, own_as = str(own), self.asn(node)
        assumed_as = own_as if self.release >= (3, 32) else self.configuration.asn
        multihop = self.release >= (3, 33)
        secret = self._readable(self.configuration.mesh_password)
        for member in self.mesh[family]:
            if member.text != own_text:
                yield Session(
                    family=family,
                    protocol='Mesh_' + _identifier(member.text),
                    neighbor=member.address,
                    remote_as=assumed_as if member.asn is None else member.asn,
                    local_as=own_as,
                    origin=MESH,
                    port=member.port,
                    source=own,
                    multihop=multihop,
                    ttl_security=False if multihop else None,
                    secret=secret,
                    passive=member.text > own_text,
                    restart_time=self.configuration.mesh_max_restart_time,
                )

    def session(self, node: Node, claim: Claim, *, everywhere: bool) -> Session | None:
        """The session that a claim makes on the node; none with itself or in a family that it has no address of."""
        family: Family = 4 if claim.neighbor.version == 4 else 6
        own = address_of(node, family)
        if own is None or own == claim.neighbor:
            return None
        peer = claim.bgp_peer
        local_as = claim.local_as or self.asn(node)
        internal = claim.remote_as == local_as
        client = internal and node.rr_cluster_id is not None and claim.remote_cluster_id != node.rr_cluster_id
        keep = peer.next_hop_mode == 'Keep' or (not peer.next_hop_mode and peer.keep_original_next_hop and not internal)
        name = f'{"Global" if everywhere else "Node"}_{_identifier(claim.address_text)}'
        return Session(
            family=family,
            protocol=f'{name}_port_{claim.port}' if claim.port else name,
            neighbor=claim.neighbor,
            remote_as=claim.remote_as,
            local_as=local_as,
            origin=Origin(peer.name, claim.reverse),
            port=claim.port,
            source=own if peer.source_address == 'UseNodeIP' else None,
            multihop=True,
            ttl_security=peer.ttl_security > 0,
            ttl_hops=peer.ttl_security or None,
            secret=self._readable(peer.password),
            rr_client=client,
            rr_cluster_id=node.rr_cluster_id if client else None,
            next_hop='self' if peer.next_hop_mode == 'Self' else 'keep' if keep else None,
            passive=everywhere and claim.names_node and claim.address_text > str(own),
            allow_local_as=claim.allow_local_as or None,
            restart_time=peer.max_restart_time,
            keepalive=peer.keepalive_time if self.release >= (3, 32) else None,
            import_filters=self._effective(peer.filters, f'importV{family}'),
            export_filters=self._effective(peer.filters, f'exportV{family}'),
            reachable_by=read_address(peer.reachable_by) if peer.reachable_by else None,
        )

    def asn(self, node: Node) -> int:
        return self.configuration.asn if node.asn is None else node.asn

    def _members(self, family: Family) -> tuple[Member, ...]:
        if not self.configuration.mesh:
            return ()
        return tuple(
            Member(
                address=address,
                text=str(address),
                asn=node.asn,
                port=self.resources.listen_ports.get(node.name) or self.configuration.listen_port,
            )
            for node in self.resources.nodes
            if not node.rr_cluster_id and (address := address_of(node, family))
        )

    def _readable(self, reference: SecretKey | None) -> SecretKey | None:
        """A Secret or key that is absent or empty leaves the session without a password."""
        if reference is None or reference.key not in self.resources.secrets.get(reference.name, ()):
            return None
        return reference

    def _with_rules(self, filters: Filters, rules: str) -> Filters:
        known = self.filters_with_rules[rules]
        return tuple(name for name in filters if name in known)


def address_of(node: Node, family: Family) -> IPAddress | None:
    """The node's BGP address in a family."""
    interface = node.ipv4 if family == 4 else node.ipv6
    return interface.ip if interface else None


def _identifier(address: str) -> str:
    return address.replace('.', '_').replace(':', '_')
