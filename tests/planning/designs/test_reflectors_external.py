"""Reflectors outside: who they are, where nodes peer with them, and what their sections hold."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_interface

import pytest

from netbox_calico.planning.designs import find
from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Address, Snapshot
from netbox_calico.planning.model.observation import Resource
from netbox_calico.planning.naming import OWNER_LABEL
from tests.planning.world import observation, snapshot, with_external

KEY = 'reflectors-external'
WISH = with_external(snapshot(2, 2, 1, (4, 6), KEY))
FIRST = WISH.routers[-2]


def derived(wish: Snapshot, **cluster: object) -> Intent:
    return find(KEY).derive(wish, observation(wish, **cluster))


def with_first(**changes: object) -> Snapshot:
    """The first reflector is another in NetBox."""
    routers = tuple(replace(r, **changes) if r.id == FIRST.id else r for r in WISH.routers)  # type: ignore[arg-type]
    return replace(WISH, routers=routers)


def codes(intent: Intent) -> list[str]:
    return [finding.code for finding in intent.findings]


def ends(intent: Intent) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for session in intent.sessions:
        found.setdefault(session.router, set()).add(str(session.router_address))
    return found


def test_every_node_peers_with_every_reflector_from_its_loopback_in_each_family() -> None:
    intent = derived(WISH)
    assert codes(intent) == []
    assert len(intent.sessions) == 4 * 2 * 2
    assert ends(intent) == {901: {'10.254.0.1', 'fd00:254::1'}, 902: {'10.254.0.2', 'fd00:254::2'}}
    assert {(session.node_as, session.router_as) for session in intent.sessions} == {(64512, 64512)}
    peers = [wanted.spec for wanted in intent.resources if wanted.kind == 'BGPPeer']
    assert [(peer['nodeSelector'], peer['peerIP'], peer['asNumber']) for peer in peers] == [
        ('all()', '10.254.0.1', 64512),
        ('all()', 'fd00:254::1', 64512),
        ('all()', '10.254.0.2', 64512),
        ('all()', 'fd00:254::2', 64512),
    ]
    assert not any('localASNumber' in peer for peer in peers)


def test_they_reflect_keep_the_next_hop_and_tell_no_other_as() -> None:
    intent = derived(WISH)
    assert [section.name for section in intent.sections] == ['reflector-1', 'reflector-2']
    for section in intent.sections:
        assert [group.family for group in section.groups] == [4, 6]
        for group in section.groups:
            assert group.route_reflector_client
            assert group.no_export
            assert group.remote_as == 64512
            assert group.next_hop is None
            assert not group.next_hop_self
            assert len(group.neighbors) == 4
    assert intent.sections[1].groups[0].update_source == ip_address('10.254.0.2')


def test_no_rack_is_labelled_and_no_router_of_a_rack_has_a_part() -> None:
    intent = derived(WISH)
    assert (intent.rack_of, intent.racks) == ({}, ())
    assert {section.router for section in intent.sections} == {901, 902}


@pytest.mark.parametrize(
    ('addresses', 'management', 'end'),
    [
        (('10.254.0.1/32 loopback', '10.9.0.1/31', '192.0.2.201/24'), '192.0.2.201', '10.254.0.1'),
        (('10.9.0.1/31', '192.0.2.201/24'), '192.0.2.201', '10.9.0.1'),
        (('192.0.2.201/24',), '192.0.2.201', '192.0.2.201'),
        (('10.9.0.1/31', '10.9.0.3/31 vip'), 'reflector-1', '10.9.0.1'),
        (('10.9.0.1/31', '10.9.0.3/31', '192.0.2.201/24'), '192.0.2.201', None),
        (('10.254.0.1/32 loopback', '10.254.0.9/32 loopback'), '', None),
        ((), '', None),
    ],
)
def test_the_address_is_the_loopback_or_the_only_one_beside_that_of_management(
    addresses: tuple[str, ...], management: str, end: str | None
) -> None:
    own = tuple(
        Address('any', ip_interface(address), role=role)
        for address, _, role in (text.partition(' ') for text in (*addresses, 'fd00:254::1/128'))
    )
    intent = derived(with_first(addresses=own, management=management))
    assert codes(intent) == ([] if end else ['reflector-address-unclear'])
    assert ends(intent)[FIRST.id] == {'fd00:254::1', *([end] if end else [])}


def test_an_address_in_another_vrf_is_none() -> None:
    own = tuple(replace(address, vrf=7) for address in FIRST.addresses)
    assert codes(derived(with_first(addresses=own))) == 2 * ['reflector-address-unclear']


@pytest.mark.parametrize(('tied', 'serves'), [((), True), ((102,), True), ((7, 101), True), ((7,), False)])
def test_one_that_is_tied_to_racks_of_others_is_not_for_this_cluster(tied: tuple[int, ...], serves: bool) -> None:
    assert (FIRST.id in ends(derived(with_first(tied_racks=tied)))) is serves


def test_without_any_the_plan_says_what_to_add() -> None:
    intent = derived(replace(WISH, routers=tuple(router for router in WISH.routers if router.role != 'reflector')))
    assert codes(intent) == ['no-external-reflector']
    assert intent.sessions == ()


@pytest.mark.parametrize(('version', 'found'), [('v3.32.1', []), ('v3.30.7', ['local-as-unknown'])])
def test_reflectors_in_an_as_of_their_own_have_the_nodes_in_it_for_their_sessions_alone(
    version: str, found: list[str]
) -> None:
    intent = derived(with_external(snapshot(1, 2, 0, (4,), KEY), asn=65100), calico_version=version)
    assert codes(intent) == found
    peers = [wanted.spec for wanted in intent.resources if wanted.kind == 'BGPPeer']
    assert {(peer['asNumber'], peer['localASNumber']) for peer in peers} == {(65100, 65100)}
    assert {group.remote_as for section in intent.sections for group in section.groups} == {65100}


def test_a_reflector_that_was_renamed_keeps_its_bgp_peer() -> None:
    wish = with_external(snapshot(1, 2, 0, (4,), KEY))
    first = derived(wish)
    names = {wanted.name for wanted in first.resources}
    renamed = tuple(replace(router, name=f'other-{router.id}') for router in wish.routers)
    seen = observation(wish)
    ours = tuple(Resource(wanted.kind, wanted.name, wanted.spec, {OWNER_LABEL: 'c1'}) for wanted in first.resources)
    resources = (*seen.cluster.resources, *ours)
    again = find(KEY).derive(
        replace(wish, routers=renamed), replace(seen, cluster=replace(seen.cluster, resources=resources))
    )
    assert {wanted.name for wanted in again.resources} == names
