"""How large a cluster is, as far as a person may see it: what sizing starts from, in three queries."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count
from django.db.models.functions import Coalesce

from .choices import RouterRoleChoices
from .models import CalicoCluster, CalicoNode, CalicoPeering, CalicoRouter


def numbers_of(cluster: CalicoCluster, user: Any) -> dict[str, int]:
    """Nodes, racks and TORs a rack of a cluster, by the names that sizing has for them; without nodes all are zero.

    Nodes without a rack count for no rack. The TORs are the most that stand in one of the racks or are tied to it, or
    that a node peers with.
    """
    nodes = CalicoNode.objects.restrict(user, 'view').filter(cluster=cluster)
    racks_of_nodes = list(
        nodes.values_list(Coalesce('device__rack', 'virtual_machine__device__rack', 'rack'), flat=True)
    )
    if not racks_of_nodes:
        return {'nodes': 0, 'racks': 0, 'tors': 0}
    racks = set(racks_of_nodes) - {None}
    routers = CalicoRouter.objects.restrict(user, 'view').filter(role=RouterRoleChoices.TOR)
    places = {
        (router, rack)
        for router, standing, tied in routers.values_list('pk', 'device__rack', 'racks')
        for rack in (standing, tied)
        if rack in racks
    }
    peers = (
        CalicoPeering.objects.restrict(user, 'view')
        .filter(cluster=cluster, router__in=routers)
        .values('node')
        .annotate(routers=Count('router', distinct=True))
        .order_by('-routers')
        .values_list('routers', flat=True)
        .first()
    )
    in_rack = Counter(rack for _, rack in places)
    return {
        'nodes': len(racks_of_nodes),
        'racks': max(1, len(racks)),
        'tors': max(peers or 0, *in_rack.values(), 0),
    }
