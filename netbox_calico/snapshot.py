"""NetBox's side of the world at one moment, as the planner's frozen values: 15 queries of any size in one transaction.

Rows are read as plain values and joined here: ORM instances of 5000 nodes with their interfaces would cost more than
the planning does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import IPv4Address, ip_interface, ip_network
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.db.models import Exists, IntegerField, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Substr
from extras.models import TaggedItem
from ipam.choices import IPAddressStatusChoices
from ipam.models import ASN, IPAddress
from netbox.plugins import get_plugin_config

from .cabling import cabled_routers
from .compat import get_config
from .models import (
    CalicoCluster,
    CalicoDeployed,
    CalicoNode,
    CalicoPeering,
    CalicoPool,
    CalicoRouter,
    CalicoServiceRange,
    CalicoSwitchProfile,
)
from .planning.designs.mesh import MESH
from .planning.errors import Refused
from .planning.model.inventory import (
    Address,
    Cluster,
    Deployed,
    ForeignRange,
    ForeignUse,
    Network,
    Node,
    Pool,
    Profile,
    Rack,
    Router,
    ServiceRange,
    Snapshot,
)

_ROUTER = 'router:'


def take_snapshot(cluster: CalicoCluster) -> Snapshot:
    """All that NetBox knows of a cluster, at one moment. Call it outside of any transaction."""
    with one_moment():
        return read_snapshot(cluster.pk)


@contextmanager
def one_moment() -> Iterator[None]:
    """Later queries of one READ COMMITTED transaction see later commits: they would be no snapshot."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
        yield


def read_snapshot(cluster_id: int) -> Snapshot:
    """The snapshot as the current transaction sees it."""
    cluster = _cluster(cluster_id)
    nodes = _nodes(cluster_id)
    deployed = tuple(
        Deployed(*row)
        for row in CalicoDeployed.objects.filter(cluster=cluster_id).values_list('target', 'artefact__body', 'after')
    )
    return Snapshot(
        cluster=cluster,
        nodes=tuple(node for node, _ in nodes),
        routers=_routers(cluster, nodes, {entry.target for entry in deployed}),
        pools=_pools(cluster_id),
        service_ranges=_service_ranges(cluster_id),
        deployed=deployed,
        foreign=_foreign(cluster_id),
        foreign_ranges=_foreign_ranges(cluster),
        numbers_elsewhere=_numbers_elsewhere(cluster),
    )


def _cluster(cluster_id: int) -> Cluster:
    clusters = CalicoCluster.objects.annotate(hands_off=_hands_off('pk', 'netbox_calico', 'calicocluster'))
    row = clusters.select_related('asn', 'asn_range').filter(pk=cluster_id).first()
    if row is None:
        raise Refused(f'There is no Calico cluster {cluster_id} (any more).')
    return Cluster(
        id=row.pk,
        name=row.name,
        handle=row.handle,
        design=row.design,
        families=row.families,
        asn=row.asn.asn if row.asn else None,
        rack_label=row.rack_label,
        vrf=row.vrf_id,
        settle_time=row.settle_time,
        rack_pause=row.rack_pause,
        deletion_share=row.deletion_share,
        password_secret=row.password_secret,
        asn_range=(row.asn_range.start, row.asn_range.end) if row.asn_range else None,
        options=row.options,
        hands_off=row.hands_off,
    )


def _nodes(cluster_id: int) -> list[tuple[Node, set[Network]]]:
    """The nodes, each with the networks that NetBox or the last look at the cluster put it into."""
    of_devices = _addresses('interface', 'device', Q(interface__device__calico_nodes__cluster=cluster_id))
    of_machines = _addresses(
        'vminterface', 'virtual_machine', Q(vminterface__virtual_machine__calico_nodes__cluster=cluster_id)
    )
    cabled = cabled_routers(cluster_id, {device: {a.interface for a in found} for device, found in of_devices.items()})
    rows = CalicoNode.objects.filter(cluster=cluster_id).values(
        'pk',
        'name',
        'system_uuid',
        'device',
        'virtual_machine',
        'state__addresses',
        'drained',
        'reflector',
        'asn__asn',
        host=Coalesce('device__name', 'virtual_machine__name'),
        where_id=Coalesce('device__rack', 'virtual_machine__device__rack', 'rack'),
        where_name=Coalesce('device__rack__name', 'virtual_machine__device__rack__name', 'rack__name'),
        hands_off=_hands_off('pk', 'netbox_calico', 'caliconode')
        | _hands_off('device', 'dcim', 'device')
        | _hands_off('virtual_machine', 'virtualization', 'virtualmachine'),
    )
    nodes = []
    for row in rows:
        found = tuple(of_devices.get(row['device'], ()) or of_machines.get(row['virtual_machine'], ()))
        node = Node(
            id=row['pk'],
            name=row['name'],
            system_uuid=str(row['system_uuid'] or ''),
            host=row['host'] or _unnamed(row['device'] or row['virtual_machine']),
            rack=Rack(row['where_id'], row['where_name']) if row['where_id'] else None,
            addresses=found,
            cabled_routers=tuple(sorted(cabled.get(row['device'], ()))),
            drained=row['drained'],
            asn=row['asn__asn'],
            reflector=row['reflector'],
            hands_off=row['hands_off'],
        )
        seen = {ip_interface(text).network for text in row['state__addresses'] or ()}
        nodes.append((node, seen | {address.value.network for address in found}))
    return nodes


