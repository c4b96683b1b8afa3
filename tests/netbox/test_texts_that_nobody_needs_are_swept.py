"""Texts that nothing points at are removed some time later, and never one that somebody is about to point at."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from core.choices import JobStatusChoices
from core.models import Job
from django.db import connection, transaction
from django.test import TestCase
from django.utils import timezone
from netbox.registry import registry

from netbox_calico.jobs.sweep import SweepJob
from netbox_calico.models import CalicoBlob, CalicoClusterState, CalicoDeployed
from netbox_calico.store import save_blob
from netbox_calico.sweep import KEPT, sweep_blobs
from tests.netbox import inventory, plans

LONG_AGO = KEPT + timedelta(minutes=1)


def age():
    """Let all texts have been stored long ago."""
    CalicoBlob.objects.update(stored=timezone.now() - LONG_AGO)


class Sweeping(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)

    def blob(self, text='text'):
        return save_blob('artefact', text)

    def test_what_nothing_points_at_goes_when_it_is_old(self):
        self.blob()
        assert sweep_blobs() == 0
        age()
        assert sweep_blobs() == 1
        assert not CalicoBlob.objects.exists()

    def test_everything_that_a_plan_a_state_or_a_target_needs_stays(self):
        plan = plans.stored(self.dc)
        CalicoDeployed.objects.create(
            cluster=self.dc.cluster, target='router:1', artefact=self.blob('there'), at=timezone.now()
        )
        CalicoClusterState.objects.create(
            cluster=self.dc.cluster, findings=self.blob('a'), drift=self.blob('b'), proposal=self.blob('c')
        )
        age()
        needed = CalicoBlob.objects.count()
        self.blob('not needed')
        age()
        assert sweep_blobs() == 1
        assert CalicoBlob.objects.count() == needed
        plan.delete()
        assert sweep_blobs() == needed - 4

    def test_what_is_stored_again_is_as_good_as_new(self):
        self.blob()
        age()
        self.blob()
        assert sweep_blobs() == 0

    def test_it_is_done_every_day(self):
        assert registry['system_jobs'][SweepJob] == {'interval': 1440}
        self.blob()
        age()
        job = SweepJob.enqueue(immediate=True)
        job.refresh_from_db()
        assert (job.status, job.log_entries[-1]['message']) == (
            JobStatusChoices.STATUS_COMPLETED,
            '1 text removed that nothing pointed at.',
        )

    def test_one_that_died_does_not_keep_others_from_coming(self):
        dead = SweepJob.enqueue(interval=1440)
        Job.objects.filter(pk=dead.pk).update(
            status=JobStatusChoices.STATUS_RUNNING, created=timezone.now() - timedelta(days=3)
        )
        assert SweepJob.enqueue_once(interval=1440).pk != dead.pk


class TwoAtOnce(TestCase):
    """Each in a thread, and so on a connection of its own, that commits."""

    def test_a_text_that_is_being_stored_again_is_not_swept_away(self):
        with ThreadPoolExecutor(1) as thread:
            try:
                thread.submit(_store_old).result()
                assert thread.submit(_sweep_while_it_is_stored_again).result() == 0
                assert thread.submit(_there).result()
            finally:
                thread.submit(_remove).result()


TEXT = 'a text that two connections see'


def _store_old():
    save_blob('artefact', TEXT)
    CalicoBlob.objects.filter(body=TEXT).update(stored=timezone.now() - LONG_AGO)


def _sweep_while_it_is_stored_again():
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            save_blob('artefact', TEXT)
            sweeping = other.submit(_sweep_alone)
            _until_it_waits()
        # The sweep looks at the row again now that this transaction has ended.
        return sweeping.result()


def _sweep_alone():
    try:
        return sweep_blobs()
    finally:
        connection.close()


def _until_it_waits():
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute('SELECT count(*) FROM pg_locks WHERE NOT granted')
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError('The sweep did not wait for the row.')


def _there():
    return CalicoBlob.objects.filter(body=TEXT).exists()


def _remove():
    CalicoBlob.objects.filter(body=TEXT).delete()
    connection.close()
