"""Writes down what was seen last of a cluster: one row that badges, lists and panels read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from .choices import BlobKindChoices, MeshChoices
from .models import CalicoBlob, CalicoCluster, CalicoClusterState, CalicoNode, CalicoNodeState, CalicoRouterState
from .planning.digest import digest, plain
from .planning.drift import Drift
from .planning.errors import Refused
from .planning.model.observation import ClusterObservation, Observation
from .planning.model.plan import Finding, Severity
from .store import save_blob

_ERROR_LENGTH = 500


def claim(cluster: CalicoCluster, observed: ClusterObservation) -> None:
    """Write down which Kubernetes cluster it is; Refused, before anything is done there, when it is another's here.

    Two names of credentials may lead to one Kubernetes cluster: its guards, leases and plans are those of one of us.
    """
    if not observed.identity:
        return
    try:
        with transaction.atomic():
            _update(cluster, identity=observed.identity)
    except IntegrityError as exc:
        other = CalicoCluster.objects.get(state__identity=observed.identity)
        raise Refused(
            f'The connection «{cluster.connection}» of {cluster} leads to the Kubernetes cluster that is {other} here '
            f'already: use {other}, or choose a connection to another Kubernetes cluster.'
        ) from exc


def record_cluster(cluster: CalicoCluster, observed: ClusterObservation) -> None:
    """What the Kubernetes API said: mesh, version, the nodes."""
    _update(
        cluster,
        mesh=MeshChoices.ON if observed.mesh else MeshChoices.OFF,
        version=observed.calico_version,
        observed_at=timezone.now(),
        error='',
    )
    nodes = dict(CalicoNode.objects.filter(cluster=cluster).values_list('name', 'pk'))
    CalicoNodeState.objects.bulk_create(
        [
            CalicoNodeState(
                node_id=nodes[node.name],
                ready=node.ready,
                addresses=[str(address) for address in node.addresses],
                asn=node.asn,
                labels_digest=digest(node.labels),
            )
            for node in observed.nodes
            if node.name in nodes
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=['node'],
        update_fields=['ready', 'addresses', 'asn', 'labels_digest'],
    )


def record_both_sides(cluster: CalicoCluster, observed: Observation) -> None:
    """What the Kubernetes API and each router said."""
    record_cluster(cluster, observed.cluster)
    now = timezone.now()
    CalicoRouterState.objects.bulk_create(
        [
            CalicoRouterState(
                router_id=router.router,
                reachable=not router.error,
                observed_at=now,
                error=router.error[:_ERROR_LENGTH],
            )
            for router in observed.routers
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=['router'],
        update_fields=['reachable', 'observed_at', 'error'],
    )


def record_sessions(cluster: CalicoCluster, up: int, expected: int) -> None:
    """How many sessions are Established on the routers, and how many peerings there are."""
    _update(cluster, sessions_up=up, sessions_expected=expected)


def record_proposal(cluster: CalicoCluster, proposal: dict[str, Any]) -> None:
    """What a sync found, for people to pick from."""
    _update(cluster, proposal=_blob(BlobKindChoices.PROPOSAL, proposal))


def record_comparison(
    cluster: CalicoCluster, observed: str, drift: Sequence[Drift], findings: Sequence[Finding]
) -> None:
    """The difference of both sides from NetBox, and what the checks say.

    ``observed`` is the digest of what was seen: a plan that was made of anything else is stale.
    """
    _update(
        cluster,
        observation_digest=observed,
        compared_at=timezone.now(),
        drift=_blob(BlobKindChoices.DRIFT, plain(drift)),
        drift_cluster=sum(entry.target.startswith('kubernetes:') for entry in drift),
        drift_routers=sum(entry.target.startswith('router:') for entry in drift),
        findings=_blob(BlobKindChoices.FINDINGS, plain(findings)),
        findings_error=sum(finding.severity is Severity.ERROR for finding in findings),
        findings_warning=sum(finding.severity is Severity.WARNING for finding in findings),
        error='',
    )


def record_error(cluster: CalicoCluster, message: str) -> None:
    """Why the last look failed; what was seen before stays."""
    _update(cluster, error=message[:_ERROR_LENGTH])


def _update(cluster: CalicoCluster, **values: object) -> None:
    CalicoClusterState.objects.update_or_create(cluster=cluster, defaults=values)


def _blob(kind: str, value: Any) -> CalicoBlob:
    return save_blob(kind, json.dumps(value, sort_keys=True, ensure_ascii=False))