def _unnamed(key: int | None) -> str:
    return f'#{key}' if key else ''


def _hands_off(key: str, app: str, model: str) -> Exists:
    """Whether the object of that model whose key ``key`` is bears the tag that keeps plans away."""
    tag = get_plugin_config('netbox_calico', 'hands_off_tag')
    of_model = {'content_type__app_label': app, 'content_type__model': model}
    return Exists(TaggedItem.objects.filter(tag__slug=tag, object_id=OuterRef(key), **of_model))


def _addresses(interface: str, holder: str, condition: Q) -> dict[int, list[Address]]:
    """Addresses by the key of the device or virtual machine that has them."""
    rows = (
        IPAddress.objects.filter(condition)
        .exclude(status=IPAddressStatusChoices.STATUS_DEPRECATED)
        .values_list(f'{interface}__{holder}', f'{interface}__name', 'address', 'vrf', 'role')
        .distinct()
    )
    found: dict[int, list[Address]] = defaultdict(list)
    for key, name, address, vrf, role in rows:
        found[key].append(Address(name, ip_interface(str(address)), vrf, role or ''))
    return found


def _routers(cluster: Cluster, nodes: Iterable[tuple[Node, set[Network]]], deployed: set[str]) -> tuple[Router, ...]:
    """The routers that may have to do with it: by network, rack, tie or cable, or because we are there already."""
    networks = {network for _, found in nodes for network in found}
    racks = {node.rack.id for node, _ in nodes if node.rack}
    cabled = {router for node, _ in nodes for router in node.cabled_routers}
    addresses = _addresses('interface', 'device', Q(interface__device__calico_routers__isnull=False, vrf=cluster.vrf))
    profiles, of_platform = _profiles()
    rows = CalicoRouter.objects.values(
        'pk',
        'role',
        'device',
        'device__name',
        'device__rack',
        'device__rack__name',
        'device__platform__path',
        'device__primary_ip4__address',
        'device__primary_ip6__address',
        'asn__asn',
        'profile',
        'credential',
        'drained',
        'router_id',
        tied=ArrayAgg('racks', filter=Q(racks__isnull=False), default=Value([])),
        hands_off=_hands_off('pk', 'netbox_calico', 'calicorouter') | _hands_off('device', 'dcim', 'device'),
        peers=Exists(CalicoPeering.objects.filter(cluster=cluster.id, router=OuterRef('pk'))),
    )
    prefer = ('primary_ip4', 'primary_ip6') if get_config().PREFER_IPV4 else ('primary_ip6', 'primary_ip4')
    routers = []
    for row in rows:
        own = tuple(addresses.get(row['device'], ()))
        if not (
            row['peers']
            or row['pk'] in cabled
            or row['device__rack'] in racks
            or not racks.isdisjoint(row['tied'])
            or any(address.value.network in networks for address in own)
            or f'{_ROUTER}{row["pk"]}' in deployed
        ):
            continue
        name = row['device__name'] or _unnamed(row['device'])
        profile = profiles.get(row['profile']) or _of_platform(of_platform, row['device__platform__path'])
        if profile and row['credential']:
            profile = replace(profile, credential=row['credential'])
        primary = next((row[f'device__{field}__address'] for field in prefer if row[f'device__{field}__address']), None)
        routers.append(
            Router(
                id=row['pk'],
                name=name,
                role=row['role'],
                asn=row['asn__asn'],
                profile=profile,
                management=str(primary.ip) if primary else name,
                rack=Rack(row['device__rack'], row['device__rack__name']) if row['device__rack'] else None,
                tied_racks=tuple(sorted(row['tied'])),
                addresses=own,
                drained=row['drained'],
                router_id=IPv4Address(row['router_id']) if row['router_id'] else None,
                hands_off=row['hands_off'],
            )
        )
    return tuple(routers)


