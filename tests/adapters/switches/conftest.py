"""A real FRR, reached over SSH as a switch is, and the fleet that knows it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from lab import frr
from lab.frr import Router
from netbox_calico.adapters.credentials import Login
from netbox_calico.adapters.switches import RouterTarget, SwitchFleet
from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.errors import CredentialError
from netbox_calico.planning.model.intent import Neighbor, PeerGroup, RouterSection
from netbox_calico.planning.model.inventory import Profile
from netbox_calico.planning.model.plan import Item, Operation
from netbox_calico.planning.ports import SectionChange
from netbox_calico.render import RENDERERS

CONFIGURATION = """\
frr defaults datacenter
hostname tor1
service integrated-vtysh-config
ip prefix-list UPLINK seq 5 permit 0.0.0.0/0 le 32
route-map UPLINK permit 10
 match ip address prefix-list UPLINK
exit
router bgp 65001
 bgp router-id 10.0.0.1
 bgp bestpath as-path multipath-relax
 no bgp default ipv4-unicast
 neighbor UPLINK peer-group
 neighbor UPLINK remote-as 65000
 neighbor 10.100.0.0 peer-group UPLINK
 address-family ipv4 unicast
  network 10.1.1.0/24
  neighbor UPLINK activate
  neighbor UPLINK route-map UPLINK in
  neighbor UPLINK route-map UPLINK out
  maximum-paths 32
 exit-address-family
exit
"""
SECRETS = {('calico-bgp', 'tor1'): 'pa55w0rd', ('calico-bgp', 'bad'): 'two words'}
PROFILE = Profile('frr', 'frr', 'frr', 'switches')


def secret(name: str, key: str) -> str:
    try:
        return SECRETS[name, key]
    except KeyError as exc:
        raise CredentialError(f'Secret {name} has no key {key}: add it.') from exc


def section(*, nodes: int = 2, password_key: str = '', handle: str = 'c1', asn: int = 65001) -> RouterSection:
    """One IPv4 group with so many nodes."""
    name = f'CAL-{handle.upper()}'
    group = PeerGroup(
        name=f'{name}-4',
        family=4,
        remote_as=64512,
        keepalive=10,
        hold_time=30,
        as_override=True,
        import_map=f'{name}-IN4',
        export_map=f'{name}-OUT4',
        import_list=f'{name}-IN4',
        export_list=f'{name}-OUT4',
        permitted=(ip_network('10.244.0.0/16'),),
        neighbors=tuple(Neighbor(ip_address('10.1.1.10') + number, f'n{number}') for number in range(1, nodes + 1)),
        password=f'calico-bgp/{password_key}' if password_key else '',
    )
    return RouterSection(1, 'tor1', asn, handle, PROFILE, (group,) if nodes else ())


def item_of(change: SectionChange, operation: Operation = Operation.UPDATE) -> Item:
    before, after = owned_digest(change.before), owned_digest(change.after)
    return Item('router:1', 'tor1', operation, change.artefact, change.diff, change.changes, before, after)


def item(wanted: RouterSection, observed: str = '', operation: Operation = Operation.CREATE) -> Item:
    """What a planner makes of the way from the observed section to the wanted one."""
    return item_of(RENDERERS['frr'].change(observed, wanted), operation)


@pytest.fixture(scope='session')
def tor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    folder = tmp_path_factory.mktemp('switches')
    with frr.standalone(folder, name='tor1', lab=f's{os.getpid()}', configuration=CONFIGURATION) as router:
        router.vtysh('write memory')
        yield router


@pytest.fixture
def login(tor: Router, tmp_path: Path) -> Login:
    known_hosts = tmp_path / 'known_hosts'
    known_hosts.write_text(tor.known_hosts + '\n')
    return Login(tor.username, key_file=str(tor.key_file), known_hosts_file=str(known_hosts))


@pytest.fixture
def target(tor: Router) -> RouterTarget:
    management = str(tor.management_address)
    return RouterTarget(1, 'tor1', management, 'frr', 'frr', 'switches', port=tor.port, secrets=('calico-bgp/tor1',))


type OpenFleet = Callable[..., SwitchFleet]


@pytest.fixture
def open_fleet(tor: Router, target: RouterTarget, login: Login) -> Iterator[OpenFleet]:
    """Opens fleets of this router with other settings or another login; leaves the router as it was."""
    opened: list[SwitchFleet] = []

    def open_one(*, handle: str = 'c1', using: Login = login, **settings: Any) -> SwitchFleet:
        one = replace(target, **settings)
        opened.append(SwitchFleet([one], handle, login=lambda _: using, secret=secret, sections=RENDERERS))
        return opened[-1]

    before = tor.vtysh('show running-config')
    yield open_one
    cleaner = open_one()
    cleaner.revert(['router:1'])
    if tor.vtysh('show running-config') != before:
        left = RENDERERS['frr'].owned(tor.vtysh('show running-config'), 'c1', str)
        lines = tor.folder / 'lines.conf'  # newer releases read nothing from a pipe
        lines.write_text(RENDERERS['frr'].change(left, section(nodes=0)).artefact)
        tor.namespace.run(['vtysh', '-f', str(lines)])
        tor.vtysh('write memory')
    for fleet in opened:
        fleet.close()
    assert tor.vtysh('show running-config') == before


@pytest.fixture
def fleet(open_fleet: OpenFleet) -> SwitchFleet:
    return open_fleet()
