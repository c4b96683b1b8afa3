"""Devices and virtual machines that may be a cluster's nodes: three queries a kind, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import ip_interface
from typing import Any

from dcim.models import Device, Interface
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from ipam.models import IPAddress
from virtualization.models import VirtualMachine, VMInterface

from .planning.matching import Host
from .planning.model.observation import IPAddress as Address
from .planning.model.observation import KubernetesNode


def candidate_hosts(nodes: Iterable[KubernetesNode], vrf_id: int | None, user: Any) -> list[Host]:
    """The hosts that bear a node's name, system UUID (as serial) or address in the VRF, and that ``user`` may view."""
    nodes = list(nodes)
    names = {name for node in nodes for name in (node.name.lower(), node.name.lower().split('.')[0])}
    serials = {node.system_uuid.lower() for node in nodes if node.system_uuid}
    addresses = {str(address.ip) for node in nodes for address in node.addresses}
    return [
        *_hosts(
            'device', Device.objects.restrict(user, 'view'), Interface, 'device_id', names, serials, addresses, vrf_id
        ),
        *_hosts(
            'virtualmachine',
            VirtualMachine.objects.restrict(user, 'view'),
            VMInterface,
            'virtual_machine_id',
            names,
            serials,
            addresses,
            vrf_id,
        ),
    ]


def _hosts(
    kind: str,
    queryset: QuerySet[Any],
    interface: type[Interface] | type[VMInterface],
    owner: str,
    names: set[str],
    serials: set[str],
    addresses: set[str],
    vrf_id: int | None,
) -> Iterator[Host]:
    owners: dict[int, list[Address]] = defaultdict(list)
    held = IPAddress.objects.filter(vrf_id=vrf_id, address__net_in=addresses) if addresses else IPAddress.objects.none()
    by_interface = {
        pk: ip_interface(str(address)).ip
        for pk, address in held.filter(
            assigned_object_type__app_label=interface._meta.app_label,
            assigned_object_type__model=interface._meta.model_name,
        ).values_list('assigned_object_id', 'address')
    }
    for pk, owner_id in interface.objects.filter(pk__in=by_interface).values_list('pk', owner):
        owners[owner_id].append(by_interface[pk])
    rows = (
        queryset.annotate(name_lower=Lower('name'), serial_lower=Lower('serial'))
        .filter(Q(name_lower__in=names) | Q(serial_lower__in=serials) | Q(pk__in=owners))
        .order_by('pk')
    )
    for pk, name, serial in rows.values_list('pk', 'name', 'serial'):
        yield Host(kind, pk, name or '', serial, tuple(owners.get(pk, ())))
