"""Write the lab's inventory into NetBox as a person would have documented the data centre.

Everything is looked up by name first, so a later start changes only what is different, as the management addresses are
when their network was taken. `seed` runs in a process that is a NetBox (`lab.netbox.configuration`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dcim.models import (
    Cable,
    Device,
    DeviceRole,
    DeviceType,
    Interface,
    Manufacturer,
    Platform,
    Rack,
    Site,
)
from django.db import transaction
from ipam.models import ASN, RIR, IPAddress, Prefix, Role

from lab.inventory import Json

_INTERFACE_TYPES = {
    'physical': '25gbase-x-sfp28',
    'lag': 'lag',
    'virtual': 'virtual',
    'management': '1000base-t',
}
_ROLE_COLORS = {'spine': '9c27b0', 'tor': '2196f3', 'node': '4caf50', 'reflector': '795548'}


def seed(inventory: Json) -> None:
    """Make NetBox hold `inventory` (the shape that `lab.inventory.inventory` returns), in one transaction."""
    with transaction.atomic():
        site = ensure(Site, {'slug': inventory['site']}, name=inventory['site'].title())
        _seed_numbers(inventory, site)
        racks = {row['name']: ensure(Rack, {'name': row['name'], 'site': site}) for row in inventory['racks']}
        interfaces: dict[tuple[str, ...], Any] = {}
        for device in _seed_devices(inventory['devices'], site, racks):
            interfaces |= {(device.name, interface.name): interface for interface in device.interfaces.all()}
        for cable in inventory['cables']:
            _seed_cable(interfaces[tuple(cable['a'])], interfaces[tuple(cable['b'])])


def _seed_numbers(inventory: Json, site: Any) -> None:
    registry = ensure(RIR, {'slug': 'private-use'}, name='Private use', is_private=True)
    for row in inventory['asns']:
        ensure(ASN, {'asn': row['asn']}, rir=registry, description=row['description']).sites.add(site)
    for row in inventory['prefixes']:
        role = ensure(Role, {'slug': row['role']}, name=row['role'].title())
        ensure(Prefix, {'prefix': row['prefix'], 'vrf': None}, role=role, scope=site, description=row['rack'] or '')


def _seed_devices(rows: Sequence[Json], site: Any, racks: Mapping[str, Any]) -> Iterator[Any]:
    manufacturer = ensure(Manufacturer, {'slug': 'lab'}, name='Lab')
    for row in rows:
        role = ensure(DeviceRole, {'slug': row['role']}, name=row['role'].title(), color=_ROLE_COLORS[row['role']])
        model = ensure(DeviceType, {'slug': row['role'], 'manufacturer': manufacturer}, model=row['role'].title())
        platform = (
            ensure(Platform, {'slug': row['platform']}, name=row['platform'].upper()) if row['platform'] else None
        )
        device = ensure(
            Device,
            {'name': row['name'], 'site': site},
            role=role,
            device_type=model,
            rack=racks.get(row['rack']),
            platform=platform,
            serial=row['serial'],
        )
        for interface in row['interfaces']:
            _seed_interface(device, interface)
        # Members last: their bundle has to be there.
        for interface in row['interfaces']:
            if interface['lag']:
                bundle = Interface.objects.get(device=device, name=interface['lag'])
                ensure(Interface, {'device': device, 'name': interface['name']}, lag=bundle)
        managed_at = IPAddress.objects.get(address__net_host=row['address'], interface__device=device)
        ensure(Device, {'pk': device.pk}, primary_ip4=managed_at)
        yield device


def _seed_interface(device: Any, row: Json) -> None:
    interface = ensure(
        Interface,
        {'device': device, 'name': row['name']},
        type=_INTERFACE_TYPES[row['type']],
        mgmt_only=row['type'] == 'management',
    )
    there = {str(address.address): address for address in interface.ip_addresses.all()}
    wanted = {each['address']: each['role'] for each in row['addresses']}
    for address in there.keys() - wanted.keys():
        there[address].delete()
    for address in wanted.keys() - there.keys():
        _save(IPAddress(address=address, role=wanted[address], assigned_object=interface))


def _seed_cable(a: Any, b: Any) -> None:
    if not a.cable_id:
        _save(Cable(a_terminations=[a], b_terminations=[b]))


def ensure(model: Any, identity: Mapping[str, Any], /, **wanted: Any) -> Any:
    """The object with that identity, made or changed to be as wanted; saved only when it is not."""
    instance = model.objects.filter(**identity).first()
    if instance is None:
        return _save(model(**identity, **wanted))
    changed = {name: value for name, value in wanted.items() if getattr(instance, name) != value}
    if not changed:
        return instance
    for name, value in changed.items():
        setattr(instance, name, value)
    return _save(instance)


def _save(instance: Any) -> Any:
    instance.full_clean()
    instance.save()
    return instance
