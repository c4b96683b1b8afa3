"""Which routers a node's cables end at, through patch panels, link aggregation, subinterfaces and bridges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from dcim.models import CablePath, Interface
from django.contrib.contenttypes.models import ContentType


def cabled_routers(cluster_id: int, addressed: Mapping[int, set[str]]) -> dict[int, set[int]]:
    """Routers at the far ends, by the key of the node's device; three queries, however many nodes.

    ``addressed`` names the interfaces of each device that have addresses: where there are any, only what these stand on
    counts, so that a management cable tells nothing.
    """
    interfaces: dict[int, dict[int, tuple]] = defaultdict(dict)
    rows = Interface.objects.filter(device__calico_nodes__cluster=cluster_id).values_list(
        'device', 'pk', 'name', 'parent', 'lag', 'bridge', 'channel_id', '_path'
    )
    for device, pk, *rest in rows:
        interfaces[device][pk] = tuple(rest)
    interface_type = ContentType.objects.get_for_model(Interface).pk
    far_ends = {
        path: [int(key) for kind, key in (node.split(':') for node in hops[-1]) if int(kind) == interface_type]
        for path, hops in CablePath.objects.filter(
            is_complete=True, pk__in=Interface.objects.filter(device__calico_nodes__cluster=cluster_id).values('_path')
        ).values_list('pk', 'path')
    }
    router_of = dict(
        Interface.objects.filter(device__calico_routers__isnull=False, _path__isnull=False).values_list(
            'pk', 'device__calico_routers'
        )
    )
    found: dict[int, set[int]] = {}
    for device, own in interfaces.items():
        names = addressed.get(device, set())
        start = {pk for pk, (name, *_) in own.items() if name in names} or set(own)
        paths = {own[pk][-1] for pk in _stands_on(own, start)}
        found[device] = {router_of[end] for path in paths for end in far_ends.get(path, ()) if end in router_of}
    return found


def _stands_on(own: Mapping[int, tuple], start: set[int]) -> set[int]:
    """The interfaces and all that carry them: parents, members of aggregates and bridges, channels."""
    carriers: dict[int, set[int]] = defaultdict(set)
    for pk, (_, parent, lag, bridge, channel, _path) in own.items():
        if parent and not channel:
            carriers[pk].add(parent)
        for above in (lag, bridge, parent if channel else None):
            if above:
                carriers[above].add(pk)
    reached: set[int] = set()
    waiting = set(start)
    while waiting:
        pk = waiting.pop()
        reached.add(pk)
        waiting |= {below for below in carriers[pk] if below in own} - reached
    return reached
