"""Tables of single speakers, path by path: what the rules of BIRD and FRR make of small worlds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.proof.forwarding import forwarding
from netbox_calico.planning.proof.outcome import Flag, Oscillation
from netbox_calico.planning.proof.prefix import Prefix, blocks_of, service
from netbox_calico.planning.proof.prove import prove
from netbox_calico.planning.proof.pruning import without_detours
from netbox_calico.planning.proof.routing import Routing
from netbox_calico.planning.proof.world import (
    BLOCK,
    DEFAULT,
    Encapsulation,
    HalfSession,
    NextHop,
    Originate,
    Path,
    Role,
    Software,
    Speaker,
    World,
)

from .agreement import between_nodes
from .designs import CALICO_3_32, RACK_CLUSTER, Design, session

AS_OVERRIDE = Design(tor=True, remedy='override', down='pods', host_default=False)


def index(world: World, name: str) -> int:
    return next(i for i, speaker in enumerate(world.speakers) if speaker.name == name)


def table(world: World, owner: str, at: str) -> tuple[Path, ...]:
    """What ``at`` holds of the block of ``owner``, the best first."""
    (block,) = blocks_of(world, index(world, owner))
    return Routing(world).table(block)[index(world, at)]


def installed(world: World, owner: str, at: str) -> tuple[Path, ...]:
    return Routing(world).chosen(index(world, at), table(world, owner, at))


def hops(world: World, owner: str, at: str) -> list[str]:
    (block,) = blocks_of(world, index(world, owner))
    return [world.speakers[hop].name for hop in forwarding(Routing(world), block).hops[index(world, at)]]


def next_hops(world: World, paths: tuple[Path, ...]) -> list[tuple[str, str]]:
    return [(world.speakers[path.next_hop[0]].name, path.next_hop[1]) for path in paths if path.next_hop]


def test_bird_keeps_what_routers_return_to_the_owner_as_unreachable() -> None:
    world = AS_OVERRIDE.world()
    own, *others = table(world, 'n0-0', 'n0-0')
    assert own.session == -1
    assert next_hops(world, tuple(others)) == [('n0-0', 'r0')] * 2
    assert [path.metric for path in others] == [None, None]


def test_the_mesh_carries_every_pool_and_range() -> None:
    world = replace(AS_OVERRIDE, mesh=True).world()
    second = frozenset({'block 1'}), frozenset({'service 1'})
    speakers = tuple(
        replace(speaker, blocks=second[0], services=second[1]) if speaker.role is Role.NODE else speaker
        for speaker in world.speakers
    )
    world = World(speakers, ())
    assert installed(world, 'n0-0', 'n1-0')
    services = Routing(world).table(service(world, 'service 1'))
    assert len(services[index(world, 'n1-0')]) == sum(speaker.role is Role.NODE for speaker in speakers)


def test_over_ibgp_nobody_is_told_of_itself_as_the_next_hop() -> None:
    world = replace(AS_OVERRIDE, mesh=True).world()
    assert {world.sessions[path.session].sender for path in table(world, 'n0-0', 'n0-0')[1:3]} == {
        index(world, 'tor0-0'),
        index(world, 'tor0-1'),
    }
    assert 'n0-0' not in dict(next_hops(world, table(world, 'n0-0', 'n0-0')[3:]))
    assert ('n0-0', 'r0') in next_hops(world, table(world, 'n0-0', 'n0-1')[1:])


def test_the_owner_prefers_its_own_to_what_its_tors_send_back() -> None:
    world = AS_OVERRIDE.world()
    sessions = tuple(
        replace(half, next_hop=NextHop.SELF) if world.speakers[half.sender].role is Role.TOR else half
        for half in world.sessions
    )
    own, *others = table(replace(world, sessions=sessions), 'n0-0', 'n0-0')
    assert own.session == -1
    assert [path.as_path for path in others] == [(65001, 65001), (65001, 65001)]


def test_as_override_puts_the_tors_number_in_the_place_of_the_nodes() -> None:
    paths = table(AS_OVERRIDE.world(), 'n0-0', 'n1-0')
    assert [path.as_path for path in paths] == [(65002, 65000, 65001, 65002)] * 2


def test_as_override_puts_the_tors_own_number_there_whatever_it_shows_the_nodes() -> None:
    world = AS_OVERRIDE.world()
    nodes = {at for at, speaker in enumerate(world.speakers) if speaker.role is Role.NODE}
    sessions = tuple(
        replace(half, sender_as=65500) if half.receiver in nodes and half.sender not in nodes else half
        for half in world.sessions
    )
    paths = table(replace(world, sessions=sessions), 'n0-0', 'n1-0')
    assert [path.as_path for path in paths] == [(65500, 65000, 65001, 65002)] * 2


def test_frr_names_the_third_party_so_that_traffic_in_a_rack_stays_direct() -> None:
    world = AS_OVERRIDE.world()
    assert next_hops(world, installed(world, 'n0-0', 'n0-1')) == [('n0-0', 'r0')] * 2
    assert hops(world, 'n0-0', 'n0-1') == ['n0-0']


def test_next_hop_self_sends_it_by_the_tors() -> None:
    world = AS_OVERRIDE.world()
    sessions = tuple(
        replace(half, next_hop=NextHop.SELF) if world.speakers[half.sender].role is Role.TOR else half
        for half in world.sessions
    )
    assert hops(replace(world, sessions=sessions), 'n0-0', 'n0-1') == ['tor0-0', 'tor0-1']


def test_across_racks_both_tors_are_used() -> None:
    assert hops(AS_OVERRIDE.world(), 'n0-0', 'n1-0') == ['tor1-0', 'tor1-1']


def test_a_prepended_path_is_left_alone_while_another_is_shorter() -> None:
    world = AS_OVERRIDE.world()
    drained = index(world, 'tor0-0')
    sessions = tuple(
        replace(half, prepends=3) if half.sender == drained and half.receiver == index(world, 'spine0') else half
        for half in world.sessions
    )
    assert hops(world, 'n0-0', 'spine0') == ['tor0-0', 'tor0-1']
    assert hops(replace(world, sessions=sessions), 'n0-0', 'spine0') == ['tor0-1']


def test_a_sender_that_checks_the_peers_as_sends_nothing_that_has_it() -> None:
    world = replace(AS_OVERRIDE, remedy='allow').world()
    speakers = tuple(
        replace(speaker, checks_peer_as=True) if speaker.role is Role.TOR else speaker for speaker in world.speakers
    )
    assert len(table(world, 'n0-0', 'n1-0')) == 2
    assert table(replace(world, speakers=speakers), 'n0-0', 'n1-0') == ()


@pytest.mark.parametrize(('preference', 'expected'), [(CALICO_3_32, CALICO_3_32), (100, 100)])
def test_the_mesh_carries_the_preference_of_calicos_version(preference: int, expected: int) -> None:
    best = table(Design(mesh=True, local_preference=preference).world(), 'n0-0', 'n1-0')[0]
    assert (best.local_preference, best.as_path, best.internal) == (expected, (), True)


def test_an_import_that_sets_the_preference_overrules_the_senders() -> None:
    world = Design(tor=True, plan='rack', ibgp=True, down='pods').world()
    tor = index(world, 'tor0-0')
    assert table(world, 'n0-0', 'tor0-0')[0].local_preference == CALICO_3_32
    even = tuple(replace(half, local_preference=100) if half.receiver == tor else half for half in world.sessions)
    assert table(replace(world, sessions=even), 'n0-0', 'tor0-0')[0].local_preference == 100


def test_a_reflected_path_names_who_began_it_and_by_which_cluster_it_came() -> None:
    world = Design(clusters={'n0-0': 7}).world()
    (path,) = table(world, 'n1-0', 'n1-1')
    assert path.originator == world.speakers[index(world, 'n1-0')].router_id
    assert path.clusters == (7,)
    assert next_hops(world, (path,)) == [('n1-0', 'r1')]


def test_a_client_of_two_reflectors_drops_what_it_began_itself() -> None:
    world = Design(clusters={'n0-0': 7, 'n1-0': 8}).world()
    assert [path.session for path in table(world, 'n0-1', 'n0-1')] == [-1]


def test_what_a_node_began_itself_is_dropped_whatever_next_hop_reflectors_put_in() -> None:
    world = Design(clusters={'n0-0': 7, 'n1-0': 8}).world()
    to_itself = tuple(replace(half, next_hop=NextHop.SELF) for half in world.sessions)
    assert [path.session for path in table(replace(world, sessions=to_itself), 'n0-1', 'n0-1')] == [-1]


def test_pruned_a_speaker_keeps_paths_that_came_round_by_the_same_reflectors_in_another_order() -> None:
    half = HalfSession(0, 1, 64512, 64512, 'r0', 'r1', from_client=True)
    orders = (3, 1), (3, 2), (1, 3), (3, 1, 2)
    paths = [Path(100, (), (2, 'r2'), 2, clusters, 0, 0, True, 0) for clusters in orders]
    assert without_detours(paths, {0: half}) == paths[:3]


def test_pruned_a_speaker_holds_no_path_that_came_round_by_more_reflectors() -> None:
    clusters = {f'n0-{at}': RACK_CLUSTER - at for at in range(1, 6)}
    world = Design(racks=1, nodes=7, clusters=clusters, client_of=1, drained=tuple(clusters)).world()
    (block,) = blocks_of(world, index(world, 'n0-0'))
    last = index(world, 'n0-6')
    assert len(Routing(world).table(block)[last]) == 16
    assert [len(path.clusters) for path in Routing(world, pruned=True).table(block)[last]] == [2]


def test_with_local_as_routes_of_the_mesh_cross_to_an_ibgp_tor_unreflected() -> None:
    """Unless the export filter stops them, a TOR hears every block from every node of its rack."""
    leaking = Design(mesh=True, tor=True, plan='rack', ibgp=True, down='pods', filtered=False).world()
    filtered = Design(mesh=True, tor=True, plan='rack', ibgp=True, down='pods').world()
    from_nodes = {path.peer for path in table(leaking, 'n1-0', 'tor0-0')}
    assert {leaking.speakers[index(leaking, f'n0-{at}')].router_id for at in range(3)} <= from_nodes
    assert len(table(filtered, 'n1-0', 'tor0-0')) == 1


@pytest.mark.parametrize(('wins', 'expected'), [(True, ['tor0-0']), (False, ['tor0-0', 'tor0-1'])])
def test_which_default_the_kernel_prefers_decides(wins: bool, expected: list[str]) -> None:
    world = Design(tor=True, down='default').world()
    node = index(world, 'n0-0')
    static = replace(world.speakers[node], kernel_default=(index(world, 'tor0-0'),), host_default_wins=wins)
    speakers = (*world.speakers[:node], static, *world.speakers[node + 1 :])
    assert hops(replace(world, speakers=speakers), 'n1-0', 'n0-0') == expected


@pytest.mark.parametrize('relax', [True, False])
def test_relax_lets_a_spine_balance_over_different_neighbours(relax: bool) -> None:
    world = Design(tor=True, remedy='override', down='pods', tor_as='each').world()
    spine = index(world, 'spine0')
    other = replace(world.speakers[spine], multipath_relax=relax)
    world = replace(world, speakers=(*world.speakers[:spine], other, *world.speakers[spine + 1 :]))
    assert len(installed(world, 'n0-0', 'spine0')) == (2 if relax else 1)


@pytest.mark.parametrize('several', [True, False])
def test_frr_balances_over_ibgp_only_where_it_may(several: bool) -> None:
    """Two reflectors offer a TOR the same block of another rack."""
    speakers = [Speaker(f'tor{i}', Software.FRR, Role.TOR, i, 65001, 'lan', frozenset({'lan'}), 'r') for i in range(3)]
    speakers[2] = replace(speakers[2], ibgp_multipath=several)
    owner = Speaker('n', Software.BIRD, Role.NODE, 9, 64512, 'lan', frozenset({'lan'}), 'r', frozenset({BLOCK}))
    own_hop = {'next_hop': NextHop.SELF}
    sessions = [
        half
        for tor in (0, 1)
        for half in (
            *session(3, tor, ('lan', 'lan'), (64512, 65001)),
            *session(tor, 2, ('lan', 'lan'), (65001, 65001), own_hop),
        )
    ]
    world = World((*speakers, owner), tuple(sessions))
    assert len(table(world, 'n', 'tor2')) == 2
    assert len(installed(world, 'n', 'tor2')) == (2 if several else 1)


def test_a_default_that_was_given_on_is_taken_back_when_it_is_lost() -> None:
    """The first TOR has it from the spine, until that prefers one that came by the other TOR, of the same AS."""
    lan = frozenset({'lan'})
    exits = Speaker('exit', Software.FRR, Role.SPINE, 1, 65100, 'lan', lan, exit=True)
    spine = Speaker('spine', Software.FRR, Role.SPINE, 2, 65000, 'lan', lan)
    tors = [Speaker(f'tor{i}', Software.FRR, Role.TOR, 3 + i, 65001, 'lan', lan) for i in (0, 1)]
    node = Speaker('n', Software.BIRD, Role.NODE, 9, 64512, 'lan', lan)
    down = {'exports': frozenset({DEFAULT}), 'default_originate': Originate.IF_KNOWN}
    sessions = (
        *session(0, 1, ('lan', 'lan'), (65100, 65000)),
        *session(0, 3, ('lan', 'lan'), (65100, 65001)),
        *session(3, 1, ('lan', 'lan'), (65001, 65000), {'local_preference': 200}),
        *session(1, 2, ('lan', 'lan'), (65000, 65001)),
        *session(2, 4, ('lan', 'lan'), (65001, 64512), down),
    )
    world = World((exits, spine, *tors, node), sessions)
    prefix = Prefix(DEFAULT, (0,))
    assert [len(paths) for paths in Routing(world).table(prefix)][1:] == [2, 0, 1, 0]
    cheap = tuple(replace(half, local_preference=None) for half in sessions)
    assert [len(paths) for paths in Routing(replace(world, sessions=cheap)).table(prefix)][1:] == [2, 1, 2, 1]


def test_a_next_hop_that_bird_cannot_resolve_is_kept_and_not_used() -> None:
    world = Design(mesh=True, host_routes=False, host_default=False).world()
    (path,) = table(world, 'n0-0', 'n1-0')
    assert path.metric is None
    assert installed(world, 'n0-0', 'n1-0') == ()


def test_an_absent_tor_is_no_source_and_a_dead_end_for_who_uses_it() -> None:
    world = Design(tor=True, down='pods', absent=('tor0-1',)).world()
    gone, node = index(world, 'tor0-1'), index(world, 'n0-0')
    static = replace(world.speakers[node], kernel_default=(gone,))
    world = replace(world, speakers=(*world.speakers[:node], static, *world.speakers[node + 1 :]))
    proof = prove([world], exact=True)
    assert gone not in {verdict.source for verdict in proof.verdicts}
    assert {v.flags for v in proof.verdicts if v.source == node} == {Flag.BLACKHOLE | Flag.BY_DEFAULT}


def test_preferences_that_go_round_never_come_to_rest() -> None:
    """Each of three prefers the way by the next one to its own: there is no stable state."""
    speakers = [
        Speaker(f'spine{i}', Software.FRR, Role.SPINE, i, 65000 + i, 'lan', frozenset({'lan'})) for i in range(3)
    ]
    owner = Speaker('n', Software.BIRD, Role.NODE, 9, 64512, 'lan', frozenset({'lan'}), '', frozenset({BLOCK}))
    sessions: list[HalfSession] = []
    for at in range(3):
        sessions += session(3, at, ('lan', 'lan'), (64512, 65000 + at))
        after = (at + 1) % 3
        prefers = {'local_preference': 200, 'next_hop': NextHop.SELF}
        sessions += session(after, at, ('lan', 'lan'), (65000 + after, 65000 + at), prefers)
    sessions = [half for half in sessions if half.sender == 3 or half.receiver == 3 or half.local_preference == 200]
    (reason,) = prove([World((*speakers, owner), tuple(sessions))], exact=True).unsettled
    assert isinstance(reason, Oscillation)
    assert (reason.kind, reason.origin) == (BLOCK, 3)


def test_nodes_of_calico_with_felix_programming_need_no_route() -> None:
    """VXLAN: the nodes reach each other, the routers know nothing."""
    design = Design(host_routes=False, encapsulation=Encapsulation.FELIX)
    assert between_nodes([design.world()])['from outside'] == {Flag.BLACKHOLE}
