"""What each end of a session sends and lets in: Calico's agent and BGPFilters on nodes, our groups on routers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from ipaddress import IPv4Address

from netbox_calico.planning.counted import listed
from netbox_calico.planning.expansion import Resources, Session
from netbox_calico.planning.model.intent import PeerGroup
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.plan import Finding, Severity

from .filters import judge
from .ground import Ground, node_key, router_key
from .world import HalfSession, NextHop

type Mark = Hashable
"""What restarts a session when it changes."""

_NEXT_HOP = {'self': NextHop.SELF, 'keep': NextHop.KEEP, None: NextHop.USUAL}


class Halves:
    """Half sessions of one state; what filters and lists do to the kinds is worked out once for each set of them."""

    def __init__(self, ground: Ground, resources: Resources) -> None:
        self.findings: set[Finding] = set()
        self._ground = ground
        self._filters = resources.bgp_filters
        self._asn = {
            node.name: resources.configuration.asn if node.asn is None else node.asn for node in resources.nodes
        }
        self._passed: dict[Hashable, frozenset[str]] = {}
        self._clusters: dict[str | None, int | None] = {None: None}
        self._subnets = {
            (router, end.ip): str(end.network) for router, ends in ground.addresses.items() for end in ends
        }

    def with_router(self, node: str, session: Session, router: int, group: PeerGroup) -> Iterator[HalfSession]:
        """Both directions of a session of a node with a router."""
        ground = self._ground
        here, there = ground.index[node_key(node)], ground.index[router_key(router)]
        home = ground.speakers[here].home
        subnet = self._subnets.get((router, group.next_hop or session.neighbor), home)
        internal = session.local_as == session.remote_as
        yield HalfSession(
            sender=here,
            receiver=there,
            sender_as=session.local_as,
            receiver_as=session.remote_as,
            sender_subnet=home,
            receiver_subnet=subnet,
            exports=self._exported(node, session),
            rejects_learned=not self._reexported(node, session),
            add_paths=ground.adds_paths[router],
            next_hop=_NEXT_HOP[session.next_hop],
            accepts=self._listed(group.permitted),
            from_client=group.route_reflector_client,
            local_preference=group.local_preference,
            no_export=group.no_export,
            incomplete=group.drained,
            next_hops=frozenset(map(str, group.next_hops)) if group.next_hops else None,
        )
        yield HalfSession(
            sender=there,
            receiver=here,
            sender_as=session.remote_as,
            receiver_as=session.local_as,
            sender_subnet=subnet,
            receiver_subnet=home,
            exports=self._listed(group.announced or group.permitted),
            sends_back=not internal,
            as_override=group.as_override,
            next_hop=_towards_nodes(group, internal),
            to_client=group.route_reflector_client,
            accepts=self._imported(node, session),
            own_as_allowed=session.allow_local_as or 0,
            no_advertise=group.no_advertise,
            incomplete=group.drained,
        )

    def between_nodes(self, node: str, session: Session, other: str, back: Session) -> HalfSession:
        """What ``node`` sends ``other``; ``back`` is the other's own view of the session."""
        ground = self._ground
        here, there = ground.index[node_key(node)], ground.index[node_key(other)]
        return HalfSession(
            sender=here,
            receiver=there,
            sender_as=session.local_as,
            receiver_as=back.local_as,
            sender_subnet=ground.speakers[here].home,
            receiver_subnet=ground.speakers[there].home,
            exports=self._exported(node, session),
            rejects_learned=not self._reexported(node, session),
            add_paths=True,
            next_hop=_NEXT_HOP[session.next_hop],
            to_client=session.rr_client,
            sender_cluster=self._cluster(session.rr_cluster_id),
            accepts=self._imported(other, back),
            own_as_allowed=back.allow_local_as or 0,
            from_client=back.rr_client,
            receiver_cluster=self._cluster(back.rr_cluster_id),
        )

    def _cluster(self, text: str | None) -> int | None:
        if text is not None and text not in self._clusters:
            self._clusters[text] = int(IPv4Address(text.partition('/')[0]))
        return self._clusters[text]

    def _listed(self, permitted: tuple[Network, ...]) -> frozenset[str]:
        key = ('list', permitted)
        if key not in self._passed:
            self._passed[key] = self._ground.kinds.within(permitted)
        return self._passed[key]

    def _exported(self, node: str, session: Session) -> frozenset[str]:
        """Of its own, an agent announces blocks of exported pools and services, as far as the filters let it."""
        return self._judged(node, session, session.export_filters, 'export', learned=False)

    def _reexported(self, node: str, session: Session) -> frozenset[str]:
        return self._judged(node, session, session.export_filters, 'export', learned=True)

    def _imported(self, node: str, session: Session) -> frozenset[str]:
        return self._judged(node, session, session.import_filters, 'import', learned=True)

    def _judged(
        self, node: str, session: Session, names: tuple[str, ...], direction: str, *, learned: bool
    ) -> frozenset[str]:
        internal = session.remote_as == self._asn[node]
        key = (names, direction, learned, internal)
        if key not in self._passed:
            kinds = self._ground.kinds
            field = f'{direction}V{self._ground.family}'
            own = (*kinds.blocks.values(), *kinds.services.values())
            verdict = judge(
                self._filters,
                names,
                field,
                kinds.every if direction == 'import' else own,
                learned=learned,
                internal=internal,
            )
            self._passed[key] = verdict.passes
            if verdict.undecided:
                self._undecided(session.origin.bgp_peer, verdict.undecided)
        return self._passed[key]

    def _undecided(self, peer: str, rules: tuple[str, ...]) -> None:
        self.findings.add(
            Finding(
                Severity.WARNING,
                'proof-filter-undecided',
                peer,
                f'Which routes of BGPPeer {peer} match cannot be told from these rules alone: {listed(rules)}. The '
                'proof takes them not to match: look at them yourself.',
            )
        )


def _towards_nodes(group: PeerGroup, internal: bool) -> NextHop:
    """FRR names a third party only to an update group in which somebody else than who told of it can reach that."""
    alone = len(group.neighbors) < 2
    if group.next_hop or (alone and not internal):
        return NextHop.SELF
    return NextHop.EXTERNAL if group.next_hop_self else NextHop.USUAL
