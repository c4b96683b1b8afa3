"""Keeps the AS numbers that a deployment has given to nodes: whoever got one once has it for ever.

Written down when the run is complete, since a plan that is under way must not change what it was made from. Until then
the BGPPeers that run with a number remember it, and so they do where it may not be written down.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django_pg_utils import advisory_lock
from extras.models import CustomField, JournalEntry
from ipam.models import ASN

from .compat import ADVISORY_LOCK_KEYS
from .models import CalicoNode, CalicoRun
from .planning.counted import counted
from .planning.designs.tor_as_per_node import TOR_AS_PER_NODE
from .planning.errors import Refused
from .planning.model.plan import Plan

_BATCH = 2000


def keep_as_numbers(run: CalicoRun, plan: Plan) -> str:
    """Give each node that has none the number that it runs with by now; answers with what became of it, in words.

    Numbers that NetBox does not have are made under the registry of the cluster's range, if whoever started the run may
    add them; else Refused, and nothing is written.
    """
    if plan.kind != 'deploy' or plan.design != TOR_AS_PER_NODE.key or run.cluster.asn_range is None:
        return ''
    numbers = {session.node: session.node_as for session in plan.sessions}
    with advisory_lock(ADVISORY_LOCK_KEYS['available-asns']), transaction.atomic():
        without = CalicoNode.objects.filter(cluster=run.cluster, asn__isnull=True).select_for_update(of=('self',))
        nodes = [node for node in without if node.name in numbers]
        if not nodes:
            return ''
        rows = _rows(run, {numbers[node.name] for node in nodes})
        for node in nodes:
            node.asn_id, node.last_updated = rows[numbers[node.name]], timezone.now()
        CalicoNode.objects.bulk_update(nodes, ['asn', 'last_updated'], batch_size=_BATCH)
        told = f'{counted(len(nodes), "node keeps its", "nodes keep their")} AS number (run {run.pk}).'
        JournalEntry.objects.create(assigned_object=run.cluster, kind='info', comments=told)
    return told


def _rows(run: CalicoRun, numbers: set[int]) -> dict[int, int]:
    """The keys of NetBox's AS numbers, those that it did not have included."""
    have = dict(ASN.objects.filter(asn__in=numbers).values_list('asn', 'pk'))
    missing = sorted(numbers - have.keys())
    defaults = CustomField.objects.get_defaults_for_model(ASN)
    made = ASN.objects.bulk_create(
        [
            ASN(
                asn=number,
                rir=run.cluster.asn_range.rir,
                tenant=run.cluster.tenant,
                description=f'A node of {run.cluster}',
                custom_field_data=dict(defaults),
            )
            for number in missing
        ],
        batch_size=_BATCH,
    )
    user = run.started_by
    allowed = ASN.objects.restrict(user, 'add').filter(asn__in=missing).count() if user else 0
    if allowed < len(missing):
        raise Refused(
            f'{counted(len(missing), "AS number")} of nodes were not added to NetBox, as {run.started_by_name} may not '
            'add them: the permission «add» on ASNs is needed. They stay with their nodes all the same.'
        )
    return have | {row.asn: row.pk for row in made}
