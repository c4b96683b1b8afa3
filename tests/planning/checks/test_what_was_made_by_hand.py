"""A cluster that lives by BGPPeers of others is taken over in an order that cuts nobody off, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.naming import OWNER_LABEL
from netbox_calico.planning.plan import make_plan
from tests.planning.checks import by_hand
from tests.planning.checks.troubled import Trouble, both, pool, present, sound
from tests.planning.data_centre import DESIGNS
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, observation, snapshot, with_external

FIREWALL = both(
    present('BGPPeer', 'firewall', nodeSelector="edge == 'yes'", peerIP='192.0.2.77', asNumber=65077),
    present('BGPPeer', 'route-server', peerIP='192.0.2.78', asNumber=65078),
)
ONE_FAMILY = present('BGPFilter', 'own-only', exportV4=[{'source': 'RemotePeers', 'action': 'Reject'}])
OUR_DESIGNS = tuple(name for name in DESIGNS if name != 'mesh')
DELETING = ('delete', 'remove', 'take the annotation', 'take them off', 'narrow')


def planned(design: str, trouble: Trouble, kind: str = 'deploy', nodes: int = 3):  # type: ignore[no-untyped-def]
    wish = with_external(snapshot(2, nodes, 2, design=DESIGNS[design]['design']))
    wish = replace(wish, cluster=replace(wish.cluster, **DESIGNS[design]))
    return make_plan(*trouble(wish, observation(wish)), kind, RENDERERS)


def told(design: str, trouble: Trouble, kind: str = 'deploy') -> dict[str, Finding]:
    return {finding.code: finding for finding in planned(design, trouble, kind).findings}


@pytest.mark.parametrize('design', OUR_DESIGNS)
class TestNodesThatLiveByPeersOfOthers:
    def test_are_not_moved_and_the_way_is_told(self, design: str) -> None:
        plan = planned(design, by_hand.to_routers)
        [finding] = [one for one in plan.errors if one.code == 'made-by-hand']
        assert plan.steps == ()
        assert 'hand-tor-1-1-4' in finding.message
        assert 'tor-1-1' in finding.message
        assert f'kubectl label bgppeers.projectcalico.org NAME {OWNER_LABEL}=c1' in finding.message
        assert ('drained' in finding.message) == (design in TOP_OF_RACK)

    def test_are_not_moved_where_nodes_reflect(self, design: str) -> None:
        plan = planned(design, by_hand.to_reflectors)
        [finding] = [one for one in plan.errors if one.code == 'made-by-hand']
        assert plan.steps == ()
        patch = '{"spec":{"nodeToNodeMeshEnabled":true}}'
        assert f"kubectl patch bgpconfigurations.projectcalico.org default --type merge -p '{patch}'" in finding.message
        assert 'to-reflectors' in finding.message

    @pytest.mark.parametrize('trouble', [by_hand.to_routers, by_hand.to_reflectors], ids=['routers', 'reflectors'])
    def test_nobody_is_told_to_cut_them_off(self, design: str, trouble: Trouble) -> None:
        for finding in planned(design, trouble).errors:
            if any(word in finding.message.lower() for word in DELETING):
                assert 'mesh is off' in finding.message.lower(), finding


@pytest.mark.parametrize('design', OUR_DESIGNS)
@pytest.mark.parametrize('off', [sound, by_hand.mesh_off], ids=['mesh', 'no mesh'])
def test_peers_that_are_something_else_stay_and_stop_nothing(design: str, off: Trouble) -> None:
    plan = planned(design, both(FIREWALL, off))
    assert plan.errors == ()
    assert plan.steps
    targets = {item.target for step in plan.steps for item in (*step.items, *step.undo)}
    assert not any(target.endswith(('/firewall', '/route-server')) for target in targets)
    wording = {one.code: one.message for one in plan.findings}
    assert ('mesh is off' in wording['global-bgp-peer'].lower()) == (off is not sound)


@pytest.mark.parametrize('design', OUR_DESIGNS)
def test_nodes_without_any_session_are_told_and_connected(design: str) -> None:
    plan = planned(design, by_hand.mesh_off)
    assert plan.errors == ()
    assert plan.steps
    [finding] = [one for one in plan.findings if one.code == 'nodes-isolated']
    assert '6 nodes have no session (node-1-1, node-1-2' in finding.message


def test_only_the_nodes_that_have_no_session_are_isolated() -> None:
    one = present('BGPPeer', 'theirs', node='node-1-1', peerIP='192.0.2.1', asNumber=65000)
    assert (
        '5 nodes have no session (node-1-2'
        in told('tor-full-tables', both(by_hand.mesh_off, one))['nodes-isolated'].message
    )


def test_a_node_that_joins_a_cluster_without_mesh_is_isolated_until_it_is_planned_for() -> None:
    wish = snapshot(2, 3, 2)
    seen = observation(wish)
    [late] = [node for node in seen.cluster.nodes if node.name == 'node-2-3']
    others = tuple(node for node in seen.cluster.nodes if node != late)
    world = World(replace(seen, cluster=replace(seen.cluster, nodes=others)))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    assert 'nodes-isolated' not in _codes(wish, world)
    cluster = world.observed.cluster
    world.observed = replace(world.observed, cluster=replace(cluster, nodes=(*cluster.nodes, late)))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    [finding] = [one for one in plan.findings if one.code == 'nodes-isolated']
    assert '1 node has no session (node-2-3)' in finding.message
    assert 'kubectl' not in finding.message
    world.run(plan)
    assert 'nodes-isolated' not in _codes(wish, world)


def _codes(wish: Snapshot, world: World) -> set[str]:
    return {one.code for one in make_plan(wish, world.observed, 'deploy', RENDERERS).findings}


@pytest.mark.parametrize('name', TOP_OF_RACK)
def test_what_is_given_to_us_goes_once_ours_carries(name: str) -> None:
    wish = snapshot(2, 3, 2, design=TOP_OF_RACK[name]['design'])
    wish = replace(wish, cluster=replace(wish.cluster, **TOP_OF_RACK[name]))
    wish, seen = by_hand.half_taken_over(wish, observation(wish))
    plan = make_plan(wish, seen, 'deploy', RENDERERS)
    assert plan.errors == ()
    titles = [step.title for step in plan.steps]
    deleting = next(step for step in plan.steps if 'no longer wanted' in step.title)
    assert {item.label for item in deleting.items} == {
        f'BGPPeer hand-tor-{rack}-2-{family}' for rack in (1, 2) for family in (4, 6)
    }
    proof = next(number for number, title in enumerate(titles) if title.startswith('Prove all routes'))
    assert proof < titles.index(deleting.title)
    assert deleting.gate.kind.value == 'routes'
    world = World(seen)
    world.run(plan)
    names = {found.name for found in world.observed.cluster.of_kind('BGPPeer')}
    assert not any(name.startswith('hand-') for name in names)


@pytest.mark.parametrize('name', TOP_OF_RACK)
def test_one_router_a_rack_is_taken_over_by_the_mesh(name: str) -> None:
    wish = snapshot(2, 3, 1, design=TOP_OF_RACK[name]['design'])
    wish = replace(wish, cluster=replace(wish.cluster, **TOP_OF_RACK[name]))
    wish, seen = both(by_hand.mesh_off, by_hand.peers(1), by_hand.neighbors(1))(wish, observation(wish))
    [refused] = [one for one in make_plan(wish, seen, 'deploy', RENDERERS).errors if one.code == 'made-by-hand']
    assert 'First give pools pool4, pool6 IPIP CrossSubnet' in refused.message
    given = both(
        by_hand.mesh_off, by_hand.own_only, by_hand.peers(1, filters=('own-only',), labels={OWNER_LABEL: 'c1'})
    )
    wish, seen = given(wish, observation(wish))
    back = make_plan(wish, seen, 'back', RENDERERS)
    assert back.errors == ()
    assert [step.title for step in back.steps[1:]] == ['Switch the mesh on', 'Delete the BGPPeers']
    assert back.steps[1].gate.kind.value == 'mesh'
    world = World(seen)
    world.run(back)
    assert world.observed.cluster.of_kind('BGPPeer') == ()
    there = make_plan(wish, world.observed, 'deploy', RENDERERS)
    assert there.errors == ()
    assert there.steps


def test_routers_that_nodes_know_by_another_address_than_netbox_are_found_by_their_neighbours() -> None:
    gateway = present('BGPPeer', 'gateway', peerIP='169.254.1.1', asNumber=65500)
    trouble = both(by_hand.mesh_off, gateway, by_hand.neighbors(1, 2))
    assert 'gateway' in told('tor-full-tables', trouble)['made-by-hand'].message
    assert 'gateway' in told('mesh', trouble)['bgp-peer-unfiltered'].message
    assert 'made-by-hand' not in told('tor-full-tables', both(by_hand.mesh_off, gateway))


def test_what_the_design_does_not_need_goes_when_it_is_in_force() -> None:
    two = both(*(present('BGPPeer', f'outside-{n}', peerIP=f'10.254.0.{n}', asNumber=64512) for n in (1, 2)))
    assert 'comes beside them' in told('tor-full-tables', both(by_hand.mesh_off, two))['made-by-hand'].message


class TestTheMeshBesideRouters:
    """With the mesh on a node tells whoever listens what the others told it."""

    def test_does_not_come_on_where_routers_would_send_everything_to_any_node(self) -> None:
        plan = planned('mesh', by_hand.to_routers)
        assert [one.code for one in plan.errors] == ['bgp-peer-unfiltered']
        assert 'hand-tor-1-1-4' in plan.errors[0].message
        assert 'RemotePeers' in plan.errors[0].message
        assert plan.steps == ()

    def test_comes_on_where_nodes_tell_their_own_routes_alone(self) -> None:
        filtered = both(by_hand.mesh_off, by_hand.own_only, by_hand.peers(1, 2, filters=('own-only',)))
        plan = planned('mesh', filtered)
        assert plan.errors == ()
        assert [item.target for step in plan.steps for item in step.items] == ['kubernetes:BGPConfiguration/default']

    def test_a_filter_of_one_family_is_none_of_the_other(self) -> None:
        filtered = both(by_hand.mesh_off, ONE_FAMILY, by_hand.peers(1, 2, filters=('own-only',)))
        [finding] = planned('mesh', filtered).errors
        assert 'hand-tor-1-1-6' in finding.message
        assert 'hand-tor-1-1-4' not in finding.message

    def test_comes_on_where_tunnels_lead_from_node_to_node(self) -> None:
        tunnels = both(*(pool(name, ipipMode='CrossSubnet') for name in ('pool4', 'pool6')))
        assert planned('mesh', both(by_hand.to_routers, tunnels)).errors == ()

    def test_comes_on_beside_reflectors_made_by_hand(self) -> None:
        assert planned('mesh', by_hand.to_reflectors).errors == ()

    def test_that_is_on_already_is_left_on(self) -> None:
        assert planned('mesh', both(by_hand.peers(1, 2), by_hand.neighbors(1, 2))).errors == ()


def test_one_session_made_twice_on_many_nodes_is_told_once() -> None:
    plan = planned('tor-full-tables', both(by_hand.peers(1), by_hand.neighbors(1)))
    overlaps = [one for one in plan.findings if one.code == 'bgp-peers-overlap']
    assert len(overlaps) == 4
    assert 'make node node-1-1 peer with 10.1.1.1 (and 2 nodes more) in different ways' in overlaps[0].message
    claimed = [one for one in plan.findings if one.code == 'neighbor-claimed']
    assert len(claimed) == 2
    assert claimed[0].message.startswith('tor-1-1 has a neighbour 10.1.1.11 (node node-1-1) already, in group K8S')
    assert 'The same holds for fd00:1:1::b (node node-1-1), ' in claimed[0].message
    assert ' and 1 more. Remove it there' in claimed[0].message


def test_a_peer_of_others_that_stays_is_left_out_of_the_proof_in_words() -> None:
    notes = [one for one in planned('reflectors', by_hand.peers(1)).findings if one.code == 'proof-peer-unknown']
    assert any('hand-tor-1-1-4' in one.message and 'tor-1-1' in one.message for one in notes)
