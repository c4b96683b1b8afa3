"""The pipe in one call: snapshot and observation in, a plan out. The same input always gives the same plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .artefact import api_version
from .checks import run_checks
from .designs import find
from .designs.shared_address import as_it_runs
from .designs.tor_default import TOR_DEFAULT
from .diff import taken
from .digest import digest
from .errors import InvalidInput
from .fingerprint import ordered_observation_digest, ordered_snapshot_digest
from .hands_off import kept_off
from .in_force import given_up
from .model.intent import Intent
from .model.inventory import Snapshot
from .model.observation import Observation
from .model.plan import Finding, Plan, Severity
from .order import in_order
from .ports import SectionRenderer
from .proven import proven_steps
from .remembered import remembering
from .rollout import Situation, moved_racks, section_pairs, with_legs
from .rollout.stages import FIRST, reached
from .well_formed import Unreadable, well_formed

KINDS = ('deploy', 'back')

type Renderers = Mapping[str, SectionRenderer]


def make_plan(snapshot: Snapshot, observation: Observation, kind: str, renderers: Renderers) -> Plan:
    """The plan to the cluster's design (``deploy``) or to the mesh (``back``).

    ``renderers`` by template set. A plan with an error among its findings has no steps, and neither has one of which
    the proof says that a step loses packets. Raises InvalidInput for an unknown kind or design, and for a cluster that
    serves no API group of Calico.
    """
    if kind not in KINDS:
        raise InvalidInput(f'There is no plan of kind {kind!r}: ask for {" or ".join(KINDS)}.')
    renderers = remembering(renderers)
    snapshot, observation = in_order(snapshot, observation)
    observation, unreadable = well_formed(observation)
    wished = find(snapshot.cluster.design).derive(snapshot, observation)
    intent = wished if kind == 'deploy' else find('mesh').derive(snapshot, observation)
    before = _in_force(wished, snapshot, observation, renderers) if intent.mesh else wished
    former = given_up(snapshot, observation, before)
    situation, refused = with_legs(Situation(snapshot, observation, intent, before, former=former), renderers)
    findings = _judged(snapshot, observation, intent, refused, renderers, unreadable)
    steps, against = ((), ()) if _stops(findings) else proven_steps(situation, renderers)
    against = (*against, *kept_off(snapshot, steps))
    findings = _sorted(*findings, *against)
    return Plan(
        kind=kind,
        design=intent.design,
        cluster=snapshot.cluster.name,
        handle=snapshot.cluster.handle,
        snapshot_digest=ordered_snapshot_digest(snapshot),
        observation_digest=ordered_observation_digest(snapshot, observation, wished.reflection),
        steps=() if _stops(findings) else steps,
        sessions=before.sessions,
        former=former,
        findings=findings,
        rack_label=snapshot.cluster.rack_label,
        racks=intent.racks or moved_racks(situation),
    )


def plan_digest(plan: Plan) -> str:
    """What an approval is bound to: everything that will be done. Findings only tell the weather, and are left out."""
    return digest(
        {
            'kind': plan.kind,
            'design': plan.design,
            'cluster': plan.cluster,
            'handle': plan.handle,
            'snapshot': plan.snapshot_digest,
            'observation': plan.observation_digest,
            'steps': plan.steps,
            'sessions': plan.sessions,
            'former': plan.former,
            'rack_label': plan.rack_label,
            'racks': plan.racks,
        }
    )


def judge(snapshot: Snapshot, observation: Observation, renderers: Renderers) -> tuple[Intent, tuple[Finding, ...]]:
    """What should be by the cluster's design, and all findings, for whoever compares without planning."""
    snapshot, observation = in_order(snapshot, observation)
    observation, unreadable = well_formed(observation)
    intent = find(snapshot.cluster.design).derive(snapshot, observation)
    _, refused = section_pairs(snapshot, observation, intent.sections, renderers)
    return intent, _judged(snapshot, observation, intent, refused, renderers, unreadable)


def _judged(
    snapshot: Snapshot,
    observation: Observation,
    intent: Intent,
    refused: Iterable[Finding],
    renderers: Renderers,
    unreadable: Unreadable,
) -> tuple[Finding, ...]:
    api_version(observation.cluster.api_group)  # raises where nothing could be written
    names = taken(snapshot.cluster.handle, intent.resources, observation.cluster)
    return _sorted(*names, *refused, *run_checks(snapshot, observation, intent, renderers, unreadable))


def _in_force(wished: Intent, snapshot: Snapshot, observation: Observation, renderers: Renderers) -> Intent:
    """A default route is led out of as it runs, behind gates on its sessions, whatever was chosen since."""
    if reached(snapshot, observation, renderers) == FIRST:
        return wished
    return TOR_DEFAULT.derive(as_it_runs(snapshot, observation), observation)


def _stops(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _sorted(*findings: Finding) -> tuple[Finding, ...]:
    """Errors first, each finding once."""
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    return tuple(sorted(set(findings), key=lambda one: (rank[one.severity], one.code, one.subject, one.message)))
