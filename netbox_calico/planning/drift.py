"""Drift: what should be, what was deployed last and what is there now, held against each other, target by target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .diff import compare
from .encapsulation import moves
from .model.intent import Intent
from .model.inventory import Deployed, Snapshot
from .model.observation import Observation
from .model.plan import Change, Item, Severity
from .order import in_order
from .ports import SectionRenderer
from .rollout import mesh_pair, section_pairs
from .rollout.encapsulation import mode_pair
from .rollout.nodes import label_pairs
from .rollout.roles import in_role, role_pair, without_role


class DriftKind(StrEnum):
    """``pending``: NetBox has changed since, or it was never deployed. ``changed``: somebody else changed it.

    ``vanished``: what we deployed is gone altogether, as when a controller of the fabric wrote its own configuration.
    """

    PENDING = 'pending'
    CHANGED = 'changed'
    VANISHED = 'vanished'


_SEVERITY = {
    DriftKind.PENDING: Severity.NOTE,
    DriftKind.CHANGED: Severity.WARNING,
    DriftKind.VANISHED: Severity.ERROR,
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One target that is not as it should be; ``diff`` leads from what is there to what should be."""

    target: str
    label: str
    kind: DriftKind
    severity: Severity
    diff: str = ''
    changes: tuple[Change, ...] = ()


def drift(
    snapshot: Snapshot, intent: Intent, observation: Observation, renderers: Mapping[str, SectionRenderer]
) -> tuple[Drift, ...]:
    """The targets that differ from the intent, by target.

    Where the intent could not be derived in full (it has errors) only what somebody else changed is told: the rest
    would be made of what is missing in NetBox.
    """
    snapshot, observation = in_order(snapshot, observation)
    deployed = {entry.target: entry for entry in snapshot.deployed}
    partial = any(finding.severity is Severity.ERROR for finding in intent.findings)
    found = [_entry(item, deployed.get(item.target)) for item in _items(snapshot, intent, observation, renderers)]
    return tuple(
        sorted(
            (entry for entry in found if not (partial and entry.kind is DriftKind.PENDING)),
            key=lambda entry: entry.target,
        )
    )


def _items(
    snapshot: Snapshot, intent: Intent, observation: Observation, renderers: Mapping[str, SectionRenderer]
) -> Iterable[Item]:
    """What would be sent to each target to make it as it should be."""
    cluster, observed = snapshot.cluster, observation.cluster
    for pair in compare(cluster.handle, intent.resources, observed).pairs:
        yield pair[0]
    sections, _ = section_pairs(snapshot, observation, intent.sections, renderers)
    for pair in sections.values():
        yield pair[0]
    for pair in label_pairs(observed.nodes, cluster.rack_label, intent.rack_of):
        yield pair[0]
    for move in moves(snapshot, observation, intent):
        if move.goal != move.there:
            yield mode_pair(observed.api_group, move.pool, move.goal)[0]
    for node in observed.nodes:
        if intent.reflection is not None:
            after = in_role(node, intent.reflection, cluster.handle)
        else:
            after = without_role(node, cluster.handle)
        if (role := role_pair(node, after)) is not None:
            yield role[0]
    switched = mesh_pair(cluster.handle, observed, intent.mesh)
    if switched is not None:
        yield switched[0]


def _entry(item: Item, deployed: Deployed | None) -> Drift:
    if deployed is None or item.before == deployed.after:
        kind = DriftKind.PENDING
    elif item.before:
        kind = DriftKind.CHANGED
    else:
        kind = DriftKind.VANISHED
    return Drift(item.target, item.label, kind, _SEVERITY[kind], item.diff, item.changes)
