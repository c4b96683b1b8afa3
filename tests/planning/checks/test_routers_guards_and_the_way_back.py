"""What is wrong with routers and profiles, what the guards stop, and what is told before going back."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from netbox_calico.planning.model.inventory import ForeignUse, Rack, Snapshot
from netbox_calico.planning.model.observation import Observation, RouterSession
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.plan import make_plan
from tests.planning.checks.troubled import (
    Sides,
    Trouble,
    both,
    cluster,
    codes,
    device,
    found,
    knobs,
    node,
    profile,
    router,
    sound,
    wished,
    without_node,
)
from tests.planning.network import look
from tests.planning.world import RENDERERS, World, observation, snapshot


def unread(wish: Snapshot, seen: Observation) -> Sides:
    return wish, replace(seen, routers=tuple(r for r in seen.routers if r.name != 'tor-1-1'))


TROUBLES = {
    'no profile': (router('tor-1-1', profile=None), 'error', 'router-without-profile', 'choose one'),
    'unknown templates': (profile(template_set='os9'), 'error', 'template-set-unknown', 'choose one of frr'),
    'not looked at': (unread, 'error', 'router-not-read', 'plan again'),
    'unreachable': (device('tor-1-1', error='No route to host.'), 'error', 'router-unreachable', 'No route to host.'),
    'a pending commit': (device('tor-1-1', pending_commit=True), 'error', 'router-pending-commit', 'confirm it'),
    'not saved': (device('tor-1-1', saved=False), 'error', 'router-unsaved', 'save it'),
    'additional paths off': (knobs('tor-1-1', addpath_rx='no'), 'error', 'additional-paths-off', 'Switch receiving on'),
    'additional paths unknown': (
        knobs('tor-1-1', addpath_rx=None), 'warning', 'additional-paths-unknown', 'could not be read'
    ),
    'one IPv6 path': (knobs('tor-1-1', maximum_paths_6='1'), 'warning', 'multipath-off', 'one IPv6 path only'),
    'no relax': (knobs('tor-1-1', multipath_relax='no'), 'warning', 'multipath-relax-off', 'Switch it on'),
    'stale paths': (knobs('tor-1-1', stale_path_time='120'), 'warning', 'stale-path-time-short', 'after 120 s'),
    'any host key': (profile(verify_host=False), 'warning', 'host-key-unverified', 'takes any host key'),
    'a low limit': (profile(max_prefixes=3), 'warning', 'prefix-limit-low', 'one has 2 blocks'),
    'a hold time of 2': (profile(hold_time=2), 'error', 'hold-time-invalid', 'RFC 4271'),
    'no hold time': (profile(hold_time=0, keepalive=0), 'warning', 'hold-time-long', 'never'),
    'a long hold time': (profile(hold_time=180, keepalive=60), 'warning', 'hold-time-long', '180 s'),
    'a short hold time': (profile(hold_time=3, keepalive=1), 'warning', 'hold-time-short', 'flap'),
    'a long keepalive': (profile(hold_time=30, keepalive=15), 'warning', 'keepalive-long', 'A third'.lower()),
    'another cluster': (
        wished(foreign=(ForeignUse('Cluster Two', 'c2', 11),)), 'note', 'router-shared', 'also serves Cluster Two'
    ),
}  # fmt: skip


@pytest.mark.parametrize('trouble', TROUBLES)
def test_trouble(trouble: str) -> None:
    change, severity, code, words = TROUBLES[trouble]
    findings = [finding for finding in found(change) if finding.code == code]
    assert findings
    assert {finding.severity.value for finding in findings} == {severity}
    assert any(words in finding.message for finding in findings)


FINE = {
    'paths at their maximum, which FRR hides': knobs('tor-1-1', maximum_paths_4=None, maximum_paths_6=None),
    'the shortest usual hold time': profile(hold_time=9, keepalive=3),
    'the longest usual hold time': profile(hold_time=90, keepalive=30),
    'a limit of twice the blocks': profile(max_prefixes=4),
    'stale paths long enough': knobs('tor-1-1', stale_path_time='300'),
    'another cluster on a router elsewhere': wished(foreign=(ForeignUse('Cluster Two', 'c2', 99),)),
    'trouble with a router that nobody needs': both(
        router('tor-1-1', addresses=(), rack=None, profile=None), device('tor-1-1', error='gone')
    ),
}


@pytest.mark.parametrize('case', FINE)
def test_no_trouble(case: str) -> None:
    assert {code for _, code in codes(FINE[case])} <= {'single-tor'}


def test_what_a_renderer_refuses_stops_the_plan() -> None:
    def odd(wish: Snapshot, seen: Observation) -> Sides:
        nodes = tuple(replace(n, name='a ! b') if n.name == 'node-1-1' else n for n in wish.nodes)
        running = tuple(replace(n, name='a ! b') if n.name == 'node-1-1' else n for n in seen.cluster.nodes)
        return replace(wish, nodes=nodes), replace(seen, cluster=replace(seen.cluster, nodes=running))

    findings = [finding for finding in found(odd) if finding.code == 'section-refused']
    assert {finding.subject for finding in findings} == {'tor-1-1', 'tor-1-2'}
    assert all("'a ! b'" in finding.message for finding in findings)


def moved(change: Trouble, kind: str = 'deploy', **cluster: object) -> tuple[Finding, ...]:
    """The findings once everything is deployed and all sessions are up, and then this comes."""
    wish = snapshot(2, 3, 2, (4,), **cluster)
    world = World(observation(wish))
    there = make_plan(wish, world.observed, 'deploy', RENDERERS)
    world.run(there)
    seen = replace(world.observed, routers=look(world, there).routers)
    wish, seen = change(wish, seen)
    return make_plan(wish, seen, kind, RENDERERS).findings


def test_what_is_deployed_needs_no_guard() -> None:
    assert moved(sound) == ()


def test_one_node_of_six_may_go() -> None:
    assert moved(without_node('node-2-3', netbox=True, kubernetes=True)) == ()


def test_a_rack_may_not() -> None:
    gone = both(*(without_node(f'node-2-{n}', netbox=True, kubernetes=True) for n in (1, 2, 3)))
    [finding] = moved(gone)
    assert finding.code == 'deletion-guard'
    assert '6 of 12 peerings would be removed, more than 20 %' in finding.message


def test_the_guard_can_be_raised() -> None:
    gone = both(*(without_node(f'node-2-{n}', netbox=True, kubernetes=True) for n in (1, 2, 3)))
    assert moved(both(gone, cluster(deletion_share=50))) == ()


def test_peerings_of_another_cluster_do_not_count() -> None:
    theirs = RouterSession(ip_address('10.9.9.9'), 4, 64513, True, group='CAL-C1-X-4')

    def more(wish: Snapshot, seen: Observation) -> Sides:
        routers = tuple(replace(r, sessions=(*r.sessions, theirs)) for r in seen.routers)
        return wish, replace(seen, routers=routers)

    assert moved(both(more, without_node('node-2-3', netbox=True, kubernetes=True))) == ()


def test_the_second_router_of_a_rack_may_not_go() -> None:
    found = {finding.code for finding in moved(router('tor-2-2', addresses=(), rack=None))}
    assert found == {'redundancy-lost', 'deletion-guard', 'single-tor'}


def test_a_node_may_change_its_rack() -> None:
    assert moved(node('node-2-3', rack=Rack(102, 'rack-2'))) == ()


def test_going_back_tells_what_is_lost() -> None:
    found = {finding.code: finding.severity.value for finding in moved(sound, kind='back')}
    assert found == {'outside-lost': 'warning', 'mesh-across-subnets': 'warning'}


def test_going_back_in_one_subnet_with_nothing_on_the_routers_tells_nothing() -> None:
    wish = snapshot(1, 3, 2, (4,))
    assert make_plan(wish, observation(wish), 'back', RENDERERS).findings == ()


def test_going_back_needs_the_routers_that_answer_to_be_at_rest() -> None:
    findings = moved(device('tor-1-1', pending_commit=True), kind='back')
    assert ('error', 'router-pending-commit') in {(finding.severity.value, finding.code) for finding in findings}


def test_going_back_is_not_stopped_by_what_is_wrong_with_the_design() -> None:
    findings = moved(both(router('tor-1-1', addresses=()), without_node('node-1-1', netbox=True)), kind='back')
    assert {finding.severity.value for finding in findings} == {'warning'}


def test_a_neighbor_whose_group_is_not_told_is_ours_if_our_section_has_it() -> None:
    def nameless(wish: Snapshot, seen: Observation) -> Sides:
        routers = tuple(
            replace(r, sessions=tuple(replace(session, group='') for session in r.sessions)) for r in seen.routers
        )
        return wish, replace(seen, routers=routers)

    assert moved(nameless) == ()
