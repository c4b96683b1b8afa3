"""A finding names who is cut off from what at which step, why, and what mends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.plan import make_plan
from tests.planning.world import RENDERERS, World, observation, snapshot

from .moves import Move, mesh_off_first, move


def without_uplinks(*names: str, racks: int = 3, tors: int = 2, design: str = 'tor-full-tables') -> list[Finding]:
    wish = snapshot(racks, 2, tors, (4,), design=design)
    seen = observation(wish)
    routers = (replace(router, sessions=()) if router.name in names else router for router in seen.routers)
    return errors(wish, replace(seen, routers=tuple(routers)))


def errors(wish: Snapshot, seen: Observation) -> list[Finding]:
    return list(make_plan(wish, seen, 'deploy', RENDERERS).errors)


def told(found: list[Finding] | tuple[Finding, ...], code: str = 'proof-blackhole') -> Finding:
    return next(finding for finding in found if finding.code == code)


def test_a_rack_without_uplinks_is_named_with_its_routers() -> None:
    found = told(without_uplinks('tor-1-1', 'tor-1-2'))
    assert found.subject == 'step 11: Rack rack-1 leaves the mesh'
    assert found.message == (
        'Packets from node-2-1 (and 3 others like it) to blocks of 10.244.0.0/16 of node-1-1 find no route on the way '
        '(IPv4). No BGP session of tor-1-1, tor-1-2 with the fabric is up, and the routes of a rack reach others by '
        'that alone: bring it up and plan again.'
    )


def test_a_router_without_uplinks_may_be_drained_where_another_stands_beside_it() -> None:
    message = told(without_uplinks('tor-1-1', design='tor-default')).message
    assert 'No BGP session of tor-1-1 with the fabric is up' in message
    assert 'bring it up, or drain the router, and plan again.' in message


def test_of_a_few_that_stand_for_many_none_are_counted() -> None:
    message = told(without_uplinks('tor-1-1', 'tor-1-2', racks=16)).message
    assert '(and others like it)' in message


@pytest.mark.parametrize('design', ['tor-as-per-rack', 'tor-as-per-node'])
def test_the_only_router_of_a_rack_is_named_when_its_sessions_start_anew(design: str) -> None:
    wish = snapshot(2, 2, 1, (4,))
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    cluster = replace(wish.cluster, design=design, asn_range=(64601, 64999))
    found = told(errors(replace(wish, cluster=cluster), world.observed))
    assert 'Packets from the fabric (AS 64999) to blocks of 10.244.0.0/16 of node-1-1' in found.message
    assert (
        'tor-1-1 is the only router of node-1-1, and their session starts anew: give the rack a second' in found.message
    )


def test_sessions_that_never_come_up_are_no_matter_of_order() -> None:
    made = move()
    wrong = made.groups(lambda group: replace(group, remote_as=65000))
    assert 'No BGP session of node-1-1 but the mesh is up before or after' in told(wrong.findings).message
    assert (
        'No BGP session of node-1-1 but the mesh is up before or after' in told(mesh_off_first(made).findings).message
    )


def test_ends_that_disagree_are_told_once_a_router() -> None:
    wrong = move().groups(lambda group: replace(group, remote_as=65000))
    found = [finding for finding in wrong.findings if finding.code == 'proof-session-disagrees']
    assert [finding.subject for finding in found] == [
        f'node-{rack}-1 and tor-{rack}-{position}' for rack in (1, 2) for position in (1, 2)
    ]
    assert 'The session of node node-1-1 (and of others) with tor-1-1 (IPv4) does not come up' in found[0].message


def test_lists_and_filters_that_let_nothing_pass_are_named() -> None:
    def listing_no_service(made: Move) -> Move:
        return made.groups(lambda group: replace(group, permitted=group.permitted[1:]))

    message = told(listing_no_service(move()).findings).message
    assert 'The prefix-lists of tor-1-1, tor-1-2, tor-2-1, tor-2-2 let no services in 10.96.0.0/16 in' in message
    reject = [{'action': 'Reject', 'matchOperator': 'In', 'cidr': '10.96.0.0/16'}]
    stopped = move().resources('BGPFilter', lambda spec: {**spec, 'exportV4': [*reject, *spec.get('exportV4', [])]})
    message = told(stopped.findings).message
    assert 'The export filters of the BGPPeers to routers let no services in 10.96.0.0/16 out: correct them.' in message


def test_a_circle_on_the_way_is_no_matter_of_as_numbers() -> None:
    message = told(move().without_gates().findings, 'proof-loop').message
    assert 'Some have changed by then and others have not' in message
