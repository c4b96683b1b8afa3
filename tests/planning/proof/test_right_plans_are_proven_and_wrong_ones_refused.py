"""What lost packets in the lab is refused, with the finding that says why; what lost none is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_interface, ip_network

import pytest

from netbox_calico.planning.model.intent import PeerGroup
from netbox_calico.planning.model.inventory import Address, Snapshot
from netbox_calico.planning.model.observation import ClusterObservation, Observation, Resource, RouterSession
from netbox_calico.planning.model.plan import Severity
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.proof import sample as sampling
from tests.planning.proof.moves import Move, mesh_off_first, move, unfiltered
from tests.planning.world import RENDERERS, SPINE, World, observation, snapshot


def with_pools(seen: Observation, **spec: str) -> Observation:
    resources = tuple(
        Resource(found.kind, found.name, {**found.spec, **spec}) if found.kind == 'IPPool' else found
        for found in seen.cluster.resources
    )
    return replace(seen, cluster=replace(seen.cluster, resources=resources))


def sending(made: Move, *prefixes: str) -> Move:
    networks = tuple(map(ip_network, prefixes))

    def edit(group: PeerGroup) -> PeerGroup:
        return replace(group, announced=(*group.permitted, *networks))

    return made.groups(edit)


@pytest.mark.parametrize('kind', ['deploy', 'back'])
@pytest.mark.parametrize('families', [(4,), (6,), (4, 6)])
@pytest.mark.parametrize(('racks', 'tors'), [(1, 1), (1, 2), (2, 1), (2, 2), (3, 2)])
def test_the_way_to_full_tables_and_back_is_proven(kind: str, families: tuple[int, ...], racks: int, tors: int) -> None:
    assert move(racks, 2, tors, families, kind).findings == ()


def test_racks_of_many_alike_nodes_are_proven_by_a_few() -> None:
    assert {f.severity for f in move(20, 10, 2, (4, 6)).findings} <= {Severity.NOTE}


def test_without_the_export_filter_routers_balance_over_nodes_that_pass_on() -> None:
    made = unfiltered(move(), 'tor-export')
    assert 'proof-loop' in made.errors
    assert any('an export filter that rejects RemotePeers' in finding.message for finding in made.findings)


@pytest.mark.parametrize('design', ['tor-full-tables', 'tor-as-per-rack'])
def test_without_the_export_filter_a_deployment_leads_to_where_the_way_back_is_proven(design: str) -> None:
    wish = snapshot(design=design)
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    world.observed = replace(world.observed, cluster=unexporting(world.observed.cluster))
    refused = make_plan(wish, world.observed, 'back', RENDERERS)
    assert {finding.code for finding in refused.errors} == {'proof-loop'}
    assert all('deploy the design once more' in finding.message for finding in refused.errors)
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    assert make_plan(wish, world.observed, 'back', RENDERERS).steps


def unexporting(seen: ClusterObservation) -> ClusterObservation:
    """What was observed, the BGPPeers without what names their export filter."""

    def edited(found: Resource) -> Resource:
        left = [name for name in found.spec.get('filters', ()) if not name.endswith('-export')]
        return replace(found, spec={**found.spec, 'filters': left}) if found.kind == 'BGPPeer' else found

    return replace(seen, resources=tuple(map(edited, seen.resources)))


def test_without_gates_the_mesh_goes_before_routes_have_come() -> None:
    made = move().without_gates()
    assert 'proof-blackhole' in made.errors
    assert any('a gate on their routes' in finding.message for finding in made.findings)


def test_the_mesh_off_first_leaves_nothing() -> None:
    assert 'proof-blackhole' in mesh_off_first(move()).errors


@pytest.mark.parametrize('prefix', ['0.0.0.0/0', '10.1.0.0/16'])
def test_a_default_or_the_nodes_of_other_racks_must_not_be_learned_while_the_mesh_is_on(prefix: str) -> None:
    made = unfiltered(sending(move(), prefix), 'tor-import')
    assert 'proof-blackhole' in made.errors
    assert any('a default only once the mesh is off' in finding.message for finding in made.findings)


@pytest.mark.parametrize('prefix', ['0.0.0.0/0', '10.1.0.0/16'])
def test_the_import_filter_keeps_both_out(prefix: str) -> None:
    assert sending(move(), prefix).errors == set()


def test_a_tunnel_to_the_one_router_ends_there() -> None:
    made = move(tors=1)
    made = replace(made, observation=with_pools(made.observation, ipipMode='Always'))
    assert 'proof-blackhole' in made.errors
    assert any('CrossSubnet' in finding.message for finding in made.findings)


def test_tunnels_between_nodes_of_different_subnets_do_no_harm() -> None:
    made = move(tors=1)
    assert replace(made, observation=with_pools(made.observation, ipipMode='CrossSubnet')).errors == set()


def test_a_router_without_additional_paths_returns_borrowed_addresses_for_ever() -> None:
    made = move()
    routers = tuple(
        replace(router, settings={**router.settings, 'addpath_rx': 'no'}) for router in made.observation.routers
    )
    made = replace(made, observation=replace(made.observation, routers=routers))
    assert made.errors == {'proof-oscillation'}


def test_without_as_override_nodes_live_by_their_default_alone() -> None:
    made = move().groups(lambda group: replace(group, as_override=False))
    assert made.errors == {'proof-default-only'}


def test_a_password_on_one_end_alone_is_named() -> None:
    made = move().groups(lambda group: replace(group, password='bgp/tor'))
    assert 'proof-session-disagrees' in made.errors
    assert any('one end alone has a password' in finding.message for finding in made.findings)


def with_passwords(wish: Snapshot, seen: Observation) -> tuple[Snapshot, Observation]:
    keys = frozenset({'other', *(router.name for router in wish.routers)})
    wish = replace(wish, cluster=replace(wish.cluster, password_secret='bgp'))
    return wish, replace(seen, cluster=replace(seen.cluster, secrets={'bgp': keys}))


def test_no_session_is_counted_on_whose_passwords_are_known_to_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """On one router of many racks, so that none that is like it in all else stands for it."""
    monkeypatch.setattr(sampling, 'SMALL', 0)
    sound = move(7, 1, 1, change=with_passwords)
    assert sound.errors == set()
    made = sound.groups(lambda of: replace(of, password='bgp/other') if of.password == 'bgp/tor-4-1' else of)
    assert made.errors >= {'proof-session-disagrees', 'proof-blackhole'}
    assert any(
        'node-4-1 with tor-4-1 (IPv4) does not come up: the node has the password bgp/tor-4-1, and tor-4-1 another.'
        in finding.message
        for finding in made.findings
    )


def test_passwords_of_one_value_are_one() -> None:
    made = move(1, 2, 1, change=with_passwords).groups(lambda of: replace(of, password='bgp/other'))
    assert 'proof-session-disagrees' in made.errors
    cluster = replace(made.observation.cluster, alike={'bgp/tor-1-1': 'bgp/other'})
    assert replace(made, observation=replace(made.observation, cluster=cluster)).errors == set()


def test_a_key_that_has_gone_leaves_the_nodes_without_a_password() -> None:
    made = move(1, 2, 2, change=with_passwords)
    cluster = replace(made.observation.cluster, secrets={'bgp': frozenset({'tor-1-1'})})
    made = replace(made, observation=replace(made.observation, cluster=cluster))
    [told] = [finding.message for finding in made.findings if finding.code == 'proof-session-disagrees']
    assert 'node node-1-1 (and of others) with tor-1-2 (IPv4) does not come up: one end alone has a password' in told


def test_ttl_security_of_nodes_alone_is_named() -> None:
    made = move(1, 2, 1).resources('BGPPeer', lambda spec: {**spec, 'ttlSecurity': 1})
    assert any('the node alone has TTL security' in finding.message for finding in made.findings)


def test_a_router_that_lost_the_fabric_is_found() -> None:
    made = move(tors=1)
    first, *others = made.observation.routers
    lost = replace(first, sessions=tuple(replace(session, established=False) for session in first.sessions))
    made = replace(made, observation=replace(made.observation, routers=(lost, *others)))
    assert 'proof-blackhole' in made.errors


def with_spine(*families: int) -> Callable[[Snapshot, Observation], tuple[Snapshot, Observation]]:
    """A spine in NetBox with sessions in these families."""

    def added(wish: Snapshot, seen: Observation) -> tuple[Snapshot, Observation]:
        addresses = tuple(Address('e1', ip_interface(text)) for text in ('172.16.0.1/31', 'fd00:172::1/127'))
        spine = replace(wish.routers[0], id=500, name='spine', role='spine', asn=65500, rack=None, addresses=addresses)
        sessions = tuple(RouterSession(SPINE[family], family, 64999, established=True) for family in families)
        there = replace(seen.routers[0], router=500, name='spine', settings={'asn': '65500'}, sessions=sessions)
        return replace(wish, routers=(*wish.routers, spine)), replace(seen, routers=(*seen.routers, there))

    return added


@pytest.mark.parametrize('families', [(), (4,), (4, 6)])
def test_a_router_that_hears_of_nothing_is_not_asked(families: tuple[int, ...]) -> None:
    """One that is not cabled yet, is dead, or speaks one family alone refuses no plan."""
    assert move(families=(4, 6), change=with_spine(*families)).errors == set()
