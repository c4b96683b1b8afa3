"""What the design derives: sessions, BGPPeers, sections, the order of racks and the waves of routers."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_interface, ip_network

import pytest

from netbox_calico.planning.designs import REGISTRY
from netbox_calico.planning.designs.announced import announced
from netbox_calico.planning.designs.racks import rack_order
from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Address, Pool, Rack, ServiceRange, Snapshot
from netbox_calico.planning.model.plan import GateKind
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import judge, make_plan
from netbox_calico.planning.rollout.sections import waves
from tests.planning.checks.troubled import both, resource
from tests.planning.walking import there_and_back
from tests.planning.world import PROFILE, RENDERERS, World, observation, snapshot


def intent(wish: Snapshot) -> Intent:
    found, findings = judge(wish, observation(wish), RENDERERS)
    assert not [one for one in findings if one.severity.value == 'error' and 'password' not in one.code]
    return found


def test_every_node_peers_with_every_router_of_its_rack_in_every_family() -> None:
    found = intent(snapshot(3, 2, 2, (4, 6)))
    assert len(found.sessions) == 3 * 2 * 2 * 2
    assert {(s.node[5], s.router // 10) for s in found.sessions} == {('1', 1), ('2', 2), ('3', 3)}
    assert {(s.node_as, s.router_as) for s in found.sessions if s.router == 21} == {(64512, 65021)}


def test_all_designs_are_told_in_words() -> None:
    assert all(design.key == key and design.label and design.description for key, design in REGISTRY.items())
    assert [design.key for design in REGISTRY.values() if design.mesh] == ['mesh']


def test_the_nodes_run_in_the_as_of_the_cluster_when_netbox_has_none() -> None:
    found = intent(snapshot(1, 1, 1, (4,), asn=None))
    assert {session.node_as for session in found.sessions} == {64512}


def test_a_bgp_peer() -> None:
    [peer] = [wanted for wanted in intent(snapshot(1, 1, 1, (4,))).resources if wanted.kind == 'BGPPeer']
    assert peer.name == 'cal-c1-tor-1-1-4'
    assert peer.spec == {
        'nodeSelector': "netbox-calico.io/rack == 'rack-1'",
        'peerIP': '10.1.1.1',
        'asNumber': 65011,
        'filters': ['cal-c1-tor-export', 'cal-c1-tor-import'],
        'reversePeering': 'Manual',
    }


def test_passwords_are_references_with_a_key_a_router() -> None:
    found = intent(snapshot(1, 1, 2, (4,), password_secret='bgp'))
    keys = [wanted.spec['password'] for wanted in found.resources if wanted.kind == 'BGPPeer']
    assert keys == [{'secretKeyRef': {'name': 'bgp', 'key': f'tor-1-{n}'}} for n in (1, 2)]
    assert [section.groups[0].password for section in found.sections] == ['bgp/tor-1-1', 'bgp/tor-1-2']


def test_a_router_of_two_racks_has_one_bgp_peer_for_both() -> None:
    wish = snapshot(2, 1, 1, (4,))
    racks = [Rack(101, 'rack-1'), Rack(102, 'rack-2')]
    nodes = tuple(replace(wish.nodes[0], id=n, name=f'n{n}', host=f'n{n}', rack=racks[n]) for n in (0, 1))
    wish = replace(wish, nodes=nodes, routers=(replace(wish.routers[0], rack=None),))
    [peer] = [wanted for wanted in judge(wish, observation(wish), RENDERERS)[0].resources if wanted.kind == 'BGPPeer']
    assert peer.spec['nodeSelector'] == "netbox-calico.io/rack in {'rack-1', 'rack-2'}"


def test_a_router_with_an_address_in_the_network_of_each_of_two_racks_has_a_bgp_peer_for_each() -> None:
    wish = snapshot(2, 1, 1, (4, 6))
    one, other = wish.routers
    serving = replace(one, tied_racks=(101, 102), addresses=one.addresses + other.addresses[:2])
    wish = replace(wish, routers=(serving,))
    there_and_back(wish)
    peers = {wanted.name: wanted.spec for wanted in intent(wish).resources if wanted.kind == 'BGPPeer'}
    assert len(peers) == 4
    assert peers['cal-c1-tor-1-1-4-10.1.2.1']['peerIP'] == '10.1.2.1'
    assert peers['cal-c1-tor-1-1-4-10.1.2.1']['nodeSelector'] == "netbox-calico.io/rack == 'rack-2'"


@pytest.mark.parametrize(('text', 'refused'), [('10.255.0.1/32', False), ('10.1.1.254/24', True)])
def test_routers_share_addresses_only_where_no_node_stands(text: str, refused: bool) -> None:
    """As pairs of switches do that are one end of their tunnels."""
    wish = snapshot(1, 2, 2, (4,))
    shared = Address('lo1', ip_interface(text))
    wish = replace(wish, routers=tuple(replace(r, addresses=(*r.addresses, shared)) for r in wish.routers))
    codes = {finding.code for finding in judge(wish, observation(wish), RENDERERS)[1]}
    assert ('shared-router-address' in codes) is refused


def test_filters_let_pools_and_services_in_and_nothing_learned_out() -> None:
    out, into = [wanted.spec for wanted in intent(snapshot(1, 1, 1, (4,))).resources if wanted.kind == 'BGPFilter']
    assert out == {'exportV4': [{'action': 'Reject', 'source': 'RemotePeers'}]}
    assert into == {
        'importV4': [
            {'action': 'Accept', 'cidr': '10.96.0.0/16', 'matchOperator': 'In'},
            {'action': 'Accept', 'cidr': '10.244.0.0/16', 'matchOperator': 'In'},
            {'action': 'Reject'},
        ]
    }


def test_a_section() -> None:
    wish = snapshot(1, 2, 1, (4, 6))
    routers = tuple(
        replace(r, profile=replace(PROFILE, keepalive=5, hold_time=15, max_prefixes=500)) for r in wish.routers
    )
    [section] = intent(replace(wish, routers=routers)).sections
    four, six = section.groups
    assert (four.name, six.name) == ('CAL-C1-4', 'CAL-C1-6')
    assert (four.import_map, four.export_map) == ('CAL-C1-IN4', 'CAL-C1-OUT4')
    assert four.as_override
    assert (four.keepalive, four.hold_time, four.maximum_prefix) == (5, 15, 500)
    assert [str(neighbor.address) for neighbor in four.neighbors] == ['10.1.1.11', '10.1.1.12']
    assert [neighbor.description for neighbor in six.neighbors] == ['node-1-1', 'node-1-2']


def test_a_range_within_another_is_not_said_twice() -> None:
    wish = replace(
        snapshot(),
        pools=(
            Pool('a', ip_network('10.0.0.0/8'), 26),
            Pool('b', ip_network('10.244.0.0/16'), 26),
            Pool('hidden', ip_network('172.16.0.0/16'), 26, disable_export=True),
            Pool('off', ip_network('172.17.0.0/16'), 26, disabled=True),
        ),
        service_ranges=(
            ServiceRange(ip_network('10.96.0.0/16'), 'cluster'),
            ServiceRange(ip_network('fd::/64'), 'cluster'),
        ),
    )
    assert [str(prefix) for prefix in announced(wish)] == ['10.0.0.0/8', '172.17.0.0/16', 'fd::/64']


def test_the_smallest_rack_is_the_canary() -> None:
    assert rack_order({'a': 'r10', 'b': 'r10', 'c': 'r2', 'd': 'r2', 'e': 'r9'}) == ('r9', 'r2', 'r10')
    assert rack_order({'a': 'r10', 'b': 'r2'}) == ('r2', 'r10')
    assert rack_order({}) == ()


@pytest.mark.parametrize(
    ('racks', 'tors', 'expected'),
    [
        (1, 1, [(11,)]),
        (1, 3, [(11,), (12,), (13,)]),
        (3, 2, [(11,), (21, 31), (12, 22, 32)]),
        (2, 1, [(11,), (21,)]),
    ],
)
def test_waves(racks: int, tors: int, expected: list[tuple[int, ...]]) -> None:
    wish, _ = in_order(snapshot(racks, 1, tors, (4,)), observation(snapshot()))
    found = intent(wish)
    assert list(waves([r.id for r in wish.routers], found.sessions, found.racks, wish)) == expected


def test_never_two_routers_of_a_rack_in_a_wave_even_if_racks_share_one() -> None:
    wish = snapshot(3, 1, 2, (4,))
    shared = tuple(replace(r, tied_racks=(101, 102)) if r.id in (11, 12) else r for r in wish.routers)
    wish = replace(wish, routers=shared)
    found = waves([r.id for r in wish.routers], (), ('rack-1', 'rack-2', 'rack-3'), wish)
    for wave in found:
        for pair in ({11, 12}, {21, 22}, {31, 32}, {11, 21}, {11, 22}, {12, 21}, {12, 22}):
            if pair <= {11, 12} or pair <= {21, 22} or pair <= {31, 32}:
                assert not pair <= set(wave)
    assert sorted(key for wave in found for key in wave) == [11, 12, 21, 22, 31, 32]


def test_changed_bgp_peers_of_a_live_rack_go_router_by_router() -> None:
    wish = snapshot(1, 2, 2, (4,))
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    _, edited = both(*(resource('BGPPeer', f'cal-c1-tor-1-{n}-4', filters=[]) for n in (1, 2)))(wish, world.observed)
    plan = make_plan(wish, edited, 'deploy', RENDERERS)
    assert [tuple(item.target for item in step.items) for step in plan.steps if step.items] == [
        ('kubernetes:BGPPeer/cal-c1-tor-1-1-4',),
        ('kubernetes:BGPPeer/cal-c1-tor-1-2-4',),
    ]
    assert {step.gate.kind for step in plan.steps if step.items} == {GateKind.ROUTES}


def test_a_password_is_not_changed_under_traffic_of_the_only_router() -> None:
    wish = snapshot(1, 2, 1, (4,))
    world = World(observation(wish, secrets={'bgp': frozenset({'tor-1-1'})}))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    changed = replace(wish, cluster=replace(wish.cluster, password_secret='bgp'))
    errors = make_plan(changed, world.observed, 'deploy', RENDERERS).errors
    assert {finding.code for finding in errors} == {'password-change-live'}

    world.run(make_plan(wish, world.observed, 'back', RENDERERS))
    world.run(make_plan(changed, world.observed, 'deploy', RENDERERS))
    assert make_plan(changed, world.observed, 'deploy', RENDERERS).steps == ()
    assert not world.observed.cluster.mesh
