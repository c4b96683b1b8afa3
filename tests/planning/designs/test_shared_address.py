"""Shared addresses: a BGPPeer a position and family whatever the size, and routers that stay apart as next hops."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_interface

import pytest

from netbox_calico.planning.checks.resources import SELECTOR_MAX
from netbox_calico.planning.designs import find
from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Address, Snapshot
from netbox_calico.planning.model.options import LoopRemedy, Options, Scheme
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.rollout.gates import all_routes
from netbox_calico.planning.selectors import parse
from tests.planning.network import look
from tests.planning.world import RENDERERS, World, observation, snapshot

SCHEME = Options(scheme=Scheme.SHARED_ADDRESS)


def wished(racks: int = 2, families: tuple[int, ...] = (4, 6), **cluster: object) -> Snapshot:
    return snapshot(racks, 2, 2, families, **{'options': SCHEME, **cluster})


def derive(wish: Snapshot) -> Intent:
    return find('tor-full-tables').derive(wish, observation(wish))


def at(wish: Snapshot, name: str, *shared: str) -> Snapshot:
    """The router with these shared IPv4 addresses instead."""
    return replace(
        wish,
        routers=tuple(
            replace(
                router,
                addresses=(
                    *(a for a in router.addresses if a.role != 'anycast' or a.value.version == 6),
                    *(Address('vlan10', ip_interface(text), role='anycast') for text in shared),
                ),
            )
            if router.name == name
            else router
            for router in wish.routers
        ),
    )


@pytest.mark.parametrize('racks', [1, 12])
def test_the_number_of_bgp_peers_does_not_grow_with_racks(racks: int) -> None:
    specs = {wanted.name: wanted.spec for wanted in derive(wished(racks)).resources if wanted.kind == 'BGPPeer'}
    assert {name: spec['peerIP'] for name, spec in specs.items()} == {
        'cal-c1-position-1-4': '169.254.0.1',
        'cal-c1-position-1-6': 'fd00:169:254::1',
        'cal-c1-position-2-4': '169.254.0.2',
        'cal-c1-position-2-6': 'fd00:169:254::2',
    }
    assert {(spec['asNumber'], spec['nodeSelector']) for spec in specs.values()} == {
        (65500, 'has(netbox-calico.io/rack)')
    }


def test_routers_speak_from_the_shared_address_and_stay_the_next_hop_by_their_own() -> None:
    found = derive(wished())
    groups = {(section.name, group.family): group for section in found.sections for group in section.groups}
    group = groups['tor-2-1', 4]
    assert (str(group.update_source), str(group.next_hop)) == ('169.254.0.1', '10.1.2.1')
    assert (group.local_as, group.connected_check, group.as_override) == (65500, False, True)
    session = next(session for session in found.sessions if session.router == 21)
    assert (str(session.router_address), str(session.gateway), session.router_as) == ('169.254.0.1', '10.1.2.1', 65500)


def test_nodes_may_have_the_remedy_against_the_loop_here_too() -> None:
    found = derive(wished(options=replace(SCHEME, loop_remedy=LoopRemedy.ALLOW_OWN_AS)))
    assert not any(group.as_override for section in found.sections for group in section.groups)
    peers = [wanted.spec for wanted in found.resources if wanted.kind == 'BGPPeer']
    assert {spec['numAllowedLocalASNumbers'] for spec in peers} == {1}


def test_a_password_is_that_of_a_position() -> None:
    found = derive(wished(password_secret='bgp'))
    keys = {wanted.spec['password']['secretKeyRef']['key'] for wanted in found.resources if wanted.kind == 'BGPPeer'}
    assert keys == {'position-1', 'position-2'}
    passwords = {group.password for section in found.sections for group in section.groups}
    assert passwords == {f'bgp/{key}' for key in keys}


@pytest.mark.parametrize(
    ('lacking', 'selector'),
    [
        ({1, 3}, "netbox-calico.io/rack == 'rack-2'"),
        ({3}, "has(netbox-calico.io/rack) && netbox-calico.io/rack not in {'rack-3'}"),
    ],
)
def test_a_rack_without_a_second_router_is_not_asked_to_peer_with_one(lacking: set[int], selector: str) -> None:
    wish = wished(3)
    gone = {f'tor-{rack}-2' for rack in lacking}
    found = derive(replace(wish, routers=tuple(router for router in wish.routers if router.name not in gone)))
    specs = {wanted.name: wanted.spec for wanted in found.resources if wanted.kind == 'BGPPeer'}
    assert specs['cal-c1-position-2-4']['nodeSelector'] == selector
    assert specs['cal-c1-position-1-4']['nodeSelector'] == 'has(netbox-calico.io/rack)'
    racks = {node: parse(selector).matches({'netbox-calico.io/rack': rack}) for node, rack in found.rack_of.items()}
    assert {f'rack-{node[5]}' for node, chosen in racks.items() if not chosen} == {f'rack-{rack}' for rack in lacking}


def test_one_router_of_hundreds_that_is_drained_leaves_selectors_as_short_as_calico_takes_them() -> None:
    wish = wished(120, (4,))
    drained = tuple(replace(router, drained=router.name == 'tor-60-2') for router in wish.routers)
    found = derive(replace(wish, routers=drained))
    selectors = [str(wanted.spec['nodeSelector']) for wanted in found.resources if wanted.kind == 'BGPPeer']
    assert max(map(len, selectors)) < SELECTOR_MAX
    assert not found.findings


@pytest.mark.parametrize(('interface', 'text'), [('vlan10', 'fe80::1/64'), ('vlan20', '10.20.0.1/16')])
def test_gateways_that_routers_share_are_no_addresses_of_positions(interface: str, text: str) -> None:
    wish = wished()
    gateway = Address(interface, ip_interface(text), role='anycast')
    routers = tuple(replace(router, addresses=(*router.addresses, gateway)) for router in wish.routers)
    assert derive(replace(wish, routers=routers)) == derive(wish)


def test_routers_of_two_racks_in_one_network_cannot_share_an_address() -> None:
    wish = wished(2, (4,))
    routers = tuple(
        replace(
            router,
            tied_racks=(router.rack.id,) if router.rack else (),
            addresses=tuple(stretched(address) for address in router.addresses),
        )
        for router in wish.routers
    )
    nodes = tuple(replace(node, addresses=tuple(map(stretched, node.addresses))) for node in wish.nodes)
    wish = replace(wish, routers=routers, nodes=nodes)
    found = derive(wish).findings
    assert [(finding.code, finding.subject) for finding in found] == [('shared-address-twice', '10.1.0.0/16')] * 2
    assert 'tor-1-1, tor-2-1 in network 10.1.0.0/16' in found[0].message


def stretched(address: Address) -> Address:
    """One of a rack's network, in the network that all racks have in common."""
    return address if address.role else replace(address, value=ip_interface(f'{address.value.ip}/16'))