def _profiles() -> tuple[dict[int, Profile], dict[int, Profile]]:
    """The profiles by their own keys and by those of their platforms."""
    names = (
        'name', 'driver', 'template_set', 'credential', 'port', 'confirm_seconds', 'keepalive', 'hold_time', 'workers',
        'max_prefixes', 'verify_host',
    )  # fmt: skip
    own, of_platform = {}, {}
    for pk, platform, *values in CalicoSwitchProfile.objects.values_list('pk', 'platform', *names):
        own[pk] = Profile(**dict(zip(names, values, strict=True)))
        if platform:
            of_platform[platform] = own[pk]
    return own, of_platform


def _of_platform(of_platform: dict[int, Profile], path: str | None) -> Profile | None:
    """The profile of the platform or of its nearest ancestor; a path names all ancestors' keys, the root first."""
    keys = reversed(path.split('.')) if path else ()
    return next((of_platform[int(key)] for key in keys if int(key) in of_platform), None)


def _numbers_elsewhere(cluster: Cluster) -> frozenset[int]:
    """AS numbers of the cluster's range that somebody else has; to be in NetBox, or at a site, says nothing of that."""
    if cluster.asn_range is None:
        return frozenset()
    holders: tuple[Any, ...] = (
        CalicoNode.objects.exclude(cluster=cluster.id),
        CalicoCluster.objects.exclude(pk=cluster.id),
        CalicoRouter.objects.all(),
    )
    held = Q(providers__isnull=False)
    for found in holders:
        held |= Q(Exists(found.filter(asn=OuterRef('pk')).order_by()))
    numbers = ASN.objects.filter(held, asn__range=cluster.asn_range).order_by().distinct()
    return frozenset(numbers.values_list('asn', flat=True))


def _pools(cluster_id: int) -> tuple[Pool, ...]:
    names = ('block_size', 'ipip', 'vxlan', 'nat_outgoing', 'disabled', 'disable_export', 'node_selector', 'ours')
    return tuple(
        Pool(name, ip_network(str(prefix)), **dict(zip(names, values, strict=True)))
        for name, prefix, *values in CalicoPool.objects.filter(cluster=cluster_id).values_list(
            'name', 'prefix__prefix', *names
        )
    )


def _service_ranges(cluster_id: int) -> tuple[ServiceRange, ...]:
    rows = CalicoServiceRange.objects.filter(cluster=cluster_id).values_list('prefix__prefix', 'kind', 'anycast')
    return tuple(ServiceRange(ip_network(str(prefix)), kind, anycast) for prefix, kind, anycast in rows)


def _foreign(cluster_id: int) -> tuple[ForeignUse, ...]:
    """Other clusters on routers: those with peerings, and those whose section is there though its peerings are gone."""
    names = ('cluster__name', 'cluster__handle', 'router', 'cluster__asn__asn')
    peerings: Any = CalicoPeering.objects.exclude(cluster=cluster_id).order_by().values_list(*names)
    sections: Any = (
        CalicoDeployed.objects.exclude(cluster=cluster_id)
        .filter(target__startswith=_ROUTER)
        .order_by()
        .annotate(router=Cast(Substr('target', len(_ROUTER) + 1), IntegerField()))
        .values_list(*names)
    )
    return tuple(ForeignUse(*row) for row in peerings.union(sections).order_by())


def _foreign_ranges(cluster: Cluster) -> tuple[ForeignRange, ...]:
    """What other clusters of the VRF announce; one in the mesh announces nothing to anybody."""
    theirs = Q(cluster__vrf=cluster.vrf) & ~Q(cluster=cluster.id) & ~Q(cluster__design=MESH.key)
    names = ('cluster__name', 'prefix__prefix')
    pools: Any = CalicoPool.objects.filter(theirs, disable_export=False).order_by()
    services: Any = CalicoServiceRange.objects.filter(theirs).order_by()
    rows = pools.values_list(*names, Value(False), Value(False)).union(
        services.values_list(*names, Value(True), 'anycast')
    )
    return tuple(ForeignRange(name, ip_network(str(prefix)), *flags) for name, prefix, *flags in rows.order_by())
