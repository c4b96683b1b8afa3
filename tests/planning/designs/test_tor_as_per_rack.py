"""An AS a rack: iBGP with routers that reflect, while the mesh keeps the AS of the cluster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.designs import find
from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION
from netbox_calico.planning.plan import make_plan
from tests.planning.world import RENDERERS, World, observation, snapshot


def wished(racks: int = 2, tors: int = 2, **cluster: object) -> Snapshot:
    return snapshot(racks, 2, tors, (4, 6), design='tor-as-per-rack', **cluster)


def derive(wish: Snapshot, **cluster: object) -> Intent:
    return find('tor-as-per-rack').derive(wish, observation(wish, **cluster))


def renumbered(wish: Snapshot, numbers: dict[str, int]) -> Snapshot:
    routers = tuple(replace(router, asn=numbers.get(router.name, router.asn)) for router in wish.routers)
    return replace(wish, routers=routers)


def codes(wish: Snapshot, **cluster: object) -> set[str]:
    return {finding.code for finding in derive(wish, **cluster).findings}


def test_both_ends_are_in_the_as_of_the_rack_and_the_mesh_is_not() -> None:
    found = derive(wished())
    peers = [wanted.spec for wanted in found.resources if wanted.kind == 'BGPPeer']
    assert {(spec['asNumber'], spec['localASNumber']) for spec in peers} == {(65010, 65010), (65020, 65020)}
    assert {(session.node_as, session.router_as) for session in found.sessions} == {(65010, 65010), (65020, 65020)}
    assert [wanted.kind for wanted in found.resources].count('BGPConfiguration') == 0


def test_routers_reflect_and_say_what_they_prefer() -> None:
    groups = [group for section in derive(wished()).sections for group in section.groups]
    assert all(group.route_reflector_client and group.next_hop_self and not group.as_override for group in groups)
    assert {group.local_preference for group in groups} == {100}


def test_a_sound_data_centre_has_no_finding() -> None:
    assert codes(wished()) == set()
    plan = make_plan(wished(), observation(wished()), 'deploy', RENDERERS)
    assert not plan.errors


def test_routers_of_a_rack_in_different_as_numbers() -> None:
    wish = renumbered(wished(), {'tor-2-2': 65099})
    [finding] = derive(wish).findings
    assert (finding.code, finding.subject) == ('rack-of-several-as', 'rack-2')
    assert 'tor-2-1 in 65020, tor-2-2 in 65099' in finding.message


def test_two_racks_in_one_as_would_drop_each_others_routes() -> None:
    wish = renumbered(wished(3), {'tor-2-1': 65010, 'tor-2-2': 65010})
    [finding] = derive(wish).findings
    assert (finding.code, finding.subject) == ('as-of-several-racks', '65010')
    assert 'Racks rack-1, rack-2 have' in finding.message


def test_two_racks_with_the_same_routers_share_their_as() -> None:
    wish = wished(2)
    routers = tuple(replace(router, tied_racks=(101, 102), rack=None) for router in wish.routers[:2])
    nodes = tuple(
        replace(node, rack=wish.nodes[0 if number < 2 else -1].rack) for number, node in enumerate(wish.nodes[:2] * 2)
    )
    nodes = tuple(replace(node, name=f'n{number}', host=f'n{number}') for number, node in enumerate(nodes))
    assert codes(replace(wish, routers=routers, nodes=nodes)) == set()


@pytest.mark.parametrize(
    ('version', 'refused'), [('v3.30.7', True), ('v3.29.0', True), ('v3.31.0', False), ('v3.32.1', False), ('', False)]
)
def test_an_older_calico_cannot_keep_its_mesh_meanwhile(version: str, refused: bool) -> None:
    assert ('local-as-unknown' in codes(wished(), calico_version=version)) is refused


def test_a_node_with_an_as_of_its_own_breaks_the_mesh_here_too() -> None:
    wish = wished()
    seen = observation(wish)
    for asn, refused in ((64512, False), (65010, True)):
        nodes = (replace(seen.cluster.nodes[0], asn=asn), *seen.cluster.nodes[1:])
        plan = make_plan(wish, replace(seen, cluster=replace(seen.cluster, nodes=nodes)), 'deploy', RENDERERS)
        assert ('node-as-differs' in {finding.code for finding in plan.errors}) is refused


def test_the_mesh_goes_at_once_since_what_takes_a_rack_out_of_it_would_restart_sessions_of_the_same_as() -> None:
    plan = make_plan(wished(), observation(wished()), 'deploy', RENDERERS)
    assert not any(REFLECTOR_ANNOTATION in item.artefact for step in plan.steps for item in step.items)
    titles = [step.title for step in plan.steps]
    assert titles[-2:] == ['Prove all routes before the mesh is left', 'Switch the mesh off']
    assert plan.steps[-1].gate.left == ('rack-1', 'rack-2')


def test_racks_that_have_left_the_mesh_join_it_again_before_sessions_become_internal() -> None:
    external = snapshot(2, 2, 2, (4, 6), design='tor-as-per-rack')
    external = replace(external, cluster=replace(external.cluster, design='tor-full-tables'))
    world = World(observation(external))
    for step in make_plan(external, world.observed, 'deploy', RENDERERS).steps:
        for item in step.items:
            world.apply(item)
        if step.title == 'Rack rack-1 leaves the mesh':
            break
    plan = make_plan(wished(), world.observed, 'deploy', RENDERERS)
    assert plan.steps[1].title == 'Racks that have left the mesh join it again'
    world.run(plan)
    assert not any(REFLECTOR_ANNOTATION in node.annotations for node in world.observed.cluster.nodes)
    assert not make_plan(wished(), world.observed, 'deploy', RENDERERS).steps
