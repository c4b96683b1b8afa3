"""NetBox's own worker is killed, stopped, robbed of its lease and of its job: every run goes on by itself.

The tests are stations of one deployment, of its way back and of a third run. Leases are made older, not waited for.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis

from lab import traffic
from lab.errors import LabError
from lab.estate import Estate
from lab.migration import make_plan
from lab.netbox.rest import Json, Rest
from lab.services.netbox import NetBox
from lab.services.postgres import Postgres
from lab.traffic import Measurement
from lab.traffic.flows import Flow

pytestmark = pytest.mark.alone

API = '/api/plugins/calico'
TICK = """
import django
django.setup()
from netbox_calico.jobs.tick import TickJob
TickJob.enqueue()
"""


@dataclass
class Desk:
    """Whoever deploys over REST and watches the run; and what lies below NetBox."""

    rest: Rest
    netbox: NetBox
    database: psycopg.Connection[tuple[object, ...]]
    run_id: int = 0

    def plan(self, kind: str) -> Json:
        plan = make_plan(self.rest, kind)
        self.rest.post(f'{API}/plans/{plan["id"]}/approve/', {'digest': plan['digest'], 'decision': 'approve'})
        return plan

    def deploy(self, plan: Json) -> None:
        self.run_id = self.rest.post(f'{API}/plans/{plan["id"]}/deploy/', {'digest': plan['digest']})['id']

    @property
    def run(self) -> Json:
        return self.rest.get(f'{API}/runs/{self.run_id}/')

    @property
    def state(self) -> tuple[str, int]:
        """The run's status and how often it was begun."""
        run = self.run
        return run['status']['value'], run['attempt']

    def until(self, what: str, met: Callable[[Json], bool], limit: float = 90) -> Json:
        deadline = time.monotonic() + limit
        while not met(run := self.run):
            assert time.monotonic() < deadline, f'{what} did not come to pass in {limit} s: {run}'
            assert run['status']['value'] not in ('failed', 'interrupted', 'rolled back'), run['error']
            time.sleep(0.1)
        return run

    def until_at(self, title: str, attempt: int) -> int:
        """Wait until that attempt is at the step, whose title begins so; its number."""
        steps: list[Json] = self.rest.get(f'{API}/plans/{self.run["plan"]["id"]}/steps/')  # type: ignore[assignment]
        number: int = next(step['number'] for step in steps if step['title'].startswith(title))

        def is_there(run: Json) -> bool:
            step = next((step for step in run['steps'] if step['step'] == number), None)
            assert step is None or step['status']['value'] != 'complete', f'{title} was over too soon'
            return run['attempt'] == attempt and step is not None and step['status']['value'] == 'running'

        self.until(f'attempt {attempt} at step {number}', is_there)
        return number

    def until_completed(self, attempt: int) -> None:
        self.until('the end', lambda run: run['status']['value'] == 'completed')
        assert self.state == ('completed', attempt)
        assert {step['status']['value'] for step in self.run['steps']} == {'complete'}
        assert self.leases() == []

    def leases(self) -> list[str]:
        """What somebody holds."""
        rows = self.database.execute('SELECT resource FROM netbox_calico_calicolease WHERE until > now()')
        return [str(row[0]) for row in rows.fetchall()]

    def let_a_minute_pass(self) -> None:
        """For a lease that nobody extends any more, and a job that nobody takes."""
        minute = "interval '60 s'"
        self.database.execute(f'UPDATE netbox_calico_calicolease SET until = until - {minute}')
        self.database.execute(f'UPDATE netbox_calico_calicorun SET heartbeat = heartbeat - {minute}')
        self.database.execute(f'UPDATE core_job SET created = created - {minute}')

    def horse(self) -> int:
        """The worker's child that works, in a process group of its own."""
        worker = self.netbox.worker_pid
        assert worker
        (horse,) = (pid for pid in children(worker) if os.getpgid(pid) == pid)
        return horse

    def everything(self) -> list[int]:
        """The worker and what it has started: its scheduler and the work horse."""
        worker = self.netbox.worker_pid
        assert worker
        return [worker, *children(worker)]


@pytest.fixture(scope='module')
def desk(estate: Estate, postgres: Postgres) -> Iterator[Desk]:
    netbox = estate.netbox
    with postgres.connect(__name__.rpartition('.')[2]) as database:
        yield Desk(Rest(netbox.url, netbox.token), netbox, database)


@pytest.fixture(scope='module')
def measurement(estate: Estate) -> Iterator[Measurement]:
    """Traffic from the first death to the end of the first run."""
    with traffic.measure(estate.lab, rate=200, choose=_promised) as running:
        yield running


def _promised(flow: Flow) -> bool:
    """Connections from outside are not: a service's new path moves some to a node that resets them."""
    return (flow.scope, flow.protocol) != ('outside', 'tcp')


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f'/proc/{pid}/task/{pid}/children').read_text(encoding='ascii').split()]


def send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def until_gone(netbox: NetBox, pids: list[int], limit: float = 60) -> None:
    deadline = time.monotonic() + limit
    while netbox.worker_pid or any(is_running(pid) for pid in pids):
        assert time.monotonic() < deadline, f'{pids} do not end'
        time.sleep(0.1)


