"""Two runs never work on one cluster or router at a time, and whoever lost a lease notices."""

from __future__ import annotations

import time
from unittest import mock

import pytest
from django.db import ProgrammingError, connection
from django.db.models import F
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from netbox_calico import lease
from netbox_calico.models import CalicoLease
from netbox_calico.planning.errors import LeaseLost, Refused


class Taking(TestCase):
    def test_the_second_is_refused_by_name_and_gets_nothing(self):
        lease.take(['cluster:1', 'router:5'], 'run 1', 60)
        with pytest.raises(Refused, match='router:5 is in the hands of run 1: wait until it has ended'):
            lease.take(['cluster:2', 'router:4', 'router:5'], 'run 2', 60)
        assert set(CalicoLease.objects.values_list('resource', flat=True)) == {'cluster:1', 'router:5'}

    def test_whoever_shares_no_router_works_at_the_same_time(self):
        lease.take(['cluster:1', 'router:1'], 'run 1', 60)
        assert lease.take(['cluster:2', 'router:2'], 'run 2', 60) == {'cluster:2': 1, 'router:2': 1}

    def test_the_same_run_twice_is_refused_as_well(self):
        lease.take(['cluster:1'], 'run 1', 60)
        with pytest.raises(Refused, match='in the hands of run 1'):
            lease.take(['cluster:1'], 'run 1', 60)

    def test_one_that_ran_out_changes_hands_with_a_larger_token(self):
        old = lease.take(['router:5'], 'run 1', 60)
        CalicoLease.objects.update(until=timezone.now())
        new = lease.take(['router:5'], 'run 2', 60)
        assert new['router:5'] > old['router:5']
        lease.release(old, 'run 1')
        assert CalicoLease.objects.get().holder == 'run 2'
        assert lease.is_held('router:5')

    def test_one_that_was_given_back_changes_hands_with_a_larger_token_as_well(self):
        old = lease.take(['router:5'], 'run 1 attempt 1', 60)
        lease.release(old, 'run 1 attempt 1')
        assert not lease.is_held('router:5')
        new = lease.take(['router:5'], 'run 1 attempt 2', 60)
        assert new['router:5'] > old['router:5']
        lease.release(old, 'run 1 attempt 1')
        assert lease.is_held('router:5')


class Holding(TransactionTestCase):
    """The lease is kept by a thread with a database connection of its own."""

    def setUp(self):
        for name, value in (('_BEAT', 0.1), ('SECONDS', 2)):
            patched = mock.patch.object(lease, name, value)
            patched.start()
            self.addCleanup(patched.stop)

    def until(self, met):
        deadline = time.monotonic() + 20
        while not met():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def lost(self, held):
        try:
            held.check()
        except LeaseLost:
            return True
        return False

    def test_it_is_extended_while_the_block_lasts_and_given_back_at_its_end(self):
        with lease.HeldLeases(('cluster:1', 'router:2'), 'run 1') as held:
            first = CalicoLease.objects.get(resource='router:2').until
            self.until(lambda: CalicoLease.objects.get(resource='router:2').until > first)
            held.check()
        assert not lease.is_held('cluster:1')
        assert not lease.is_held('router:2')

    def test_whoever_lost_it_to_another_is_told_and_takes_nothing_from_them(self):
        with lease.HeldLeases(('cluster:1', 'router:2'), 'run 1') as held:
            CalicoLease.objects.filter(resource='router:2').update(holder='run 2', token=F('token') + 1)
            self.until(lambda: self.lost(held))
            with pytest.raises(LeaseLost, match='run 1 lost its lease on router:2: it must not touch anything'):
                held.check()
        assert CalicoLease.objects.get(resource='router:2').holder == 'run 2'
        assert lease.is_held('router:2')
        assert not lease.is_held('cluster:1')

    def test_waiting_for_its_end_tells_a_holder_that_lives_from_one_that_is_gone(self):
        with lease.HeldLeases(('cluster:1',), 'run 1'):
            assert lease.is_held('cluster:1')
            assert not lease.runs_out('cluster:1')
        assert lease.runs_out('cluster:1')
        lease.take(['cluster:1'], 'run 2', 1)
        assert lease.runs_out('cluster:1')
        assert not lease.is_held('cluster:1')

    def test_a_database_that_does_not_answer_for_a_moment_is_no_loss(self):
        with lease.HeldLeases(('cluster:1',), 'run 1') as held:
            before = CalicoLease.objects.get().until
            self.rename('netbox_calico_calicolease', 'away')
            with pytest.raises(ProgrammingError):
                CalicoLease.objects.exists()
            self.rename('away', 'netbox_calico_calicolease')
            self.until(lambda: CalicoLease.objects.get().until > before)
            held.check()

    def test_a_database_that_stays_away_is_a_loss_in_time(self):
        with lease.HeldLeases(('cluster:1',), 'run 1') as held:
            self.rename('netbox_calico_calicolease', 'away')
            try:
                self.until(lambda: self.lost(held))
                with pytest.raises(LeaseLost, match=r'could not extend its leases for 2 s.*Check the database'):
                    held.check()
            finally:
                self.rename('away', 'netbox_calico_calicolease')

    def rename(self, old, new):
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE {old} RENAME TO {new}')