def test_a_router_in_the_as_that_is_shown_needs_no_other() -> None:
    wish = wished(1, (4,))
    routers = tuple(replace(router, asn=65500) for router in wish.routers)
    found = derive(replace(wish, routers=routers))
    assert {group.local_as for section in found.sections for group in section.groups} == {None}


@pytest.mark.parametrize(
    ('wish', 'code', 'words'),
    [
        (at(wished(), 'tor-1-1'), 'shared-address-missing', 'tor-1-1 has no shared IPv4 address'),
        (
            at(wished(), 'tor-1-1', '169.254.0.1/29', '169.254.0.3/29'),
            'shared-address-missing',
            'several shared IPv4 addresses (169.254.0.1, 169.254.0.3)',
        ),
        (at(wished(), 'tor-1-1', '10.1.1.254/24'), 'shared-address-missing', 'outside the network of the rack'),
        (at(wished(), 'tor-1-1', '169.254.0.2/29'), 'shared-address-twice', 'tor-1-1, tor-1-2 in rack rack-1'),
        (wished(options=replace(SCHEME, presented_as=64512)), 'presented-as-impossible', 'that of the nodes'),
        (wished(options=replace(SCHEME, presented_as=2147483648)), 'presented-as-impossible', 'above 2147483647'),
    ],
)
def test_what_cannot_be(wish: Snapshot, code: str, words: str) -> None:
    [finding] = derive(wish).findings
    assert finding.code == code
    assert words in finding.message


def test_until_a_shared_address_is_given_up_routes_may_come_from_it() -> None:
    shared, single = wished(2, (4,)), wished(2, (4,), options=Options())
    world = World(observation(shared))
    world.run(make_plan(shared, world.observed, 'deploy', RENDERERS))
    plan = make_plan(single, world.observed, 'deploy', RENDERERS)
    assert {(session.router, str(session.former)) for session in plan.sessions} == {
        (10 * rack + position, f'169.254.0.{position}') for rack in (1, 2) for position in (1, 2)
    }
    assert evaluate(all_routes('as it was', ('rack-1', 'rack-2'), 0), plan, look(world, plan)).waiting == ()
    world.run(plan)
    assert {session.former for session in find('tor-full-tables').derive(single, world.observed).sessions} == {None}


def test_from_a_bgp_peer_a_router_to_shared_addresses_goes_position_by_position_while_the_others_carry() -> None:
    single = wished(3, (4,), options=Options())
    world = World(observation(single))
    world.run(make_plan(single, world.observed, 'deploy', RENDERERS))
    plan = make_plan(wished(3, (4,)), world.observed, 'deploy', RENDERERS)
    steps = [
        [item.target.rpartition('/')[2] for item in step.items]
        for step in plan.steps
        if step.title.startswith(('Drain', 'Change', 'Undrain'))
    ]
    first, second = ([f'router:{rack}{position}' for rack in (1, 2, 3)] for position in (1, 2))
    assert steps == [
        first,
        first,
        [*(f'cal-c1-tor-{rack}-1-4' for rack in (1, 2, 3)), 'cal-c1-position-1-4'],
        first,
        second,
        second,
        [*(f'cal-c1-tor-{rack}-2-4' for rack in (1, 2, 3)), 'cal-c1-position-2-4'],
        second,
    ]
    assert not any('mesh' in step.title for step in plan.steps)