def is_running(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f'/proc/{pid}/stat').read_text(encoding='ascii').rpartition(')')[2].split()[0] not in 'ZX'
    return False


@pytest.mark.usefixtures('measurement')
def test_killed_in_the_middle_the_run_stays_with_its_cluster(desk: Desk) -> None:
    plan = desk.plan('deploy')
    desk.deploy(plan)
    desk.until('the second step', lambda run: len(run['steps']) >= 2)
    pids = desk.everything()
    send(signal.SIGKILL, pids)
    until_gone(desk.netbox, pids)
    assert desk.state == ('running', 1)
    for path in (f'plans/{plan["id"]}/deploy', f'clusters/{desk.run["cluster"]["id"]}/plan'):
        with pytest.raises(LabError, match='NetBox answers 409 to POST'):
            desk.rest.post(f'{API}/{path}/', {'digest': plan['digest'], 'kind': 'deploy'})


def test_the_next_worker_goes_on_with_it_and_stops_behind_its_step_when_it_is_asked_to(desk: Desk) -> None:
    desk.let_a_minute_pass()
    desk.netbox.start_worker()
    step = desk.until_at('Label the nodes', attempt=2)
    pids = desk.everything()
    send(signal.SIGTERM, pids[:1])
    until_gone(desk.netbox, pids)
    assert_left_behind(desk, step, attempt=2)


def test_so_does_one_that_is_asked_together_with_its_work_horse(desk: Desk) -> None:
    desk.netbox.start_worker()
    step = desk.until_at('Prove all routes', attempt=3)
    pids = desk.everything()
    send(signal.SIGTERM, pids)
    until_gone(desk.netbox, pids)
    assert_left_behind(desk, step, attempt=3)


def assert_left_behind(desk: Desk, step: int, attempt: int) -> None:
    """The step is complete, none after it was begun, and nobody has anything in their hands."""
    run = desk.run
    assert desk.state == ('pending', attempt)
    assert run['error'] == 'Asked to stop between two steps. The next worker goes on.'
    assert {each['step']: each['status']['value'] for each in run['steps']} == dict.fromkeys(
        range(1, step + 1), 'complete'
    )
    assert desk.leases() == []


def test_the_last_one_completes_it_and_not_one_packet_was_lost(
    desk: Desk, estate: Estate, measurement: Measurement
) -> None:
    desk.netbox.start_worker()
    desk.until_completed(attempt=4)
    assert estate.lab.sessions_down() == []
    measured = measurement.stop()
    assert {flow.name: flow.lost for flow in measured.flows if flow.lost} == {}
    assert measured.broken == ()
    assert all(flow.sent > 1000 for flow in measured.flows)


def test_a_work_horse_that_is_killed_alone_is_followed_by_another_of_its_worker(desk: Desk) -> None:
    desk.deploy(desk.plan('back'))
    desk.until('the first step', lambda run: bool(run['steps']))
    worker, horse = desk.netbox.worker_pid, desk.horse()
    send(signal.SIGKILL, [horse])
    desk.let_a_minute_pass()
    # What the worker does each minute.
    desk.netbox.run('-c', TICK)
    desk.until('the second attempt', lambda run: run['attempt'] == 2)
    assert desk.netbox.worker_pid == worker


def test_a_run_that_loses_its_lease_lets_go_of_everything_and_takes_it_anew(desk: Desk) -> None:
    # A pause keeps it from being done before it looks after its lease.
    desk.rest.post(f'{API}/runs/{desk.run_id}/pause/')
    desk.until('the second attempt with its lease', lambda run: desk.leases() != [])
    desk.let_a_minute_pass()
    desk.until('the third attempt with its lease', lambda run: run['attempt'] == 3 and desk.leases() != [])


def test_queues_that_are_lost_do_not_disturb_a_run_at_work(desk: Desk, estate: Estate) -> None:
    lose_all_queues(desk.netbox)
    desk.rest.post(f'{API}/runs/{desk.run_id}/resume/')
    desk.until_completed(attempt=3)
    estate.lab.wait_converged()


def test_a_run_whose_job_was_lost_gets_another_from_the_next_worker(desk: Desk) -> None:
    plan = desk.plan('deploy')
    pids = desk.everything()
    send(signal.SIGSTOP, pids)
    desk.deploy(plan)
    send(signal.SIGKILL, pids)
    until_gone(desk.netbox, pids)
    lose_all_queues(desk.netbox)
    desk.let_a_minute_pass()
    assert desk.state == ('pending', 0)
    desk.netbox.start_worker()
    desk.until('the first attempt', lambda run: run['attempt'] == 1)
    desk.rest.post(f'{API}/runs/{desk.run_id}/cancel/')
    desk.until('its end', lambda run: run['status']['value'] == 'cancelled')


def lose_all_queues(netbox: NetBox) -> None:
    settings = json.loads((netbox.folder / 'settings.json').read_text(encoding='utf-8'))['redis']
    where = {'host': settings['HOST'], 'port': settings['PORT'], 'db': settings['DATABASE']}
    with redis.Redis(**where, password=settings['PASSWORD']) as queues:
        queues.flushdb()
