"""One attempt of one run, joined: leases, edges, journal, and what is written down afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, transaction

from netbox_calico.as_numbers import keep_as_numbers
from netbox_calico.choices import PlanKindChoices
from netbox_calico.execution.clock import StoppableClock
from netbox_calico.execution.run import Run, RunEnd, RunReport
from netbox_calico.execution.watch import PlanEyes
from netbox_calico.journal import RunJournal
from netbox_calico.lease import HeldLeases
from netbox_calico.models import CalicoCluster, CalicoRun, CalicoRunStep
from netbox_calico.peerings import derive_peerings, derive_peerings_of_nodes, record_states
from netbox_calico.planning.errors import CalicoError, Refused, StalePlan
from netbox_calico.planning.gates import Look, plan_routers
from netbox_calico.planning.model.intent import Session
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.ports import ClusterPort, FleetPort
from netbox_calico.snapshot import take_snapshot
from netbox_calico.state import claim, record_both_sides, record_comparison, record_sessions
from netbox_calico.store import load_plan, record_run

from .edges import Edges, open_edges
from .pipe import between_nodes, compare, plan_from
from .stopping import StopRequest

_REFRESH = 2.0


def deploy(run: CalicoRun, stopping: StopRequest, tell: Callable[[str], None]) -> RunReport:
    """Carry the run's plan on from where it stands, until ``stopping``; ``tell`` is given the milestones.

    Raises CalicoError when nothing was begun: a plan that is stale or was tampered with, a lease that another run has.
    """
    plan = load_plan(run.plan)
    snapshot = take_snapshot(run.cluster)
    missing = set(plan_routers(plan)) - {router.id for router in snapshot.routers}
    if missing:
        raise StalePlan(f'{len(missing)} routers of the plan are not in NetBox any more: make a new plan.')
    resources = (f'cluster:{run.cluster_id}', *(f'router:{router}' for router in plan_routers(plan)))
    with (
        HeldLeases(resources, f'run {run.pk} attempt {run.attempt}') as leases,
        open_edges(run.cluster.connection, snapshot) as edges,
    ):
        if not CalicoRunStep.objects.filter(run=run).exists():
            observation = edges.observe(snapshot)
            claim(run.cluster, observation.cluster)
            _refuse_stale(plan, snapshot, observation)
        # A plan that leads to no sessions takes them away step by step; until then their peerings are there.
        if plan.kind == PlanKindChoices.DEPLOY and plan.sessions:
            derive_peerings(run.cluster, plan.sessions, f'plan {run.plan_id}')
        journal = RunJournal(run, leases.check, tell)
        report = Run(
            plan,
            edges.cluster,
            edges.fleet,
            journal,
            StoppableClock(stopping.event),
            stopping,
            open_eyes=Recorder(run.cluster, tell).open_eyes,
        ).execute()
        record_run(run, plan)
        if report.end is RunEnd.COMPLETED:
            _keep_as_numbers(run, plan, tell)
        _last_look(run, plan, snapshot, edges, tell)
    return report


def _refuse_stale(plan: Plan, snapshot: Snapshot, observation: Observation) -> None:
    """Plan again from a fresh look; nothing of what shaped the approved plan may have changed."""
    fresh = plan_from(snapshot, observation, plan.kind)
    if fresh.snapshot_digest != plan.snapshot_digest:
        raise StalePlan('NetBox has changed since the plan was made: make a new plan, and have it approved.')
    if fresh.observation_digest != plan.observation_digest:
        raise StalePlan(
            'The cluster or its routers have changed since the plan was made: make a new plan, and have it approved.'
        )
    if fresh.errors:
        raise Refused(f'{fresh.errors[0].subject}: {fresh.errors[0].message}')


@dataclass(slots=True)
class Recorder:
    """Writes what the gates see into the peerings' states, every few seconds, so that people see sessions come up.

    For people only: what cannot be written is told, and the run goes on.
    """

    cluster: CalicoCluster
    tell: Callable[[str], None]
    _last: float = 0

    def open_eyes(self, plan: Plan, cluster: ClusterPort, fleet: FleetPort) -> PlanEyes:
        return PlanEyes(plan, cluster, fleet, seen=self.record)

    def record(self, look: Look) -> None:
        """Write down what was seen, unless that was done a moment ago."""
        if time.monotonic() - self._last < _REFRESH:
            return
        self._last = time.monotonic()
        try:
            with transaction.atomic():
                record_sessions(self.cluster, *record_states(self.cluster, look.routers, look.nodes))
        except DatabaseError as exc:
            self.tell(f'The states of the peerings were not written down this time: {exc}')


def _keep_as_numbers(run: CalicoRun, plan: Plan, tell: Callable[[str], None]) -> None:
    try:
        told = keep_as_numbers(run, plan)
    except (CalicoError, DatabaseError) as exc:
        told = str(exc)
    if told:
        tell(told)


def _last_look(run: CalicoRun, plan: Plan, snapshot: Snapshot, edges: Edges, tell: Callable[[str], None]) -> None:
    """Leave the pages with what is there now; a look that fails changes nothing of the run's end."""
    try:
        observation = edges.observe(snapshot)
        # A fresh snapshot, for it holds what the run has deployed.
        comparison = compare(take_snapshot(run.cluster), observation)
        pairs = between_nodes(snapshot, observation)
    except CalicoError as exc:
        tell(f'The last look at both sides failed: {exc}')
        return
    try:
        with transaction.atomic():
            derive_peerings(run.cluster, _configured(plan, observation), f'run {run.pk}')
            derive_peerings_of_nodes(run.cluster, pairs, f'run {run.pk}')
            record_both_sides(run.cluster, observation)
            record_sessions(run.cluster, *record_states(run.cluster, observation.routers, ()))
            record_comparison(run.cluster, *comparison)
    except DatabaseError as exc:
        tell(f'What both sides look like now was not written down: {exc} Compare the cluster with NetBox once more.')


def _configured(plan: Plan, observation: Observation) -> list[Session]:
    """The plan's sessions that the routers are configured for; of a router that cannot be read, all."""
    neighbors = {
        router.router: {session.neighbor for session in router.sessions}
        for router in observation.routers
        if not router.error
    }
    return [
        session
        for session in plan.sessions
        if session.router not in neighbors or session.node_address in neighbors[session.router]
    ]
