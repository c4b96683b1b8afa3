"""A data centre of any size in NetBox, written in bulk: racks with two TORs, nodes cabled to both, both families."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from itertools import batched
from typing import Any

from dcim.models import (
    Cable,
    CablePath,
    CableTermination,
    Device,
    DeviceRole,
    DeviceType,
    Interface,
    Manufacturer,
    Platform,
    Rack,
    Site,
)
from dcim.utils import object_to_path_node
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from ipam.models import ASN, RIR, IPAddress, Prefix

from netbox_calico.models import (
    CalicoCluster,
    CalicoNode,
    CalicoPool,
    CalicoRouter,
    CalicoServiceRange,
    CalicoSwitchProfile,
)

NODES_A_RACK, TORS_A_RACK = 20, 2
RACKS = {100: 5, 500: 25, 5000: 250}
POOLS = {4: ip_network('10.240.0.0/12'), 6: ip_network('fd00:244::/48')}
"""Wide enough for a block of every node."""
_BATCH = 5000


def fill(size: int, name: str = 'prod', number: int = 1) -> CalicoCluster:
    """A cluster of so many nodes; ``number`` tells apart the addresses and AS numbers of several."""
    racks = RACKS[size]
    site, _ = Site.objects.get_or_create(slug='dc', defaults={'name': 'DC'})
    registry, _ = RIR.objects.get_or_create(slug='private', defaults={'name': 'Private', 'is_private': True})
    asn, _ = ASN.objects.get_or_create(asn=64512, defaults={'rir': registry})
    cluster = CalicoCluster.objects.create(
        name=name, handle=name, asn=asn, ipv6=True, design='tor-full-tables', connection=name
    )
    _pools(cluster, number)
    rows = _all(Rack(name=f'{name}-r{r}', site=site) for r in range(1, racks + 1))
    switches, nodes = _devices(rows, name, site)
    numbers = _all(ASN(asn=2_000_000_000 + 10_000 * number + n, rir=registry) for n in range(len(switches)))
    _all(CalicoRouter(device=device, asn=asn) for device, asn in zip(switches, numbers, strict=True))
    _all(CalicoNode(cluster=cluster, name=device.name, device=device) for device in nodes)
    _cables(_interfaces(switches, nodes, number))
    # As the database's own caretaker does within a minute.
    with connection.cursor() as cursor:
        cursor.execute('VACUUM ANALYZE')
    return cluster


def _all(rows: Iterable[Any]) -> list[Any]:
    """Writes rows of one model."""
    made = list(rows)
    return type(made[0]).objects.bulk_create(made, batch_size=_BATCH)  # type: ignore[no-any-return]


def _pools(cluster: CalicoCluster, number: int) -> None:
    networks = POOLS if number == 1 else {4: f'10.{20 + number}.0.0/16', 6: f'fd00:{300 + number}::/48'}
    for family, block in ((4, 26), (6, 122)):
        prefix = Prefix.objects.create(prefix=str(networks[family]))
        CalicoPool.objects.create(cluster=cluster, name=f'pool{family}', prefix=prefix, block_size=block)
    for text in (f'10.{10 + number}.0.0/16', f'fd00:{96 + number}::/112'):
        CalicoServiceRange.objects.create(cluster=cluster, kind='cluster', prefix=Prefix.objects.create(prefix=text))


def _devices(racks: list[Rack], name: str, site: Site) -> tuple[list[Device], list[Device]]:
    maker, _ = Manufacturer.objects.get_or_create(slug='maker', defaults={'name': 'Maker'})
    box, _ = DeviceType.objects.get_or_create(slug='box', defaults={'model': 'Box', 'manufacturer': maker})
    frr, _ = Platform.objects.get_or_create(slug='frr', defaults={'name': 'FRR'})
    CalicoSwitchProfile.objects.get_or_create(
        slug='frr', defaults={'name': 'FRR', 'credential': 'switches', 'platform': frr}
    )
    tor, _ = DeviceRole.objects.get_or_create(slug='tor', defaults={'name': 'TOR'})
    server, _ = DeviceRole.objects.get_or_create(slug='server', defaults={'name': 'Server'})

    def devices(word: str, role: DeviceRole, count: int, platform: Platform | None) -> list[Device]:
        return _all(
            Device(name=f'{name}-{word}-{r}-{n}', role=role, device_type=box, site=site, rack=rack, platform=platform)
            for r, rack in enumerate(racks, 1)
            for n in range(1, count + 1)
        )

    return devices('tor', tor, TORS_A_RACK, frr), devices('node', server, NODES_A_RACK, None)


def _interfaces(switches: list[Device], nodes: list[Device], number: int) -> list[tuple[Interface, Interface]]:
    """Interfaces and their addresses; answers with the pairs that a cable joins."""
    vlans = _all(_interface(device, 'vlan10', 'virtual') for device in switches)
    bonds = _all(_interface(device, 'bond0', 'lag') for device in nodes)
    kind = ContentType.objects.get_for_model(Interface)
    ours = _all(
        IPAddress(address=text, assigned_object_type=kind, assigned_object_id=interface.pk)
        for interfaces, a_rack, first in ((vlans, TORS_A_RACK, 251), (bonds, NODES_A_RACK, 1))
        for r, in_rack in enumerate(batched(interfaces, a_rack), 1)
        for host, interface in enumerate(in_rack, first)
        for text in (f'10.{number}.{r}.{host}/24', f'fd00:{number}:{r}::{host}/64')
    )
    for device, address in zip(switches, ours[::2], strict=False):
        device.primary_ip4 = address
    Device.objects.bulk_update(switches, ['primary_ip4'], batch_size=_BATCH)
    ports = _all(
        _interface(device, f'eth{t}', '25gbase-x-sfp28', lag=bond)
        for device, bond in zip(nodes, bonds, strict=True)
        for t in range(TORS_A_RACK)
    )
    switch_ports = _all(
        _interface(device, f'swp{n}', '25gbase-x-sfp28') for device in switches for n in range(NODES_A_RACK)
    )
    there = {(port.device_id, port.name): port for port in switch_ports}
    by_rack = list(batched(switches, TORS_A_RACK))
    return [
        (port, there[by_rack[n // TORS_A_RACK // NODES_A_RACK][n % TORS_A_RACK].pk, f'swp{n // 2 % NODES_A_RACK}'])
        for n, port in enumerate(ports)
    ]


def _interface(device: Device, name: str, kind: str, **values: Any) -> Interface:
    return Interface(device=device, name=name, type=kind, _site=device.site, _rack=device.rack, **values)


def _cables(pairs: list[tuple[Interface, Interface]]) -> None:
    """Cables with all that NetBox derives from them when it saves one."""
    cables = _all(Cable() for _ in pairs)
    _all(
        CableTermination(
            cable=cable,
            cable_end=end,
            termination_type=ContentType.objects.get_for_model(Interface),
            termination_id=interface.pk,
            _device_id=interface.device_id,
            _rack=interface._rack,
            _site=interface._site,
        )
        for cable, pair in zip(cables, pairs, strict=True)
        for end, interface in zip('AB', pair, strict=True)
    )
    paths = _all(_paths(cables, pairs))
    ends = [end for pair in pairs for end in pair]
    for n, (interface, path) in enumerate(zip(ends, paths, strict=True)):
        interface.cable, interface.cable_end, interface._path = cables[n // 2], 'AB'[n % 2], path
    Interface.objects.bulk_update(ends, ['cable', 'cable_end', '_path'], batch_size=_BATCH)


def _paths(cables: list[Cable], pairs: list[tuple[Interface, Interface]]) -> Iterator[CablePath]:
    """One from either end."""
    for cable, pair in zip(cables, pairs, strict=True):
        for origin, far in (pair, pair[::-1]):
            nodes = [object_to_path_node(end) for end in (origin, cable, far)]
            yield CablePath(path=[[node] for node in nodes], is_complete=True, is_active=True, _nodes=nodes)
