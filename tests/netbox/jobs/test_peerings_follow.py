"""Derived peerings follow the plan, their states follow what was seen: in bulk, without the change log."""

from __future__ import annotations

from dataclasses import replace

from core.models import ObjectChange
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from extras.models import JournalEntry

from netbox_calico.choices import PeeringOriginChoices, SessionStateChoices
from netbox_calico.models import CalicoNode, CalicoPeering, CalicoPeeringState
from netbox_calico.peerings import derive_peerings, record_states
from netbox_calico.planning.model.observation import NodePeer, NodeStatus, RouterObservation, RouterSession
from tests.netbox import inventory, plans

UP, DOWN, UNKNOWN = SessionStateChoices.UP, SessionStateChoices.DOWN, SessionStateChoices.UNKNOWN


def queries(call, *args):
    with CaptureQueriesContext(connection) as captured:
        call(*args)
    return len(captured)


class Deriving(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre()
        cls.sessions = plans.planned(cls.dc).sessions

    def setUp(self):
        self.changes = ObjectChange.objects.count()

    def derive(self, sessions):
        return derive_peerings(self.dc.cluster, sessions, 'plan 7')

    def said(self):
        return [entry.comments for entry in JournalEntry.objects.order_by('pk')]

    def test_every_session_becomes_a_peering_with_both_ends(self):
        assert self.derive(self.sessions) == (16, 0)
        session = self.sessions[0]
        row = CalicoPeering.objects.get(node__name=session.node, router=session.router, family=session.family)
        assert (row.origin, row.local_address, row.remote_address, row.local_asn, row.remote_asn) == (
            PeeringOriginChoices.DERIVED,
            str(session.node_address),
            str(session.router_address),
            session.node_as,
            session.router_as,
        )
        assert self.said() == ['16 peerings added, 0 removed, 0 changed (plan 7).']
        assert JournalEntry.objects.get().assigned_object == self.dc.cluster

    def test_what_goes_is_removed_with_its_state_and_what_changes_is_changed(self):
        self.derive(self.sessions)
        record_states(self.dc.cluster, [], [])
        moved = replace(self.sessions[0], router_as=65535)
        assert self.derive([moved, *self.sessions[2:]]) == (0, 1)
        assert CalicoPeering.objects.count() == CalicoPeeringState.objects.count() == 15
        assert CalicoPeering.objects.get(remote_asn=65535).node.name == moved.node
        assert self.said()[1] == '0 peerings added, 1 removed, 1 changed (plan 7).'

    def test_nothing_new_writes_nothing(self):
        self.derive(self.sessions)
        before = list(CalicoPeering.objects.order_by('pk').values_list('pk', 'last_updated'))
        assert self.derive(self.sessions) == (0, 0)
        assert list(CalicoPeering.objects.order_by('pk').values_list('pk', 'last_updated')) == before
        assert len(self.said()) == 1

    def test_what_people_made_stays_as_it_is(self):
        session = self.sessions[0]
        made = CalicoPeering.objects.create(
            cluster=self.dc.cluster,
            node=CalicoNode.objects.get(name=session.node),
            router_id=session.router,
            family=session.family,
            local_address='10.9.9.9',
        )
        assert self.derive(self.sessions) == (15, 0)
        assert self.derive([]) == (0, 15)
        made.refresh_from_db()
        assert (made.origin, made.local_address) == (PeeringOriginChoices.MANUAL, '10.9.9.9')

    def test_other_clusters_are_not_touched(self):
        self.derive(self.sessions)
        other = inventory.data_centre(name='other', number=2)
        assert derive_peerings(other.cluster, plans.planned(other).sessions, 'plan 8') == (16, 0)
        assert derive_peerings(other.cluster, [], 'plan 9') == (0, 16)
        assert CalicoPeering.objects.filter(cluster=self.dc.cluster).count() == 16

    def test_the_change_log_knows_nothing_of_it(self):
        self.derive(self.sessions)
        self.derive(self.sessions[1:])
        record_states(self.dc.cluster, [], [])
        assert ObjectChange.objects.count() == self.changes


class States(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1, tors=1, nodes=2)
        cls.sessions = plans.planned(cls.dc).sessions
        derive_peerings(cls.dc.cluster, cls.sessions, 'plan 7')

    def router(self, *established, error='', received=3):
        sessions = (
            ()
            if error
            else tuple(
                RouterSession(s.node_address, s.family, s.node_as, s in established, received) for s in self.sessions
            )
        )
        return RouterObservation(self.sessions[0].router, 'tor', sessions=sessions, error=error)

    def node(self, session, established=True):
        return NodeStatus(session.node, (NodePeer(session.router_address, 'NodePeer', established),))

    def state(self, session):
        return CalicoPeeringState.objects.get(
            peering__node__name=session.node, peering__router=session.router, peering__family=session.family
        )

    def test_both_ends_are_told(self):
        first, second = self.sessions[:2]
        assert record_states(self.dc.cluster, [self.router(first)], [self.node(first)]) == (1, 4)
        state = self.state(first)
        assert (state.router_side, state.node_side, state.accepted) == (UP, UP, 3)
        assert self.state(second).router_side == DOWN

    def test_an_end_that_was_not_seen_keeps_its_word(self):
        first = self.sessions[0]
        record_states(self.dc.cluster, [self.router(first)], [self.node(first)])
        assert record_states(self.dc.cluster, [self.router(error='It does not answer.')], []) == (1, 4)
        state = self.state(first)
        assert (state.router_side, state.node_side) == (UP, UP)

    def test_since_is_when_the_state_changed_not_when_a_route_came(self):
        first = self.sessions[0]
        record_states(self.dc.cluster, [self.router(first)], [])
        since = self.state(first).since
        record_states(self.dc.cluster, [self.router(first, received=4)], [])
        assert (self.state(first).since, self.state(first).accepted) == (since, 4)
        record_states(self.dc.cluster, [self.router()], [])
        assert self.state(first).since > since

    def test_an_end_that_nobody_asked_is_unknown(self):
        assert record_states(self.dc.cluster, [], []) == (0, 4)
        assert self.state(self.sessions[0]).node_side == UNKNOWN

    def test_what_people_record_is_told_of_and_not_expected(self):
        first, second = self.sessions[:2]
        CalicoPeering.objects.filter(local_address=str(second.node_address)).update(origin=PeeringOriginChoices.MANUAL)
        assert record_states(self.dc.cluster, [self.router(first, second)], []) == (1, 3)
        assert self.state(second).router_side == UP

    def test_a_peering_without_addresses_is_unknown_not_down(self):
        first = self.sessions[0]
        record_states(self.dc.cluster, [self.router(first)], [self.node(first)])
        CalicoPeering.objects.filter(local_address=str(first.node_address)).update(
            local_address=None, remote_address=None
        )
        record_states(self.dc.cluster, [self.router()], [self.node(first)])
        state = self.state(first)
        assert (state.router_side, state.node_side) == (UNKNOWN, UNKNOWN)


class Queries(TestCase):
    def test_are_as_many_for_a_large_cluster_as_for_a_small_one(self):
        counts = []
        for number, size in ((1, 1), (2, 4)):
            dc = inventory.data_centre(racks=size, nodes=size, name=f'c{number}', number=number)
            sessions = plans.planned(dc).sessions
            observed = [
                RouterObservation(
                    router.pk,
                    router.device.name,
                    sessions=tuple(RouterSession(s.node_address, s.family, 1, True) for s in sessions),
                )
                for router in dc.routers
            ]
            moved = [replace(session, router_as=65535) for session in sessions[1:]]
            counts.append(
                (
                    queries(derive_peerings, dc.cluster, sessions, 'plan'),
                    queries(derive_peerings, dc.cluster, moved, 'plan'),
                    queries(record_states, dc.cluster, [], []),
                    queries(record_states, dc.cluster, observed, []),
                )
            )
        assert counts[0] == counts[1]
