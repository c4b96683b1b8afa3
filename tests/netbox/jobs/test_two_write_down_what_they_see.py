"""A deployment and a comparison write the same rows at the same moment, and people delete things meanwhile."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

from django.db import connection, transaction

from netbox_calico import lease
from netbox_calico.choices import PlanStatusChoices, SessionStateChoices, StepStatusChoices
from netbox_calico.jobs.deploy import DeployJob
from netbox_calico.jobs.deployment import Recorder
from netbox_calico.models import CalicoClusterState, CalicoPeering, CalicoPeeringState, CalicoRun
from netbox_calico.peerings import derive_peerings, record_states
from netbox_calico.planning.gates import Look
from netbox_calico.store import save_plan
from tests.netbox import inventory, plans
from tests.netbox.jobs.an_api import WithAnApi
from tests.planning import world

_SOMEBODY_WAITS = """
SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@contextmanager
def meanwhile(change):
    """Another connection has made this change, and commits it as soon as somebody waits for it."""
    made = threading.Event()

    def other():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                change()
                made.set()
                deadline = time.monotonic() + 60
                while time.monotonic() < deadline:
                    cursor.execute(_SOMEBODY_WAITS)
                    if cursor.fetchone():
                        return
                    time.sleep(0.05)
        finally:
            made.set()
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    made.wait()
    yield
    thread.join()


class Peerings(WithAnApi):
    def setUp(self):
        super().setUp()
        self.dc = inventory.data_centre(racks=1, tors=1, nodes=2)
        self.plan = plans.planned(self.dc)
        derive_peerings(self.dc.cluster, self.plan.sessions, 'plan 7')
        self.count = CalicoPeering.objects.count()

    def test_the_first_states_are_written_by_two_at_once_and_the_last_word_stands(self):
        first = CalicoPeering.objects.first()
        stranger = {'cluster': self.dc.cluster, 'router_side': SessionStateChoices.UP}
        with meanwhile(lambda: CalicoPeeringState.objects.create(peering=first, **stranger)):
            assert record_states(self.dc.cluster, [], []) == (0, self.count)
        assert CalicoPeeringState.objects.count() == self.count
        assert CalicoPeeringState.objects.get(peering=first).router_side == SessionStateChoices.UNKNOWN

    def test_a_node_that_is_deleted_meanwhile_stops_no_run(self):
        told = []
        look = Look(cluster=world.observation(self.snapshot()).cluster)
        recorder = Recorder(self.dc.cluster, told.append)
        with meanwhile(self.dc.nodes[0].delete):
            recorder.record(look)
        (words,) = told
        assert 'The states of the peerings were not written down this time' in words
        recorder = Recorder(self.dc.cluster, told.append)
        recorder.record(look)
        assert len(told) == 1
        assert CalicoClusterState.objects.get().sessions_expected == CalicoPeering.objects.count() < self.count

    def snapshot(self):
        from netbox_calico.snapshot import read_snapshot

        return read_snapshot(self.dc.cluster.pk)

    def test_peerings_stand_until_a_plan_without_sessions_has_taken_them_away(self):
        row = save_plan(self.dc.cluster, replace(self.plan, sessions=()), None)
        row.status = PlanStatusChoices.RUNNING
        row.save()
        run = plans.run_of(row)
        run.steps.create(step=row.steps[0]['number'], status=StepStatusChoices.COMPLETE)
        with mock.patch.object(lease, 'SECONDS', 0):
            job = DeployJob.enqueue(instance=run, run_id=run.pk, immediate=True)
        job.refresh_from_db()
        assert 'could not extend its leases' in job.error
        assert CalicoRun.objects.get().steps.count() == 1
        assert CalicoPeering.objects.count() == self.count
