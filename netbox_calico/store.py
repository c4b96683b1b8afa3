"""Plans as rows and back. The only place that writes plans, their items and their texts; always in bulk.

A plan of 6000 items is 6000 narrow rows; its texts are content-addressed blobs, so that equal artefacts are stored once
and a list of items drags no bodies along.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import bulk
from .authors import authors_of
from .choices import (
    BlobKindChoices,
    PhaseChoices,
    PlanStatusChoices,
    ResultChoices,
    StepStatusChoices,
)
from .models import CalicoBlob, CalicoCluster, CalicoDeployed, CalicoPlan, CalicoPlanItem, CalicoRouter, CalicoRun
from .planning.codec import decode
from .planning.collecting import nothing_collected
from .planning.digest import document, plain
from .planning.errors import Refused, StalePlan
from .planning.model.plan import Item, Plan, Step
from .planning.plan import plan_digest

_BATCH = 2000
_ITEM_FIELDS = (
    'step', 'undo', 'target', 'label', 'operation', 'before', 'after', 'changes', 'artefact__body', 'diff__body',
)  # fmt: skip
_ITEM_COLUMNS = (
    'plan_id', 'seq', 'step', 'wave', 'undo', 'target', 'label', 'router_id', 'operation', 'changes', 'before', 'after',
    'artefact_id', 'diff_id',
)  # fmt: skip

# What has no column or rows of its own is stored as it is, also what planner and designs add later.
_PLAN_COLUMNS = {
    'kind', 'design', 'cluster', 'handle', 'snapshot_digest', 'observation_digest', 'steps', 'findings',
}  # fmt: skip
_PLAN_FIELDS = tuple(field.name for field in fields(Plan) if field.name not in _PLAN_COLUMNS)
_STEP_FIELDS = tuple(field.name for field in fields(Step) if field.name not in ('items', 'undo'))


def save_blob(kind: str, text: str) -> CalicoBlob:
    """The blob of a text, stored if it is new."""
    return CalicoBlob.objects.defer('body').get(pk=_save_blobs([(kind, text)])[text])


def _save_blobs(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Store these texts, each with its kind; answers with the key of each one's blob."""
    now = timezone.now()
    blobs = {text: (_digest(text), kind, len(text.encode()), now, text) for kind, text in texts}
    # In one order, for two that store the same texts would else wait for one another. One that is there already is
    # marked as wanted, and so cannot be swept away before somebody points at it.
    bulk.upsert(
        CalicoBlob,
        ('digest', 'kind', 'size', 'stored', 'body'),
        sorted(blobs.values()),
        key='digest',
        change=['stored'],
    )
    return {text: row[0] for text, row in blobs.items()}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def save_plan(cluster: CalicoCluster, plan: Plan, user: Any) -> CalicoPlan:
    """Store a plan; what was open for the cluster and does not run is withdrawn by it."""
    rows = [(step, undo, item) for step in plan.steps for undo in (False, True) for item in _items(step, undo)]
    findings = document(plan.findings)
    expected = document({name: getattr(plan, name) for name in _PLAN_FIELDS})
    with transaction.atomic(), nothing_collected():
        # One plan at a time: whoever comes second withdraws the first.
        CalicoCluster.objects.select_for_update(of=('self',)).get(pk=cluster.pk)
        CalicoPlan.objects.filter(
            cluster=cluster, status__in=(PlanStatusChoices.READY, PlanStatusChoices.APPROVED)
        ).update(status=PlanStatusChoices.WITHDRAWN)
        running = CalicoPlan.objects.filter(cluster=cluster, status=PlanStatusChoices.RUNNING).first()
        if running:
            raise Refused(f'{running} began to run while this plan was made: wait until its run has ended, plan again.')
        blobs = _save_blobs(
            [
                (BlobKindChoices.FINDINGS, findings),
                (BlobKindChoices.EXPECTED, expected),
                *((BlobKindChoices.ARTEFACT, item.artefact) for *_, item in rows),
                *((BlobKindChoices.DIFF, item.diff) for *_, item in rows),
            ]
        )
        stored = CalicoPlan.objects.create(
            cluster=cluster,
            kind=plan.kind,
            status=_status(plan),
            design=plan.design,
            digest=plan_digest(plan),
            snapshot_digest=plan.snapshot_digest,
            observation_digest=plan.observation_digest,
            created_by=user,
            created_by_name=user.get_username() if user else '',
            authors=authors_of(cluster),
            summary=_summary(plan),
            steps=_steps(plan),
            findings_id=blobs[findings],
            expected_id=blobs[expected],
        )
        routers = set(CalicoRouter.objects.values_list('pk', flat=True))
        bulk.insert(
            CalicoPlanItem,
            _ITEM_COLUMNS,
            (
                (
                    stored.pk,
                    seq,
                    step.number,
                    step.wave,
                    undo,
                    item.target,
                    item.label,
                    key if (key := router_key(item.target)) in routers else None,
                    item.operation.value,
                    plain(item.changes),
                    item.before,
                    item.after,
                    blobs[item.artefact],
                    blobs[item.diff],
                )
                for seq, (step, undo, item) in enumerate(rows)
            ),
        )
    return stored


