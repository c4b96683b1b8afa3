"""Derived peerings: the rows follow the sessions of the plan in force, and their states follow what was seen.

Neither is change-logged a row: one journal entry on the cluster tells how many came and went, and states are facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from extras.models import CustomField, JournalEntry

from . import bulk
from .choices import PeeringOriginChoices, SessionStateChoices
from .models import CalicoCluster, CalicoNode, CalicoPeering, CalicoPeeringState
from .planning.model.intent import Session
from .planning.model.observation import NodeStatus, RouterObservation, RouterSession
from .planning.node_pairs import NodePair


def derive_peerings(cluster: CalicoCluster, sessions: Iterable[Session], reason: str) -> tuple[int, int]:
    """Make the derived rows of a cluster with routers equal to ``sessions``; rows that people made stay as they are.

    Answers with how many were added and removed.
    """
    nodes = _nodes(cluster)
    wanted = {
        (nodes[s.node], s.router, None, s.family): _Values(
            str(s.node_address), str(s.router_address), s.node_as, s.router_as
        )
        for s in sessions
        if s.node in nodes
    }
    return _make_equal(cluster, Q(router__isnull=False), wanted, reason)


def derive_peerings_of_nodes(cluster: CalicoCluster, pairs: Iterable[NodePair], reason: str) -> tuple[int, int]:
    """Make the derived rows between nodes equal to ``pairs``, just so."""
    nodes = _nodes(cluster)
    wanted: dict[_Key, _Values] = {}
    for pair in pairs:
        if pair.node not in nodes or pair.peer not in nodes:
            continue
        first, second = nodes[pair.node], nodes[pair.peer]
        values = _Values(str(pair.node_address), str(pair.peer_address), pair.node_as, pair.peer_as)
        wanted[min(first, second), None, max(first, second), pair.family] = (
            values if first < second else values.turned()
        )
    return _make_equal(cluster, Q(peer_node__isnull=False), wanted, reason)


def _nodes(cluster: CalicoCluster) -> dict[str, int]:
    return dict(CalicoNode.objects.filter(cluster=cluster).values_list('name', 'pk'))


def _make_equal(cluster: CalicoCluster, which: Q, wanted: Mapping[_Key, _Values], reason: str) -> tuple[int, int]:
    with transaction.atomic():
        rows = CalicoPeering.objects.filter(which, cluster=cluster).select_for_update(of=('self',))
        have = {
            (node, router, peer_node, family): (pk, origin, _Values(*values))
            for pk, origin, node, router, peer_node, family, *values in rows.values_list(
                'pk', 'origin', *_KEY, *_Values._fields
            )
        }
        derived = {
            key: (pk, values) for key, (pk, origin, values) in have.items() if origin == PeeringOriginChoices.DERIVED
        }
        gone = [pk for key, (pk, _) in derived.items() if key not in wanted]
        CalicoPeeringState.objects.filter(peering__in=gone)._raw_delete(using='default')
        CalicoPeering.objects.filter(pk__in=gone)._raw_delete(using='default')
        new = [(*key, *values) for key, values in wanted.items() if key not in have]
        common = {
            'cluster_id': cluster.pk,
            'origin': PeeringOriginChoices.DERIVED,
            'custom_field_data': CustomField.objects.get_defaults_for_model(CalicoPeering),
        }
        bulk.insert(CalicoPeering, [*_KEY, *_Values._fields, *common], ((*row, *common.values()) for row in new))
        now = timezone.now()
        changed = sorted(
            (pk, *wanted[key], now) for key, (pk, values) in derived.items() if key in wanted and wanted[key] != values
        )
        bulk.update(CalicoPeering, ['id', *_Values._fields, 'last_updated'], changed)
        if new or gone or changed:
            JournalEntry.objects.create(
                assigned_object=cluster,
                kind='info',
                comments=f'{len(new)} peerings added, {len(gone)} removed, {len(changed)} changed ({reason}).',
            )
    return len(new), len(gone)


type _Key = tuple[int, int | None, int | None, int]
_KEY = ('node_id', 'router_id', 'peer_node_id', 'family')
"""What the database holds to be one session."""


class _Values(NamedTuple):
    """What the design decides about a session; named as the fields of its row."""

    local_address: str | None
    remote_address: str | None
    local_asn: int | None
    remote_asn: int | None

    def turned(self) -> _Values:
        """As the other end sees it."""
        return _Values(self.remote_address, self.local_address, self.remote_asn, self.local_asn)


def record_states(
    cluster: CalicoCluster, routers: Iterable[RouterObservation], nodes: Iterable[NodeStatus]
) -> tuple[int, int]:
    """Write down what both ends say of each peering, only where it changed; an end that was not seen keeps its word.

    Somebody else may do the same at this moment: the last word stands. Answers with how many derived peerings with
    routers are Established there, and how many there are; what people record counts for nothing.
    """
    sides = _Sides.of(routers, nodes)
    now = timezone.now()
    states = {state.peering_id: state for state in CalicoPeeringState.objects.filter(cluster=cluster)}
    new, changed, up, expected = [], [], 0, 0
    rows = CalicoPeering.objects.filter(cluster=cluster)
    for pk, origin, router, *ends in rows.values_list(
        'pk', 'origin', 'router_id', 'node__name', 'peer_node__name', 'local_address', 'remote_address'
    ):
        state = states.get(pk) or CalicoPeeringState(peering_id=pk, cluster=cluster, since=now)
        before = (state.node_side, state.router_side, state.accepted)
        sides.tell(state, router, *ends)
        if pk not in states:
            new.append(state)
        elif before != (state.node_side, state.router_side, state.accepted):
            if before[:2] != (state.node_side, state.router_side):
                state.since = now
            changed.append(state)
        if origin == PeeringOriginChoices.DERIVED and router:
            expected += 1
            up += state.router_side == SessionStateChoices.UP
    fields = ('node_side', 'router_side', 'since', 'accepted')
    bulk.upsert(
        CalicoPeeringState,
        ('peering_id', 'cluster_id', *fields),
        map(attrgetter('peering_id', 'cluster_id', *fields), new),
        key='peering_id',
        change=fields,
    )
    bulk.update(CalicoPeeringState, ('peering_id', *fields), map(attrgetter('peering_id', *fields), changed))
    return up, expected


@dataclass(frozen=True, slots=True)
class _Sides:
    """What each end that was seen says of its sessions."""

    routers: Mapping[int, Mapping[str, RouterSession]]
    nodes: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, routers: Iterable[RouterObservation], nodes: Iterable[NodeStatus]) -> _Sides:
        return cls(
            {
                router.router: {str(session.neighbor): session for session in router.sessions}
                for router in routers
                if not router.error
            },
            {
                node.node: frozenset(str(peer.peer) for peer in node.peers if peer.established)
                for node in nodes
                if not node.error
            },
        )

    def tell(
        self,
        state: CalicoPeeringState,
        router: int | None,
        node: str,
        peer_node: str | None,
        local: str | None,
        remote: str | None,
    ) -> None:
        """Put what was seen of one peering into its state; of one without an address nothing can be seen."""
        if peer_node and peer_node in self.nodes:
            state.router_side = _state(local, local in self.nodes[peer_node])
        if router and router in self.routers:
            session = self.routers[router].get(local) if local else None
            state.router_side = _state(local, session is not None and session.established)
            state.accepted = session.received if session else 0
        if node in self.nodes:
            state.node_side = _state(remote, remote in self.nodes[node])


def _state(address: str | None, established: bool) -> int:
    if not address:
        return SessionStateChoices.UNKNOWN
    return SessionStateChoices.UP if established else SessionStateChoices.DOWN
