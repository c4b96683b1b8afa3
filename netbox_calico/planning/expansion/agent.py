"""What the agent of one node makes of its claims and of the mesh: sessions, as they stand in BIRD's configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from .claims import Claim
from .fields import read_address
from .node_index import Address, NodeIndex
from .objects import Node, SecretKey
from .resources import Resources
from .session import FAMILIES, Family, IPAddress, Origin, Session

type Filters = tuple[str, ...]
type Release = tuple[int, int]

MESH = Origin()
RELEASE: Release = (3, 32)
"""The release whose agent is meant unless another is named."""

_UNSPECIFIED: Mapping[Family, IPAddress] = {4: IPv4Address(0), 6: IPv6Address(0)}


@dataclass(frozen=True, slots=True)
class Member:
    """A node that takes part in the mesh, in one family; ``asn`` is its own AS number, if it has one."""

    address: Address
    asn: int | None
    port: int | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """A node as the one whose sessions are rendered."""

    node: Node
    asn: int
    addresses: Mapping[Family, Address]


class Agent:
    """Renders sessions as Calico's agent of a release; what nodes share (mesh members, filters) is worked out once.

    From 3.31 on BGPPeers can have a local AS number, and from 3.32 on a keepalive time. Before 3.32 a number of allowed
    local AS numbers below 0 is written as it is. Releases also differ in the mesh. A node without an AS number of its
    own has the cluster's to other nodes up to 3.31, and from 3.32 on, to each of them, theirs. From 3.33 on mesh
    sessions are multihop, as all others are.
    """

    def __init__(self, resources: Resources, nodes: NodeIndex, release: Release) -> None:
        self.nodes = nodes
        self.release = release
        self.resources = resources
        self.configuration = resources.configuration
        self.filters_with_rules = {
            f'{direction}V{family}': frozenset(
                name for name, spec in resources.bgp_filters.items() if spec.get(f'{direction}V{family}')
            )
            for direction in ('import', 'export')
            for family in FAMILIES
        }
        self.mesh: dict[Family, tuple[Member, ...]] = {4: self._members(4), 6: self._members(6)}
        self._several_at_one_address = {family: _doubles(members) for family, members in self.mesh.items()}
        self._effective = lru_cache(maxsize=None)(self._with_rules)

    def speaker(self, node: Node) -> Speaker:
        asn = self.configuration.asn if node.asn is None else node.asn
        return Speaker(node, asn, self.nodes.addresses[node.name])

    def mesh_sessions(
        self, speaker: Speaker, family: Family, *, doubles: bool = False
    ) -> Iterator[tuple[str, Session]]:
        """The speaker's sessions of the mesh, which has no route reflectors, with the neighbour's address as text.

        ``doubles`` asks only for those with an address that several nodes have: BIRD's names for them are the same.
        """
        if family not in speaker.addresses or speaker.node.rr_cluster_id:
            return
        own = speaker.addresses[family]
        assumed_as = speaker.asn if self.release >= (3, 32) else self.configuration.asn
        multihop = self.release >= (3, 33)
        secret = self._readable(self.configuration.mesh_password)
        for member in self._several_at_one_address[family] if doubles else self.mesh[family]:
            if member.address.text != own.text:
                session = Session(
                    family=family,
                    protocol='Mesh_' + _identifier(member.address.text),
                    neighbor=member.address.value,
                    remote_as=assumed_as if member.asn is None else member.asn,
                    local_as=speaker.asn,
                    origin=MESH,
                    port=member.port,
                    source=own.value,
                    multihop=multihop,
                    ttl_security=False if multihop else None,
                    secret=secret,
                    passive=member.address.text > own.text,
                    restart_time=self.configuration.mesh_max_restart_time,
                )
                yield member.address.text, session

    def session(self, speaker: Speaker, claim: Claim, *, everywhere: bool) -> Session | None:
        """The session that a claim makes on a node; none with itself or in a family that it has no address of."""
        family: Family = 4 if claim.neighbor.version == 4 else 6
        if family not in speaker.addresses:
            return None
        own = speaker.addresses[family]
        if claim.address_text == own.text:
            return None
        passive = everywhere and claim.names_node and claim.address_text > own.text
        return self._session(speaker, claim, family, own.value, everywhere=everywhere, passive=passive)

    def shared(self, speaker: Speaker, claim: Claim, *, everywhere: bool) -> Session | None:
        """The same with the unspecified address for the node's own: that of all nodes like ``speaker``."""
        family: Family = 4 if claim.neighbor.version == 4 else 6
        if family not in speaker.addresses:
            return None
        return self._session(speaker, claim, family, _UNSPECIFIED[family], everywhere=everywhere, passive=False)

    def _session(
        self, speaker: Speaker, claim: Claim, family: Family, own: IPAddress, *, everywhere: bool, passive: bool
    ) -> Session:
        peer, cluster_id = claim.bgp_peer, speaker.node.rr_cluster_id
        allowed = claim.allow_local_as if self.release < (3, 32) else max(claim.allow_local_as, 0)
        local_as = (claim.local_as if self.release >= (3, 31) else 0) or speaker.asn
        internal = claim.remote_as == local_as
        client = internal and bool(cluster_id) and claim.remote_cluster_id != cluster_id
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
            rr_cluster_id=cluster_id if client else None,
            next_hop='self' if peer.next_hop_mode == 'Self' else 'keep' if keep else None,
            passive=passive,
            allow_local_as=allowed or None,
            restart_time=peer.max_restart_time,
            keepalive=peer.keepalive_time if self.release >= (3, 32) else None,
            import_filters=self._effective(peer.filters, f'importV{family}'),
            export_filters=self._effective(peer.filters, f'exportV{family}'),
            reachable_by=read_address(peer.reachable_by) if peer.reachable_by else None,
        )

    def outcome(self, session: Session) -> tuple[Session, int | None]:
        """What of a session can be told apart on the wire: not who made it, nor where its password is kept."""
        password = self.resources.secrets[session.secret.name][session.secret.key] if session.secret else None
        return replace(session, origin=MESH, secret=None), password

    def _members(self, family: Family) -> tuple[Member, ...]:
        if not self.configuration.mesh:
            return ()
        return tuple(
            Member(addresses[family], node.asn, self.resources.listen_port(node.name))
            for node in self.resources.nodes
            if not node.rr_cluster_id and family in (addresses := self.nodes.addresses[node.name])
        )

    def _readable(self, reference: SecretKey | None) -> SecretKey | None:
        """A Secret or key that is absent or empty leaves the session without a password."""
        if reference is None or reference.key not in self.resources.secrets.get(reference.name, {}):
            return None
        return reference

    def _with_rules(self, filters: Filters, rules: str) -> Filters:
        known = self.filters_with_rules[rules]
        return tuple(name for name in filters if name in known)


def _doubles(members: tuple[Member, ...]) -> tuple[Member, ...]:
    times = Counter(member.address.text for member in members)
    return tuple(member for member in members if times[member.address.text] > 1)


def _identifier(address: str) -> str:
    return address.replace('.', '_').replace(':', '_')
