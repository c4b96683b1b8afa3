"""Whose changes a plan carries: the people in the change log since the cluster was deployed last.

Four eyes would be hollow if only the one who pressed the button counted; a schedule presses it as nobody. Not seen are
changes of the panels between two cables, and of a platform, rack or cable that nothing names any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dcim.models import Cable, CableTermination, Device, Interface, Platform, Rack
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from ipam.models import ASN, ASNRange, Prefix
from virtualization.models import VirtualMachine, VMInterface

from .choices import PlanStatusChoices
from .compat import ObjectChange
from .models import (
    CalicoCluster,
    CalicoNode,
    CalicoPeering,
    CalicoPlan,
    CalicoPool,
    CalicoRouter,
    CalicoServiceRange,
    CalicoSwitchProfile,
)

_OF_A_CLUSTER = (CalicoNode, CalicoPool, CalicoServiceRange, CalicoPeering)


def authors_of(cluster: CalicoCluster) -> list[str]:
    """User names, in order, of all who changed intent or inventory of the cluster since its last deployment."""
    last = (
        CalicoPlan.objects.filter(cluster=cluster, status=PlanStatusChoices.DEPLOYED)
        .order_by('-pk')
        .values_list('created', flat=True)
        .first()
    )
    return sorted(set(changes_of(cluster, last).exclude(user_name='').values_list('user_name', flat=True)))


def changes_of(cluster: CalicoCluster, since: datetime | None = None) -> QuerySet[ObjectChange]:
    """The change log of intent and inventory of the cluster."""
    changes = ObjectChange.objects.filter(_concerns(cluster))
    return changes.filter(time__gt=since) if since else changes


def _concerns(cluster: CalicoCluster) -> Q:
    around = _around(cluster)
    types = {
        model: ContentType.objects.get_for_model(model).pk
        for model in (
            CalicoCluster,
            CalicoRouter,
            CalicoSwitchProfile,
            *_OF_A_CLUSTER,
            Device,
            Interface,
            VirtualMachine,
            VMInterface,
            *around,
        )
    }
    hosts = {
        Device: Q(calico_nodes__cluster=cluster) | Q(calico_routers__isnull=False),
        VirtualMachine: Q(calico_nodes__cluster=cluster),
    }
    concerns = (
        Q(changed_object_type=types[CalicoCluster], changed_object_id=cluster.pk)
        | Q(changed_object_type__in=[types[CalicoRouter], types[CalicoSwitchProfile]])
        # By the data and not by the row, so that whoever deleted something is an author too.
        | Q(changed_object_type__in=[types[model] for model in _OF_A_CLUSTER])
        & (Q(prechange_data__cluster=cluster.pk) | Q(postchange_data__cluster=cluster.pk))
    )
    for model, condition in hosts.items():
        found = model.objects.filter(condition).values('pk')
        # The host itself and what hangs on it: interfaces name it as their parent.
        concerns |= Q(changed_object_type=types[model], changed_object_id__in=found)
        concerns |= Q(related_object_type=types[model], related_object_id__in=found)
    for model, condition in (
        (Interface, Q(device__calico_nodes__cluster=cluster) | Q(device__calico_routers__isnull=False)),
        (VMInterface, Q(virtual_machine__calico_nodes__cluster=cluster)),
    ):
        # Addresses name their interface as their parent.
        concerns |= Q(
            related_object_type=types[model], related_object_id__in=model.objects.filter(condition).values('pk')
        )
    for model, found in around.items():
        concerns |= Q(changed_object_type=types[model], changed_object_id__in=found.values('pk'))
    return concerns


def _around(cluster: CalicoCluster) -> dict[type[Model], QuerySet[Any]]:
    """What shapes artefacts without being of the cluster: AS numbers, racks, prefixes, platforms and cables."""
    hosts = Device.objects.filter(Q(calico_nodes__cluster=cluster) | Q(calico_routers__isnull=False))
    machines = VirtualMachine.objects.filter(calico_nodes__cluster=cluster)
    nodes = CalicoNode.objects.filter(cluster=cluster)
    routers = CalicoRouter.objects.all()
    return {
        ASN: ASN.objects.filter(Q(pk=cluster.asn_id) | Q(pk__in=routers.values('asn')) | Q(pk__in=nodes.values('asn'))),
        ASNRange: ASNRange.objects.filter(pk=cluster.asn_range_id),
        Rack: Rack.objects.filter(
            Q(pk__in=hosts.values('rack'))
            | Q(pk__in=machines.values('device__rack'))
            | Q(pk__in=nodes.values('rack'))
            | Q(pk__in=routers.values('racks'))
        ),
        Prefix: Prefix.objects.filter(
            Q(pk__in=cluster.pools.values('prefix')) | Q(pk__in=cluster.service_ranges.values('prefix'))
        ),
        Platform: Platform.objects.filter(pk__in=hosts.values('platform')),
        Cable: Cable.objects.filter(pk__in=CableTermination.objects.filter(_device__in=hosts).values('cable')),
    }
