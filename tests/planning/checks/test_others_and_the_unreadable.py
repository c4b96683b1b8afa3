"""What others do to the same cluster and routers, what cannot be read, and what the cluster has beyond NetBox."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_interface

import pytest

from netbox_calico.planning.gates import evaluate, needs
from netbox_calico.planning.model.inventory import Address, Deployed, Rack, Snapshot
from netbox_calico.planning.model.observation import Observation, RouterSession
from netbox_calico.planning.model.plan import Severity
from netbox_calico.planning.naming import OWNER_LABEL
from netbox_calico.planning.plan import make_plan
from tests.planning.checks.troubled import (
    Sides,
    both,
    cluster,
    codes,
    device,
    found,
    knobs,
    node,
    observed,
    pool,
    present,
    resource,
    router,
    running,
)
from tests.planning.network import look
from tests.planning.world import RENDERERS, World, observation, snapshot

OURS = RouterSession(ip_address('10.1.1.11'), 4, 64512, established=True, group='CAL-C1-4')
STRANGER = replace(OURS, neighbor=ip_address('10.7.7.11'))


def only_ipv4_in_netbox(wish: Snapshot, seen: Observation) -> Sides:
    return replace(wish, cluster=replace(wish.cluster, families=(4,))), seen


def runs_as(asn: int) -> object:
    return both(cluster(asn=None), resource('BGPConfiguration', 'default', asNumber=asn))


TROUBLES = {
    'IPv6 in the cluster alone': (
        only_ipv4_in_netbox,
        'family-unserved', 'Cluster One has no IPv6 in NetBox, and the cluster has pools of it (pool6)',
    ),
    'IPv6 in a disabled pool that has blocks': (
        both(only_ipv4_in_netbox, pool('pool6', disabled=True)), 'family-unserved', 'Switch IPv6 on'
    ),
    'a pool whose range is none': (
        present('IPPool', 'odd', cidr='10.245.0.0/33'), 'range-unreadable', "IPPool odd says '10.245.0.0/33'"
    ),
    'a pool without a range': (present('IPPool', 'odd'), 'range-unreadable', 'IPPool odd has no range'),
    'a service range that is none': (
        resource('BGPConfiguration', 'default', serviceExternalIPs=[{}]),
        'range-unreadable', 'BGPConfiguration default (serviceExternalIPs) has no range: complete it',
    ),
    'nodes that run in AS 0': (runs_as(0), 'as-out-of-range', 'AS 0 cannot be the AS of nodes'),
    'nodes that run in AS_TRANS': (runs_as(23456), 'as-out-of-range', 'AS 23456 cannot'),
    'nodes that run in the last 16-bit AS': (runs_as(65535), 'as-out-of-range', 'AS 65535 cannot'),
    'a router in AS_TRANS': (router('tor-1-1', asn=23456), 'as-out-of-range', 'AS 23456 cannot be the AS of tor-1-1'),
    'a router in the last AS': (router('tor-1-1', asn=4294967295), 'as-out-of-range', 'AS 4294967295 cannot'),
    'another manager': (
        present('BGPPeer', 'theirs', {OWNER_LABEL: 'c2'}, nodeSelector="rack == 'x'", peerIP='192.0.2.1', asNumber=1),
        'managed-by-another', "says 'c2' on BGPPeer theirs, and the handle of Cluster One is 'c1'",
    ),
    'our name on a router': (
        device('tor-1-1', sessions=(STRANGER,)),
        'handle-taken', 'its neighbours are no nodes of Cluster One (10.7.7.11)',
    ),
    'a second mesh by BGPPeer': (
        present('BGPPeer', 'n2n', nodeSelector='all()', peerSelector='all()'),
        'bgp-peer-between-nodes', 'BGPPeer n2n makes nodes peer with one another, as node-1-1 with node-1-2',
    ),
    'a BGPPeer to the address of a node': (
        present('BGPPeer', 'n2n', peerIP='10.1.2.11', asNumber=64512),
        'bgp-peer-between-nodes', 'as node-1-1 with node-2-1',
    ),
    'a BGPPeer within a rack by our own label': (
        present('BGPPeer', 'n2n', node='node-1-2', peerSelector="netbox-calico.io/rack == 'rack-1'"),
        'bgp-peer-between-nodes', 'as node-1-2 with node-1-1. Delete'.replace('. Delete', ':'),
    ),
    'a node without any address': (running('node-1-1', addresses=()), 'no-node-address', 'no IPv4 address for BGP'),
    'nodes without a mask': (
        both(*(running(f'node-1-{n}', addresses=(ip_interface(f'10.1.1.1{n}'), ip_interface(f'fd00:1:1::{n}b')))
            for n in (1, 2))),
        'no-shared-prefix', '10.1.1.11/32',
    ),
}  # fmt: skip


@pytest.mark.parametrize('trouble', TROUBLES)
def test_trouble(trouble: str) -> None:
    change, code, words = TROUBLES[trouble]
    findings = [finding for finding in found(change) if finding.code == code]
    assert findings
    assert {finding.severity for finding in findings} == {Severity.ERROR}
    assert any(words in finding.message for finding in findings), findings


FINE = {
    'an IPv6 pool that is disabled and empty': both(
        only_ipv4_in_netbox, pool('pool6', disabled=True), observed(affinities=())
    ),
    'a selector of nodes that matches none': present('BGPPeer', 'n2n', nodeSelector='all()', peerSelector="rr == ''"),
    'a selector that Calico cannot read': present('BGPPeer', 'n2n', nodeSelector='all()', peerSelector='rr ='),
    'a BGPPeer of a node with itself': present('BGPPeer', 'n2n', node='node-1-1', peerIP='10.1.1.11', asNumber=64512),
    'two racks of one name, in two sites': both(
        *(node(f'node-2-{n}', rack=Rack(102, 'rack-1')) for n in (1, 2)),
        *(router(f'tor-2-{n}', rack=Rack(102, 'rack-1')) for n in (1, 2)),
    ),
    'names that nobody else could use': both(
        router('tor-1-1', name='TÖR "1"; rm -rf /\n!'),
        device('tor-1-1', name='TÖR "1"; rm -rf /\n!'),
        *(node(f'node-2-{n}', rack=Rack(102, " 'ö' ")) for n in (1, 2)),
        *(router(f'tor-2-{n}', rack=Rack(102, " 'ö' ")) for n in (1, 2)),
    ),
    'the last private AS that a BGPPeer can hold': both(
        router('tor-1-1', asn=65534), knobs('tor-1-1', asn='65534')
    ),
}  # fmt: skip


@pytest.mark.parametrize('case', FINE)
def test_no_trouble(case: str) -> None:
    assert 'error' not in {severity for severity, _ in codes(FINE[case])}, found(FINE[case])


def in_a_vrf(wish: Snapshot, seen: Observation) -> Sides:
    def moved(held: tuple[Address, ...]) -> tuple[Address, ...]:
        return tuple(replace(address, vrf=7) for address in held)

    return replace(
        wish,
        cluster=replace(wish.cluster, vrf=7),
        nodes=tuple(replace(one, addresses=moved(one.addresses)) for one in wish.nodes),
        routers=tuple(replace(one, addresses=moved(one.addresses)) for one in wish.routers),
    ), seen


def test_a_vrf_of_netbox_is_the_default_one_of_the_routers() -> None:
    [finding] = found(in_a_vrf)
    assert (finding.severity, finding.code) == (Severity.WARNING, 'vrf-is-default')
    assert 'no session comes up and the deployment takes itself back' in finding.message


def test_an_ipv6_pool_that_bgp_never_knew_is_not_missed() -> None:
    quiet = both(only_ipv4_in_netbox, pool('pool6', disableBGPExport=True))
    assert 'family-unserved' not in {code for _, code in codes(quiet)}


def test_a_section_with_a_node_of_ours_is_ours() -> None:
    assert 'handle-taken' not in {code for _, code in codes(device('tor-1-1', sessions=(OURS, STRANGER)))}


def test_a_section_that_was_deployed_is_ours_though_all_its_nodes_have_left() -> None:
    def sent(wish: Snapshot, seen: Observation) -> Sides:
        return replace(wish, deployed=(Deployed('router:11', ''),)), seen

    assert 'handle-taken' not in {code for _, code in codes(both(device('tor-1-1', sessions=(STRANGER,)), sent))}


def test_two_racks_of_one_name_have_labels_of_their_own() -> None:
    wish, seen = FINE['two racks of one name, in two sites'](wish := snapshot(), observation(wish))
    racks = make_plan(wish, seen, 'deploy', RENDERERS).racks
    assert len(racks) == 2
    assert 'rack-1' in racks


class TestARouterThatIsDead:
    """It stops every rollout, and keeps no cluster from its mesh."""

    def deployed(self, error: str) -> tuple[Snapshot, Observation]:
        wish = snapshot()
        world = World(observation(wish))
        there = make_plan(wish, world.observed, 'deploy', RENDERERS)
        world.run(there)
        seen = replace(world.observed, routers=look(world, there).routers)
        wish = replace(wish, deployed=tuple(Deployed(f'router:{router.id}', '') for router in wish.routers))
        return device('tor-1-1', error=error, section='', sessions=(), settings={})(wish, seen)

    def test_is_named_though_no_node_shall_have_it_any_more(self) -> None:
        wish, seen = both(router('tor-1-1', addresses=(), rack=None))(*self.deployed('No route to host.'))
        errors = make_plan(wish, seen, 'deploy', RENDERERS).errors
        assert ('router-unreachable', 'tor-1-1') in {(finding.code, finding.subject) for finding in errors}

    def test_is_left_behind_on_the_way_back(self) -> None:
        wish, seen = self.deployed('No route to host.')
        plan = make_plan(wish, seen, 'back', RENDERERS)
        assert plan.errors == ()
        assert [(one.severity, one.subject) for one in plan.findings if one.code == 'router-left-behind'] == [
            (Severity.WARNING, 'tor-1-1')
        ]
        targets = {item.target for step in plan.steps for item in step.items}
        assert {'router:12', 'router:21', 'router:22'} < targets
        assert 'router:11' not in targets
        world = World(seen)
        assert 11 not in needs(plan.steps[0].gate, plan, seen.cluster).routers
        assert evaluate(plan.steps[0].gate, plan, replace(look(world, plan), routers=seen.routers)).met
        world.run(plan)
        assert world.observed.cluster.mesh
        assert {found.name for found in world.observed.cluster.of_kind('BGPPeer')} == set()

    def test_does_not_hold_up_the_way_back_when_no_router_answers(self) -> None:
        wish, seen = self.deployed('No route to host.')
        seen = replace(
            seen,
            routers=tuple(replace(one, error='No route to host.', section='', sessions=()) for one in seen.routers),
        )
        plan = make_plan(wish, seen, 'back', RENDERERS)
        asked = {key for step in plan.steps for key in needs(step.gate, plan, seen.cluster).routers}
        assert (plan.errors, asked) == ((), set())