def load_plan(stored: CalicoPlan) -> Plan:
    """The plan just as it was made. StalePlan when a row of it was changed since: its digest tells."""
    items: dict[tuple[int, bool], list[dict[str, Any]]] = {}
    for step, undo, *values in stored.items.order_by('seq').values_list(*_ITEM_FIELDS):
        names = ('target', 'label', 'operation', 'before', 'after', 'changes', 'artefact', 'diff')
        items.setdefault((step, undo), []).append(dict(zip(names, values, strict=True)))
    steps = [
        {
            **{name: step[name] for name in _STEP_FIELDS if name in step},
            'items': items.get((step['number'], False), []),
            'undo': items.get((step['number'], True), []),
        }
        for step in stored.steps
    ]
    plan = decode(
        {
            'kind': stored.kind,
            'design': stored.design,
            'cluster': stored.summary['cluster'],
            'handle': stored.summary['handle'],
            'snapshot_digest': stored.snapshot_digest,
            'observation_digest': stored.observation_digest,
            'steps': steps,
            'findings': json.loads(stored.findings.body) if stored.findings else [],
            **(json.loads(stored.expected.body) if stored.expected else {'sessions': [], 'former': [], 'racks': []}),
        }
    )
    if plan_digest(plan) != stored.digest:
        raise StalePlan(f'{stored} is not what was approved: its rows were changed in the database. Make a new plan.')
    return plan


def record_run(run: CalicoRun, plan: Plan) -> None:
    """Write down what a run has left on its targets by now: its complete steps, and what the way back put there."""
    statuses = dict(run.steps.values_list('step', 'status'))
    failed = set(
        run.outcomes.filter(phase=PhaseChoices.ROLL_BACK, result=ResultChoices.FAILED).values_list(
            'item__step', 'item__target'
        )
    )
    done = [
        item for step in plan.steps if statuses.get(step.number) == StepStatusChoices.COMPLETE for item in step.items
    ]
    back = [
        item
        for step in reversed(plan.steps)
        if statuses.get(step.number) == StepStatusChoices.UNDONE
        for item in step.undo
        if (step.number, item.target) not in failed
    ]
    record_deployed(run.cluster, run, [*done, *back])


def record_deployed(cluster: CalicoCluster, run: CalicoRun, items: Iterable[Item]) -> None:
    """What a run has put onto its targets, or taken off them, is from now on what was deployed last."""
    last = {item.target: item for item in items}
    gone = [target for target, item in last.items() if not item.after]
    there = [item for item in last.values() if item.after]
    now = timezone.now()
    with transaction.atomic():
        CalicoDeployed.objects.filter(cluster=cluster, target__in=gone).delete()
        blobs = _save_blobs((BlobKindChoices.ARTEFACT, item.artefact) for item in there)
        CalicoDeployed.objects.bulk_create(
            [
                CalicoDeployed(
                    cluster=cluster,
                    target=item.target,
                    artefact_id=blobs[item.artefact],
                    after=item.after,
                    run=run,
                    at=now,
                )
                for item in there
            ],
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=['cluster', 'target'],
            update_fields=['artefact', 'after', 'run', 'at'],
        )


def router_key(target: str) -> int | None:
    """The key of the router that a target is, None for anything else."""
    kind, _, key = target.partition(':')
    return int(key) if kind == 'router' and key.isdigit() else None


def _items(step: Step, undo: bool) -> tuple[Item, ...]:
    return step.undo if undo else step.items


def _status(plan: Plan) -> str:
    if plan.errors:
        return PlanStatusChoices.REFUSED
    return PlanStatusChoices.READY if any(step.items for step in plan.steps) else PlanStatusChoices.EMPTY


def _steps(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            **{name: plain(getattr(step, name)) for name in _STEP_FIELDS},
            'items': len(step.items),
        }
        for step in plan.steps
    ]


def _summary(plan: Plan) -> dict[str, Any]:
    items = [item for step in plan.steps for item in step.items]
    return {
        'cluster': plan.cluster,
        'handle': plan.handle,
        'items': len(items),
        'steps': len(plan.steps),
        'waves': len({step.wave for step in plan.steps}),
        'racks': len(plan.racks),
        'sessions': len(plan.sessions),
        'targets': {
            'router': len({item.target for item in items if item.target.startswith('router:')}),
            'kubernetes': len({item.target for item in items if not item.target.startswith('router:')}),
        },
        'operations': dict(Counter(item.operation.value for item in items)),
        'findings': dict(Counter(finding.severity.value for finding in plan.findings)),
    }
