"""The pipe on a lab, without NetBox around it: observe, plan, run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from lab import traffic
from lab.datacentre import Lab
from lab.traffic.flows import Flow
from netbox_calico.adapters.credentials import Login
from netbox_calico.adapters.kubernetes import KubernetesCluster, open_cluster
from netbox_calico.adapters.switches import RouterTarget, SwitchFleet
from netbox_calico.execution.clock import StoppableClock
from netbox_calico.execution.run import Run, RunEnd, RunReport
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Outcome, Plan, Step
from netbox_calico.planning.naming import secret_key
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.ports import StepStatus, Wish
from netbox_calico.render import RENDERERS

RATE, OFTEN = 500.0, 1000.0
"""Packets a second a UDP flow: what lasts two milliseconds is seen, or one."""


@dataclass
class Notes:
    """A journal in memory."""

    statuses: dict[int, StepStatus] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    last: Sequence[str] = ()
    wanted: Wish = Wish.RUN

    def steps(self) -> Mapping[int, StepStatus]:
        return dict(self.statuses)

    def rolling_back(self, reason: str) -> None:
        self.lines.append(f'rolling back: {reason}')
        self.wanted = Wish.ROLL_BACK

    def started(self, step: Step) -> None:
        self.lines.append(f'{step.number} {step.title}')
        self.statuses[step.number] = StepStatus.RUNNING

    def still_ours(self) -> None:
        pass

    def outcomes(self, step: Step, phase: str, outcomes: Sequence[Outcome]) -> None:
        self.lines += [f'  {phase} {outcome.target}: {outcome.result} {outcome.message}' for outcome in outcomes]

    def waiting(self, step: Step, names: Sequence[str]) -> None:
        self.last = names

    def ended(self, step: Step, status: StepStatus, message: str = '') -> None:
        self.statuses[step.number] = status

    def wish(self) -> Wish:
        return self.wanted

    def paused(self) -> None:
        pass

    def milestone(self, text: str) -> None:
        self.lines.append(text)


@dataclass(frozen=True)
class Drive:
    """Both sides of a lab, open."""

    snapshot: Snapshot
    cluster: KubernetesCluster
    fleet: SwitchFleet

    def observe(self) -> Observation:
        return Observation(self.cluster.observe(), self.fleet.observe(router.id for router in self.snapshot.routers))

    def plan(self, kind: str) -> Plan:
        return make_plan(self.snapshot, self.observe(), kind, RENDERERS)

    def run(self, plan: Plan, notes: Notes) -> RunReport:
        return Run(plan, self.cluster, self.fleet, notes, StoppableClock(), interval=0.4).execute()


@contextmanager
def drive(lab: Lab, snapshot: Snapshot, confirm_seconds: int = 60, secrets: Iterable[str] = ()) -> Iterator[Drive]:
    """Open the edges of a lab for a snapshot of it; passwords of BGP may be those of these Secrets."""
    known_hosts = lab.record.folder / 'known_hosts'
    routers = lab.routers
    known_hosts.write_text(
        ''.join(f'{router.management_address} {router.host_key}\n' for router in routers.values()), encoding='ascii'
    )
    some = next(iter(routers.values()))
    login = Login(some.username, key_file=str(some.key_file), known_hosts_file=str(known_hosts))
    targets = [
        RouterTarget(
            router.id,
            router.name,
            router.management,
            router.profile.driver,
            router.profile.template_set,
            router.profile.credential,
            confirm_seconds=confirm_seconds,
            secrets=tuple(f'{name}/{secret_key(router.name)}' for name in secrets),
        )
        for router in snapshot.routers
        if router.profile is not None
    ]
    with (
        open_cluster(lab.kubeconfig.read_text(encoding='utf-8'), snapshot.cluster.handle, secrets=secrets) as cluster,
        SwitchFleet(
            targets,
            snapshot.cluster.handle,
            login=lambda name: login,
            secret=cluster.secret_value,
            sections=RENDERERS,
        ) as fleet,
    ):
        yield Drive(snapshot, cluster, fleet)


def lossless(lab: Lab, driver: Drive, plan: Plan, promised: Callable[[Flow], bool], rate: float = RATE) -> None:
    """Carry out a plan under traffic: nothing is lost of what is promised, and nothing is left to plan.

    ``rate`` is in packets a second a UDP flow.
    """
    assert not plan.errors
    assert plan.steps
    notes = Notes()
    with traffic.measure(lab, rate=rate, choose=promised) as measurement:
        report = driver.run(plan, notes)
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines, notes.last)
    measured = measurement.report
    assert measured.receiver_drops == 0
    lost = {flow.name: flow.lost for flow in measured.flows if flow.lost}
    assert lost == {}, lost
    assert measured.broken == ()
    assert all(flow.sent > 1000 for flow in measured.flows)
    assert not driver.plan(plan.kind).steps


def inside(flow: Flow) -> bool:
    """Between pods: without routers, and while they come and go, nothing is promised to the outside."""
    return flow.scope != 'outside'


def from_everywhere(flow: Flow) -> bool:
    """All but connections from outside: moving a service's paths rehashes them, and conntrack resets."""
    return flow.scope != 'outside' or flow.protocol == 'udp'
