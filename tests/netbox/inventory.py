"""A small data centre in NetBox for tests: racks with TORs, nodes cabled to them, a Calico cluster on the nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dcim.models import Cable, Device, DeviceRole, DeviceType, Interface, Manufacturer, Platform, Rack, Site
from django.test import override_settings
from ipam.models import ASN, RIR, IPAddress, Prefix
from netbox.context import query_cache

from netbox_calico.configuration import DEFAULTS
from netbox_calico.models import (
    CalicoCluster,
    CalicoNode,
    CalicoPool,
    CalicoRouter,
    CalicoServiceRange,
    CalicoSwitchProfile,
)

configured = override_settings(
    PLUGINS_CONFIG={
        'netbox_calico': {
            **DEFAULTS,
            'credentials': {'prod': 'env:PROD_KUBECONFIG', 'switches': 'env:SWITCH_LOGIN', 'others': 'env:OTHER_LOGIN'},
        }
    }
)
"""The plugin's settings of these tests."""


@dataclass
class DataCentre:
    """What was made, for tests to name."""

    site: Site
    cluster: CalicoCluster
    racks: list[Rack] = field(default_factory=list)
    routers: list[CalicoRouter] = field(default_factory=list)
    nodes: list[CalicoNode] = field(default_factory=list)


def profile(name: str = 'FRR', **values: object) -> CalicoSwitchProfile:
    slug = name.lower()
    return CalicoSwitchProfile.objects.get_or_create(
        slug=slug, defaults={'name': name, 'credential': 'switches', **values}
    )[0]


def asn(number: int) -> ASN:
    registry, _ = RIR.objects.get_or_create(slug='private', defaults={'name': 'Private', 'is_private': True})
    return ASN.objects.get_or_create(asn=number, defaults={'rir': registry})[0]


def device(name: str, role: str, site: Site, rack: Rack | None = None, **values: object) -> Device:
    manufacturer, _ = Manufacturer.objects.get_or_create(slug='maker', defaults={'name': 'Maker'})
    model, _ = DeviceType.objects.get_or_create(slug='box', defaults={'model': 'Box', 'manufacturer': manufacturer})
    kind, _ = DeviceRole.objects.get_or_create(slug=role, defaults={'name': role})
    return Device.objects.create(name=name, role=kind, device_type=model, site=site, rack=rack, **values)


def address(interface: Interface, text: str, **values: object) -> IPAddress:
    return IPAddress.objects.create(address=text, assigned_object=interface, **values)


def cable(a: Interface, b: Interface) -> None:
    Cable(a_terminations=[a], b_terminations=[b]).save()


def site() -> Site:
    return Site.objects.get_or_create(slug='dc', defaults={'name': 'DC'})[0]


def clusters(count: int) -> list[CalicoCluster]:
    """Clusters alone, without anything in them."""
    return [CalicoCluster.objects.create(name=f'Cluster {n}', handle=f'cluster-{n}') for n in range(1, count + 1)]


@contextmanager
def _as_in_a_request() -> Iterator[None]:
    """There NetBox asks for types and custom fields once, outside of it again for each object."""
    token = query_cache.set(defaultdict(dict))
    try:
        yield
    finally:
        query_cache.reset(token)


@_as_in_a_request()
def data_centre(racks: int = 2, tors: int = 2, nodes: int = 2, name: str = 'prod', number: int = 1) -> DataCentre:
    """One cluster, both families; ``number`` tells apart the addresses, AS numbers and connections of several."""
    made = DataCentre(
        site(),
        CalicoCluster.objects.create(
            name=name,
            handle=name,
            asn=asn(64512),
            ipv6=True,
            design='tor-full-tables',
            connection='prod' if number == 1 else f'prod-{number}',
        ),
    )
    linux, _ = Platform.objects.get_or_create(slug='linux', defaults={'name': 'Linux'})
    frr, _ = Platform.objects.get_or_create(slug='frr', defaults={'name': 'FRR', 'parent': linux})
    profile(platform=frr)
    for prefix, block in ((f'10.{200 + number}.0.0/16', 26), (f'fd00:{200 + number}::/48', 122)):
        CalicoPool.objects.create(
            cluster=made.cluster,
            name=f'pool-{block}',
            prefix=Prefix.objects.create(prefix=prefix),
            block_size=block,
        )
    CalicoServiceRange.objects.create(
        cluster=made.cluster, kind='cluster', prefix=Prefix.objects.create(prefix=f'10.96.{number}.0/24')
    )
    for r in range(1, racks + 1):
        _rack(made, r, tors, nodes, number, frr)
    return made


def _rack(made: DataCentre, r: int, tors: int, nodes: int, number: int, platform: Platform) -> None:
    cluster = made.cluster
    rack = Rack.objects.create(name=f'{cluster.name}-r{r}', site=made.site)
    made.racks.append(rack)
    switches = []
    for t in range(1, tors + 1):
        switch = device(f'{cluster.name}-tor-{r}-{t}', 'tor', made.site, rack, platform=platform)
        towards = Interface.objects.create(device=switch, name='vlan10', type='virtual')
        switch.primary_ip4 = address(towards, f'10.{number}.{r}.{250 + t}/24')
        switch.save()
        address(towards, f'fd00:{number}:{r}::{250 + t}/64')
        switches.append(switch)
        made.routers.append(CalicoRouter.objects.create(device=switch, asn=asn(65000 + 100 * number + r)))
    for n in range(1, nodes + 1):
        host = device(f'{cluster.name}-node-{r}-{n}', 'server', made.site, rack)
        bond = Interface.objects.create(device=host, name='bond0', type='lag')
        address(bond, f'10.{number}.{r}.{n}/24')
        address(bond, f'fd00:{number}:{r}::{n}/64')
        for t, switch in enumerate(switches):
            cable(
                Interface.objects.create(device=host, name=f'eth{t}', type='25gbase-x-sfp28', lag=bond),
                Interface.objects.create(device=switch, name=f'swp{n}', type='25gbase-x-sfp28'),
            )
        made.nodes.append(CalicoNode.objects.create(cluster=cluster, name=host.name, device=host))


def prefix(text: str) -> Prefix:
    """A prefix as it is read from the database, not as it was written."""
    return Prefix.objects.get(pk=Prefix.objects.create(prefix=text).pk)
