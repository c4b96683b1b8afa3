"""Derived peerings: the rows follow the sessions of the plan in force, and their states follow what was seen.

Neither is change-logged a row: one journal entry on the cluster tells how many came and went, and states are facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from extras.models import CustomField, JournalEntry

from .choices import PeeringOriginChoices, SessionStateChoices
from .models import CalicoCluster, CalicoNode, CalicoPeering, CalicoPeeringState
from .planning.model.intent import Session
from .planning.model.observation import NodeStatus, RouterObservation, RouterSession

_BATCH = 2000


def derive_peerings(cluster: CalicoCluster, sessions: Iterable[Session], reason: str) -> tuple[int, int]:
    """Make the derived rows of a cluster equal to ``sessions``; rows that people made stay as they are.

    Answers with how many were added and removed.
    """
    nodes = dict(CalicoNode.objects.filter(cluster=cluster).values_list('name', 'pk'))
    wanted = {(nodes[s.node], s.router, s.family): s for s in sessions if s.node in nodes}
    with transaction.atomic():
        rows = CalicoPeering.objects.filter(cluster=cluster).select_for_update(of=('self',))
        have = {(row.node_id, row.router_id, row.family): row for row in rows}
        gone = [row.pk for key, row in have.items() if key not in wanted and row.origin == PeeringOriginChoices.DERIVED]
        CalicoPeeringState.objects.filter(peering__in=gone)._raw_delete(using='default')
        CalicoPeering.objects.filter(pk__in=gone)._raw_delete(using='default')
        defaults = CustomField.objects.get_defaults_for_model(CalicoPeering)
        new = [
            _fill(
                CalicoPeering(
                    cluster=cluster,
                    node_id=key[0],
                    router_id=key[1],
                    family=key[2],
                    origin=PeeringOriginChoices.DERIVED,
                    custom_field_data=dict(defaults),
                ),
                session,
            )
            for key, session in wanted.items()
            if key not in have
        ]
        CalicoPeering.objects.bulk_create(new, batch_size=_BATCH)
        changed = [
            row
            for key, session in wanted.items()
            if (row := have.get(key)) and row.origin == PeeringOriginChoices.DERIVED and _differs(row, session)
        ]
        for row in changed:
            _fill(row, wanted[row.node_id, row.router_id, row.family]).last_updated = timezone.now()
        CalicoPeering.objects.bulk_update(
            changed,
            ['local_address', 'remote_address', 'local_asn', 'remote_asn', 'last_updated'],
            batch_size=_BATCH,
        )
        if new or gone or changed:
            JournalEntry.objects.create(
                assigned_object=cluster,
                kind='info',
                comments=f'{len(new)} peerings added, {len(gone)} removed, {len(changed)} changed ({reason}).',
            )
    return len(new), len(gone)


def _values(session: Session) -> dict[str, object]:
    return {
        'local_address': str(session.node_address),
        'remote_address': str(session.router_address),
        'local_asn': session.node_as,
        'remote_asn': session.router_as,
    }


def _fill(row: CalicoPeering, session: Session) -> CalicoPeering:
    for name, value in _values(session).items():
        setattr(row, name, value)
    return row


def _differs(row: CalicoPeering, session: Session) -> bool:
    return any(getattr(row, name) != value for name, value in _values(session).items())


def record_states(
    cluster: CalicoCluster, routers: Iterable[RouterObservation], nodes: Iterable[NodeStatus]
) -> tuple[int, int]:
    """Write down what both ends say of each peering, only where it changed; an end that was not seen keeps its word.

    Somebody else may do the same at this moment: the last word stands. Answers with how many derived peerings are
    Established at the router, and how many there are; what people record counts for nothing.
    """
    sides = _Sides.of(routers, nodes)
    now = timezone.now()
    states = {state.peering_id: state for state in CalicoPeeringState.objects.filter(cluster=cluster)}
    new, changed, up, expected = [], [], 0, 0
    rows = CalicoPeering.objects.filter(cluster=cluster)
    for pk, origin, *ends in rows.values_list(
        'pk', 'origin', 'node__name', 'router_id', 'local_address', 'remote_address'
    ):
        state = states.get(pk) or CalicoPeeringState(peering_id=pk, cluster=cluster, since=now)
        before = (state.node_side, state.router_side, state.accepted)
        sides.tell(state, *ends)
        if pk not in states:
            new.append(state)
        elif before != (state.node_side, state.router_side, state.accepted):
            if before[:2] != (state.node_side, state.router_side):
                state.since = now
            changed.append(state)
        if origin == PeeringOriginChoices.DERIVED:
            expected += 1
            up += state.router_side == SessionStateChoices.UP
    fields = ['node_side', 'router_side', 'since', 'accepted']
    CalicoPeeringState.objects.bulk_create(
        new, batch_size=_BATCH, update_conflicts=True, unique_fields=['peering'], update_fields=fields
    )
    CalicoPeeringState.objects.bulk_update(changed, fields, batch_size=_BATCH)
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

    def tell(self, state: CalicoPeeringState, node: str, router: int, local: str | None, remote: str | None) -> None:
        """Put what was seen of one peering into its state; of one without an address nothing can be seen."""
        if router in self.routers:
            session = self.routers[router].get(local) if local else None
            state.router_side = _state(local, session is not None and session.established)
            state.accepted = session.received if session else 0
        if node in self.nodes:
            state.node_side = _state(remote, remote in self.nodes[node])


def _state(address: str | None, established: bool) -> int:
    if not address:
        return SessionStateChoices.UNKNOWN
    return SessionStateChoices.UP if established else SessionStateChoices.DOWN
