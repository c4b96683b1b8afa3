"""Derived peerings: the rows follow the sessions of the plan in force, and their states follow what was seen.

Neither is change-logged a row: one journal entry on the cluster tells how many came and went, and states are facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from extras.models import CustomField, JournalEntry

from .choices import PeeringOriginChoices, SessionStateChoices
from .models import CalicoCluster, CalicoNode, CalicoPeering, CalicoPeeringState
from .planning.model.intent import Session
from .planning.model.observation import NodeStatus, RouterObservation

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
    """Write down what both ends say of each peering, only where it changed; answers with sessions up and expected."""
    router_side = {
        (router.router, str(session.neighbor)): session
        for router in routers
        if not router.error
        for session in router.sessions
    }
    seen_routers = {router.router for router in routers if not router.error}
    node_side: Mapping[tuple[str, str], bool] = {
        (node.node, str(peer.peer)): peer.established for node in nodes if not node.error for peer in node.peers
    }
    seen_nodes = {node.node for node in nodes if not node.error}
    now = timezone.now()
    rows = CalicoPeering.objects.filter(cluster=cluster).values_list(
        'pk', 'node__name', 'router_id', 'local_address', 'remote_address'
    )
    states = CalicoPeeringState.objects.in_bulk()
    new, changed, up, expected = [], [], 0, 0
    for pk, node, router, local, remote in rows:
        expected += 1
        session = router_side.get((router, local))
        on_router = _state(session is not None and session.established, router in seen_routers)
        on_node = _state(node_side.get((node, remote), False), node in seen_nodes)
        accepted = session.received if session else 0
        up += on_router == SessionStateChoices.UP
        state = states.get(pk)
        if state is None:
            new.append(
                CalicoPeeringState(
                    peering_id=pk,
                    cluster=cluster,
                    node_side=on_node,
                    router_side=on_router,
                    since=now,
                    accepted=accepted,
                )
            )
        elif (state.node_side, state.router_side, state.accepted) != (on_node, on_router, accepted):
            if (state.node_side, state.router_side) != (on_node, on_router):
                state.since = now
            state.node_side, state.router_side, state.accepted = on_node, on_router, accepted
            changed.append(state)
    CalicoPeeringState.objects.bulk_create(new, batch_size=_BATCH)
    CalicoPeeringState.objects.bulk_update(
        changed, ['node_side', 'router_side', 'since', 'accepted'], batch_size=_BATCH
    )
    return up, expected


def _state(established: bool, seen: bool) -> int:
    if not seen:
        return SessionStateChoices.UNKNOWN
    return SessionStateChoices.UP if established else SessionStateChoices.DOWN
