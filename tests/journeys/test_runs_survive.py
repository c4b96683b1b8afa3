"""What happens to a run in a data centre: killed workers, an API that goes away, a switch that dies, other people.

One lab, in mesh at the start of each test and at its end.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lab import frr, namespace
from lab.datacentre import Lab, up
from lab.services.kubernetes import KubernetesApi
from lab.topology import Shape
from netbox_calico.execution.run import RunEnd
from netbox_calico.planning.model.plan import Outcome, Plan, Step
from netbox_calico.planning.ports import StepStatus
from tests.journeys.drive import Drive, Notes, drive
from tests.journeys.inventory import snapshot_of
from tests.journeys.mortal import CONFIRM_SECONDS, Kept, run_until_killed

OUTAGE = 15


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = up(Shape(racks=2, nodes=2, tors=2), name='weather', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


@pytest.fixture
def driver(lab: Lab) -> Iterator[Drive]:
    with drive(lab, snapshot_of(lab.topology), CONFIRM_SECONDS) as opened:
        yield opened


@dataclass
class Alarm(Notes):
    """A journal that calls back when items have outcomes and when a step has ended."""

    call: Callable[[str, Step], None] = lambda what, step: None

    def outcomes(self, step: Step, phase: str, outcomes: Sequence[Outcome]) -> None:
        super().outcomes(step, phase, outcomes)
        self.call(phase, step)

    def ended(self, step: Step, status: StepStatus, message: str = '') -> None:
        super().ended(step, status, message)
        self.call('ended', step)


def until(what: str, met: Callable[[], bool], limit: float = 90) -> None:
    """Return when it is met."""
    deadline = time.monotonic() + limit
    while not met():
        assert time.monotonic() < deadline, f'{what} did not come to pass in {limit} s'
        time.sleep(0.2)


def groups(lab: Lab, router: str) -> list[str]:
    """The peer groups of ours in the running configuration."""
    running = lab.routers[router].vtysh('show running-config')
    return [line for line in running.splitlines() if 'CAL-LAB' in line and line.endswith('peer-group')]


def assert_deployed(lab: Lab, driver: Drive) -> None:
    observed = driver.observe()
    assert not observed.cluster.mesh
    assert not [router.name for router in observed.routers if router.error or router.pending_commit or not router.saved]
    assert not driver.plan('deploy').steps
    assert lab.sessions_down() == []


def back_to_mesh(lab: Lab, driver: Drive) -> None:
    report = driver.run(driver.plan('back'), Notes())
    assert report.end is RunEnd.COMPLETED, report.message
    assert_in_mesh(lab, driver)


def assert_in_mesh(lab: Lab, driver: Drive) -> None:
    observed = driver.observe()
    assert observed.cluster.mesh
    assert not [router.name for router in observed.routers if router.error or router.pending_commit or not router.saved]
    assert {tor.name: groups(lab, tor.name) for tor in lab.topology.tors if groups(lab, tor.name)} == {}
    assert not driver.plan('back').steps
    lab.wait_converged()


def router_steps(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if any(item.target.startswith('router:') for item in step.items)]


def targets(step: Step) -> list[str]:
    return [item.target for item in step.items]


def test_a_worker_that_is_killed_is_taken_over_from_by_the_next(lab: Lab, driver: Drive, tmp_path: Path) -> None:
    plan = driver.plan('deploy')
    assert not plan.errors
    journal = tmp_path / 'journal.json'
    wave = router_steps(plan)[0]
    label = next(step for step in plan.steps if step.title.startswith('Label the nodes'))

    run_until_killed(lab, plan, journal, f'confirm {targets(wave)[0]}')
    hanging = {f'router:{router.router}' for router in driver.observe().routers if router.pending_commit}
    assert hanging == set(targets(wave))

    run_until_killed(lab, plan, journal, f'apply {targets(label)[1]}')
    kept = Kept(file=journal)
    # What waited for its confirmation was taken back and sent anew: not «unchanged», which would keep the old timer.
    again = [line for line in kept.lines if line.startswith(f'  apply {targets(wave)[0]}:')]
    assert [' created ' in line for line in again] == [True, True]
    assert kept.statuses[wave.number] is StepStatus.COMPLETE
    assert kept.statuses[label.number] is StepStatus.RUNNING
    key = driver.snapshot.cluster.rack_label
    nodes = {f'kubernetes:Node/{node.name}': node.labels for node in driver.observe().cluster.nodes}
    assert [key in nodes[target] for target in targets(label)] == [True, False]

    report = driver.run(plan, kept)
    assert report.end is RunEnd.COMPLETED, (report.message, kept.lines)
    assert_deployed(lab, driver)
    back_to_mesh(lab, driver)


def test_an_api_that_goes_away_between_labels_and_mesh_off_is_waited_for(lab: Lab, driver: Drive) -> None:
    plan = driver.plan('deploy')
    labels = [step.number for step in plan.steps if step.title.startswith('Label the nodes')]
    network = lab.topology.management
    api = KubernetesApi(lab.record.folder / 'kubernetes', addresses=(str(network[1]), '127.0.0.1'))
    back = threading.Timer(OUTAGE, api.start)

    def outage(what: str, step: Step) -> None:
        if (what, step.number) == ('ended', labels[-1]):
            api.stop()
            back.start()

    notes = Alarm(call=outage)
    report = driver.run(plan, notes)
    back.join()
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)
    assert_deployed(lab, driver)
    back_to_mesh(lab, driver)


def test_a_login_that_expires_in_the_middle_interrupts_the_run_until_there_is_a_new_one(
    lab: Lab, driver: Drive
) -> None:
    plan = driver.plan('deploy')
    labels = [step.number for step in plan.steps if step.title.startswith('Label the nodes')]
    network = lab.topology.management
    api = KubernetesApi(lab.record.folder / 'kubernetes', addresses=(str(network[1]), '127.0.0.1'))
    tokens = lab.record.folder / 'kubernetes/tokens.csv'
    good = tokens.read_text(encoding='utf-8')

    def valid(text: str) -> None:
        api.stop()
        tokens.write_text(text, encoding='utf-8')
        api.start()

    def expires(what: str, step: Step) -> None:
        if (what, step.number) == ('ended', labels[0]):
            valid('')

    notes = Alarm(call=expires)
    try:
        report = driver.run(plan, notes)
    finally:
        valid(good)
    assert report.end is RunEnd.INTERRUPTED, (report.message, notes.lines)
    assert 'refuses the login (401)' in report.message
    assert 'Resume the run when that is mended.' in report.message
    assert driver.observe().cluster.mesh
    # Whoever resumes opens the way to the API anew, with the credential as it is now.
    notes.call = lambda what, step: None
    report = driver.run(plan, notes)
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)
    assert_deployed(lab, driver)
    back_to_mesh(lab, driver)


def test_a_router_that_cannot_be_reached_any_more_is_named_and_all_others_are_taken_back(
    lab: Lab, driver: Drive
) -> None:
    plan = driver.plan('deploy')
    wave = router_steps(plan)[-1]
    # A run waits long for a router; a test does not.
    short = replace(wave, gate=replace(wave.gate, timeout=3))
    plan = replace(plan, steps=tuple(short if step is wave else step for step in plan.steps))
    dead = next(tor for tor in lab.topology.tors if tor.name == wave.items[0].label)

    def dies(what: str, step: Step) -> None:
        if (what, step.number) == ('apply', wave.number):
            kill_sshd(lab, dead.name)

    notes = Alarm(call=dies)
    report = driver.run(plan, notes)
    assert report.end is RunEnd.FAILED, (report.message, notes.lines)
    assert f'taken back but on {dead.name}: ' in report.message
    assert 'takes itself back' in report.message
    assert {tor.name for tor in lab.topology.tors if groups(lab, tor.name)} <= {dead.name}
    until('The end of the commit timer', lambda: not groups(lab, dead.name))
    frr.start_sshd(lab.routers[dead.name])
    until('Saving', lambda: all(router.saved for router in driver.observe().routers))
    assert_in_mesh(lab, driver)


def kill_sshd(lab: Lab, router: str) -> None:
    """End the router's SSH server and whoever is logged in, and nobody else's."""
    network = os.readlink(f'/proc/{lab.namespace(router).pid}/ns/net')
    for pid, found in namespace.processes(lab.record.name).items():
        if found == network and Path(f'/proc/{pid}/comm').read_text(encoding='ascii').startswith('sshd'):
            os.kill(pid, signal.SIGKILL)


def test_a_section_that_somebody_edits_after_planning_is_left_alone(lab: Lab, driver: Drive) -> None:
    plan = driver.plan('deploy')
    first = plan.steps[0]
    # A run waits for what others are in the middle of; a test does not.
    plan = replace(plan, steps=(replace(first, gate=replace(first.gate, timeout=3)), *plan.steps[1:]))
    router = lab.routers[name := router_steps(plan)[0].items[0].label]
    bgp = next(line for line in router.vtysh('show running-config').splitlines() if line.startswith('router bgp'))
    router.vtysh('configure terminal', bgp, 'neighbor CAL-LAB-4 peer-group', 'neighbor CAL-LAB-4 remote-as 64512')
    router.vtysh('write memory')
    edited = router.vtysh('show running-config')

    report = driver.run(plan, notes := Notes())
    assert report.end is RunEnd.ROLLED_BACK, (report.message, notes.lines)
    assert (
        f'{name}: our section is neither as it was when the plan was made nor as planned; plan again' in report.message
    )
    assert not [line for line in notes.lines if line.startswith('  apply')]
    assert router.vtysh('show running-config') == edited
    assert {tor.name for tor in lab.topology.tors if groups(lab, tor.name)} == {name}

    back_to_mesh(lab, driver)
