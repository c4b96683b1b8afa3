"""The main job, asked for over NetBox's REST API: plan, approve, deploy, and what it cost in packets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lab import traffic
from lab.datacentre import Lab
from lab.errors import LabError
from lab.netbox.rest import Json, Rest

_PLUGIN = '/api/plugins/calico'
_JOB_SECONDS, _RUN_SECONDS = 180, 900
_ENDED = ('completed', 'errored', 'failed')
_RUN_ENDED = ('completed', 'rolled back', 'cancelled', 'failed', 'interrupted')


@dataclass(frozen=True, slots=True)
class Move:
    """One deployed plan, and what the traffic between pods and from outside saw of it."""

    plan: Json
    run: Json
    traffic: traffic.Report


def move(rest: Rest, lab: Lab, kind: str, tell: Callable[[str], None]) -> Move:
    """Plan for the one cluster that NetBox knows (`deploy`, or `back` to the mesh), approve and deploy, under traffic.

    `tell` is given the progress. Raises LabError with the reason when a step of it fails.
    """
    plan = make_plan(rest, kind)
    tell(f'plan {plan["id"]}: {plan["display"]}')
    rest.post(f'{_PLUGIN}/plans/{plan["id"]}/approve/', {'digest': plan['digest'], 'decision': 'approve'})
    titles = {step['number']: step['title'] for step in _steps(rest, plan)}
    with traffic.measure(lab) as measurement:
        run = rest.post(f'{_PLUGIN}/plans/{plan["id"]}/deploy/', {'digest': plan['digest']})
        told: set[int] = set()

        def follow(run: Json) -> bool:
            for step in run['steps']:
                if step['ended'] and step['step'] not in told:
                    told.add(step['step'])
                    tell(f'  {titles.get(step["step"], step["step"])}: {step["status"]["label"]}')
            return run['status']['value'] in _RUN_ENDED

        run = rest.wait(f'{_PLUGIN}/runs/{run["id"]}/', follow, timeout=_RUN_SECONDS)
    if run['status']['value'] != 'completed':
        raise LabError(f'the run ended as {run["status"]["label"]}: {run["error"] or run["display_url"]}')
    return Move(plan, run, measurement.report)


def make_plan(rest: Rest, kind: str) -> Json:
    """A plan of that kind for the one cluster that NetBox knows. Raises LabError, with what a refused one was told."""
    (cluster,) = rest.get(f'{_PLUGIN}/clusters/')['results']
    job = rest.post(f'{_PLUGIN}/clusters/{cluster["id"]}/plan/', {'kind': kind})
    job = rest.wait(f'/api/core/jobs/{job["id"]}/', lambda job: job['status']['value'] in _ENDED, timeout=_JOB_SECONDS)
    if job['status']['value'] != 'completed':
        raise LabError(f'NetBox made no plan: {job["error"]}')
    plan = rest.get(f'{_PLUGIN}/plans/{job["data"]["plan"]}/')
    if plan['status']['value'] == 'refused':
        findings = rest.get(f'{_PLUGIN}/plans/{plan["id"]}/findings/')
        raise LabError(f'the plan is refused: {findings}')
    return plan


def _steps(rest: Rest, plan: Json) -> list[Json]:
    steps: list[Json] = rest.get(f'{_PLUGIN}/plans/{plan["id"]}/steps/')  # type: ignore[assignment]
    return steps
