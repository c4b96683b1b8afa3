"""Which routers reach one another, and which sessions come up between nodes and routers."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from netbox_calico.planning.model.observation import Observation, RouterSession
from netbox_calico.planning.model.plan import Severity
from netbox_calico.planning.proof.build import Built, build
from netbox_calico.planning.proof.fabric import OUTSIDE_AS, Fabric, fabric_of
from netbox_calico.planning.proof.ground import ground_of
from netbox_calico.planning.proof.prefix import blocks_of
from netbox_calico.planning.proof.routing import Routing
from netbox_calico.planning.proof.state import State
from netbox_calico.planning.proof.world import NextHop
from tests.planning.proof.moves import Move, move
from tests.planning.world import RENDERERS, World


def fabric(made: Move, seen: Observation | None = None) -> Fabric:
    return fabric_of(made.snapshot, seen or made.observation, 4)


def with_sessions(made: Move, router: str, *sessions: RouterSession) -> Observation:
    return replace(
        made.observation,
        routers=tuple(
            replace(found, sessions=sessions) if found.name == router else found for found in made.observation.routers
        ),
    )


def with_settings(made: Move, router: str, **settings: str) -> Observation:
    return replace(
        made.observation,
        routers=tuple(
            replace(found, settings={**found.settings, **settings}) if found.name == router else found
            for found in made.observation.routers
        ),
    )


def test_neighbours_that_netbox_does_not_know_are_one_speaker_for_each_as_number() -> None:
    made = move()
    others = with_sessions(
        made,
        'tor-1-1',
        *(RouterSession(ip_address(f'192.0.2.{n}'), 4, asn, True) for n, asn in ((1, 64999), (2, 64998))),
    )
    assert fabric(made).outside == (64999,)
    assert fabric(made, others).outside == (64998, 64999)


def test_a_neighbour_that_is_a_router_is_that_router() -> None:
    made = move(1, 2, 2)
    seen = with_sessions(made, 'tor-1-1', RouterSession(ip_address('10.1.1.2'), 4, 65012, True))
    [link] = [link for link in fabric(made, seen).links if link.known]
    assert {link.router, link.other} == {11, 12}


def test_what_is_not_established_joins_nobody() -> None:
    made = move(1, 2, 2)
    seen = with_sessions(made, 'tor-1-1', RouterSession(ip_address('192.0.2.253'), 4, 64999, False))
    assert {link.router for link in fabric(made, seen).links} == {12}


def test_sessions_with_nodes_and_of_other_clusters_are_no_fabric() -> None:
    made = move(1, 2, 2)
    seen = with_sessions(
        made,
        'tor-1-1',
        RouterSession(ip_address('10.1.1.11'), 4, 64512, True),
        RouterSession(ip_address('10.9.9.9'), 4, 64600, True, group='CAL-OTHER-4'),
    )
    assert {link.router for link in fabric(made, seen).links} == {12}


def test_routers_of_which_no_session_is_known_are_taken_to_reach_each_other_and_that_is_said() -> None:
    made = move()
    seen = replace(made.observation, routers=tuple(replace(r, sessions=()) for r in made.observation.routers))
    found = fabric(made, seen)
    assert {link.other for link in found.links} == {OUTSIDE_AS}
    assert [(finding.severity, finding.code) for finding in found.findings] == [(Severity.NOTE, 'proof-fabric-unknown')]
    assert replace(made, observation=seen).errors == set()


def test_an_as_number_of_two_racks_is_passed_on_by_the_fabric_and_one_of_a_rack_is_not() -> None:
    shared = move(2, 1, 2)
    same = tuple(replace(router, asn=65001) for router in shared.snapshot.routers)
    seen = replace(
        shared.observation,
        routers=tuple(replace(r, settings={**r.settings, 'asn': '65001'}) for r in shared.observation.routers),
    )
    assert fabric_of(replace(shared.snapshot, routers=same), seen, 4).repeated == {65001}
    of_rack = tuple(replace(router, asn=65000 + router.id // 10) for router in shared.snapshot.routers)
    seen = replace(
        shared.observation,
        routers=tuple(
            replace(r, settings={**r.settings, 'asn': str(65000 + r.router // 10)}) for r in shared.observation.routers
        ),
    )
    assert fabric_of(replace(shared.snapshot, routers=of_rack), seen, 4).repeated == frozenset()


def test_a_router_has_one_router_id_in_both_families() -> None:
    made = move(1, 1, 2)
    told = with_settings(made, 'tor-1-2', router_id='192.0.2.1')
    found = [ground_of(made.snapshot, told, family).speakers for family in (4, 6)]
    of_family = [{s.name: s.router_id for s in some if s.name.startswith('tor-')} for some in found]
    highest = max(int(a.value.ip) for a in made.snapshot.routers[0].addresses if a.value.version == 4)
    assert of_family == [{'tor-1-1': highest, 'tor-1-2': int(ip_address('192.0.2.1'))}] * 2


def built(made: Move) -> Built:
    """The world at the end of a plan."""
    world = World(made.observation)
    for step in made.steps:
        for item in step.items:
            world.apply(item)
    groups = {router.router: RENDERERS['frr'].groups(router.section) for router in world.observed.routers}
    return build(ground_of(made.snapshot, made.observation, 4), State(world.observed.cluster, groups))


def test_a_node_and_its_router_have_a_session_as_both_were_told() -> None:
    found = built(move(1, 2, 1))
    names = {speaker.name: index for index, speaker in enumerate(found.world.speakers)}
    up, down = (
        next(half for half in found.world.sessions if (half.sender, half.receiver) == (names[a], names[b]))
        for a, b in (('node-1-1', 'tor-1-1'), ('tor-1-1', 'node-1-1'))
    )
    assert (up.sender_as, up.receiver_as, up.rejects_learned, up.add_paths) == (64512, 65011, True, True)
    assert up.exports == up.accepts == down.exports == down.accepts == {'block', 'service'}
    assert (down.as_override, down.sends_back, down.next_hop) == (True, True, NextHop.USUAL)
    assert not any(speaker.mesh for speaker in found.world.speakers)


def test_a_node_alone_below_its_router_gets_its_own_routes_back_from_the_router_as_the_next_hop() -> None:
    """As FRR 8.4 does: it spares nobody, and to whom it heard a route from alone it names no third party."""
    found = built(move(2, 1, 1))
    names = {speaker.name: index for index, speaker in enumerate(found.world.speakers)}
    pair = names['tor-1-1'], names['node-1-1']
    [down] = [half for half in found.world.sessions if (half.sender, half.receiver) == pair]
    assert (down.sends_back, down.next_hop) == (True, NextHop.SELF)
    [block] = blocks_of(found.world, names['node-1-1'])
    own, returned = Routing(found.world).table(block)[names['node-1-1']]
    assert own.session == -1
    assert (returned.as_path, returned.next_hop) == ((65011, 65011), (names['tor-1-1'], '10.1.1.0/24'))


def test_while_one_end_has_not_been_told_there_is_no_session_and_no_finding() -> None:
    made = move(1, 2, 1)
    of_routers = replace(
        made,
        steps=tuple(
            replace(step, items=tuple(item for item in step.items if item.target.startswith('router:')))
            for step in made.steps
        ),
    )
    found = built(of_routers)
    assert found.marks == {}
    assert found.findings == ()


def test_with_the_mesh_on_all_nodes_are_in_it_and_a_reflector_is_not() -> None:
    made = move(1, 3, 1)
    ground = ground_of(made.snapshot, made.observation, 4)
    first, *others = made.observation.cluster.nodes
    marked = replace(first, annotations={'projectcalico.org/RouteReflectorClusterID': '224.0.0.1'})
    cluster = replace(made.observation.cluster, nodes=(marked, *others))
    world = build(ground, State(cluster, {})).world
    assert {speaker.name for speaker in world.speakers if speaker.mesh} == {node.name for node in others}
