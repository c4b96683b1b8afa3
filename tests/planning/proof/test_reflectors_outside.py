"""Reflectors outside carry no packets: they have to know the nodes, and the fabric has to learn nothing of them."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_interface

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbox_calico.planning.designs import find
from netbox_calico.planning.model.inventory import Address, Snapshot
from netbox_calico.planning.model.observation import Observation, RouterObservation
from netbox_calico.planning.model.plan import Plan, Severity
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.proof.build import build
from netbox_calico.planning.proof.ground import ground_of
from netbox_calico.planning.proof.plan_proof import start_of
from netbox_calico.planning.proof.transitions import mixture
from tests.planning.proof.agreement import both
from tests.planning.proof.moves import Move, move
from tests.planning.world import RENDERERS, World, observation, snapshot, with_external

type Sides = tuple[Snapshot, Observation]
KEY = 'reflectors-external'
FABRIC = 64999


def external(wish: Snapshot, _: Observation) -> Sides:
    wish = with_external(wish)
    return wish, observation(wish)


def outside(**seen: object) -> Move:
    """A move to two reflectors, of which something else is seen."""

    def change(wish: Snapshot, _: Observation) -> Sides:
        wish = with_external(wish)
        return wish, _seen(wish, **seen)

    return move(2, 2, 2, (4,), design=KEY, change=change)


def _seen(wish: Snapshot, **changes: object) -> Observation:
    there = observation(wish)
    return replace(there, routers=tuple(_other(router, changes) for router in there.routers))


def _other(router: RouterObservation, changes: dict) -> RouterObservation:
    return replace(router, **changes) if router.router > 900 else router


@pytest.mark.parametrize('kind', ['deploy', 'back'])
@pytest.mark.parametrize(('racks', 'tors'), [(1, 0), (2, 0), (2, 2), (3, 1)])
def test_there_and_back_is_proven(racks: int, tors: int, kind: str) -> None:
    made = move(racks, 2, tors, (4, 6), kind, KEY, external)
    assert made.findings == ()


def test_many_nodes_are_proven_by_a_few() -> None:
    made = move(20, 10, 2, (4, 6), 'deploy', KEY, external)
    assert {finding.severity for finding in made.findings} <= {Severity.NOTE}


def test_a_fabric_that_hears_of_pods_sends_them_in_circles() -> None:
    """A spine has the blocks from the reflector, and the reflector reaches their nodes by the spine."""
    made = outside().groups(lambda group: replace(group, no_export=False))
    assert 'proof-loop' in made.errors


def test_in_the_as_of_the_fabric_a_mark_against_other_numbers_keeps_nothing_in() -> None:
    wish = with_external(snapshot(2, 2, 2, (4,), design=KEY), asn=FABRIC)
    assert {'proof-blackhole'} <= {finding.code for finding in _planned(wish, _seen(wish)).errors}


def test_a_reflector_that_the_fabric_tells_nothing_has_no_way_to_next_hops() -> None:
    down = tuple(replace(s, established=False) for s in observation(snapshot(1, 1, 1, (4,))).routers[0].sessions)
    wish = with_external(snapshot(2, 2, 2, (4,), design=KEY), 1)
    found = _planned(wish, _seen(wish, sessions=down)).errors
    assert 'proof-blackhole' in {finding.code for finding in found}
    assert all('no session with the fabric' in finding.message for finding in found)


def test_one_without_bgp_to_the_fabric_is_taken_to_have_routes_of_its_own() -> None:
    findings = outside(sessions=()).findings
    assert [(finding.severity, finding.code) for finding in findings] == [(Severity.NOTE, 'proof-fabric-unknown')]
    assert 'reflector-1, reflector-2' in findings[0].message


def test_one_among_the_nodes_is_no_gateway_of_theirs() -> None:
    def among(wish: Snapshot, _: Observation) -> Sides:
        wish = with_external(wish)
        routers = tuple(
            replace(router, addresses=(Address('eth0', ip_interface(f'10.1.1.{router.id - 700}/24')),))
            for router in wish.routers
        )
        wish = replace(wish, routers=routers)
        return wish, observation(wish)

    made = move(1, 3, 0, (4,), design=KEY, change=among)
    assert made.findings == ()
    speakers = {speaker.name: speaker for speaker in ground_of(made.snapshot, made.observation, 4).speakers}
    assert speakers['reflector-1'].role.value == 'reflector'
    assert speakers['node-1-1'].kernel_default == ()
    assert speakers['node-1-1'].host_routes


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(0, 2),
    st.integers(1, 3),
    st.booleans(),
    st.sets(st.integers(0, 12), max_size=3),
)
def test_the_reduced_proof_says_what_the_exact_one_says(
    racks: int, nodes: int, tors: int, reflectors: int, marked: bool, lost: set[int]
) -> None:
    """``lost`` are the routers that have no session with the fabric up."""
    wish = with_external(snapshot(racks, nodes, tors, (4,), design=KEY), reflectors)
    seen = observation(wish)
    seen = replace(
        seen,
        routers=tuple(
            replace(router, sessions=tuple(replace(s, established=number not in lost) for s in router.sessions))
            for number, router in enumerate(seen.routers)
        ),
    )
    ground = ground_of(wish, seen, 4)
    before, _ = start_of(wish, seen, RENDERERS)
    intent = find(KEY).derive(wish, seen)
    groups = {
        section.router: tuple(replace(group, no_export=marked) for group in section.groups)
        for section in intent.sections
    }
    world = World(seen)
    world.run(_planned(wish, observation(wish)))
    after = replace(before, cluster=world.observed.cluster, groups=groups)
    reduced, exact = both(mixture([build(ground, before), build(ground, after)]))
    assert reduced == exact


def _planned(wish: Snapshot, seen: Observation) -> Plan:
    return make_plan(wish, seen, 'deploy', RENDERERS)
