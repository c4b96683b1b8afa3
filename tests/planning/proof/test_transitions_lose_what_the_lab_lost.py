"""The table of orders: clean where the lab lost nothing, and where it lost packets the union shows how."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import or_

import pytest

from netbox_calico.planning.proof.outcome import Flag
from netbox_calico.planning.proof.world import Encapsulation

from .agreement import between_nodes
from .designs import Design

MESH = Design(mesh=True)
TOWARDS = {
    'as-override': Design(tor=True, remedy='override', down='pods'),
    'allow own AS': Design(tor=True, remedy='allow', down='pods'),
    'AS per rack, iBGP': Design(tor=True, plan='rack', ibgp=True, down='pods'),
}
BESIDE = {name: replace(design, mesh=True) for name, design in TOWARDS.items()}
HURTS = Flag.BLACKHOLE | Flag.LOOP | Flag.HAIRPIN


def harm(*states: Design, places: tuple[str, ...] = ('in the rack', 'across racks'), exact: bool = True) -> Flag:
    """All that hurts between nodes when these states mix."""
    found = between_nodes([state.world() for state in states], exact=exact)
    return reduce(or_, (flags for place in places for flags in found[place])) & HURTS


@pytest.mark.parametrize('exact', [True, False], ids=['exact', 'reduced'])
@pytest.mark.parametrize('name', TOWARDS)
def test_the_gated_order_with_the_filter_loses_nothing(name: str, exact: bool) -> None:
    assert harm(MESH, BESIDE[name], exact=exact) == Flag(0)
    assert harm(BESIDE[name], TOWARDS[name], exact=exact) == Flag(0)


@pytest.mark.parametrize('exact', [True, False], ids=['exact', 'reduced'])
def test_the_default_downward_loses_nothing_over_host_routes(exact: bool) -> None:
    alone = Design(tor=True, down='default')
    beside = Design(tor=True, down='default', mesh=True)
    assert harm(MESH, beside, exact=exact) == Flag(0)
    assert harm(beside, alone, exact=exact) == Flag(0)


@pytest.mark.parametrize('exact', [True, False], ids=['exact', 'reduced'])
def test_without_the_export_filter_packets_loop_and_take_hairpins(exact: bool) -> None:
    alone = Design(tor=True, remedy='override', down='pods', filtered=False)
    beside = Design(tor=True, remedy='override', down='pods', filtered=False, mesh=True)
    lost = harm(beside, alone, places=('across racks',), exact=exact)
    assert lost == Flag.LOOP | Flag.HAIRPIN


@pytest.mark.parametrize('exact', [True, False], ids=['exact', 'reduced'])
def test_without_a_gate_nothing_may_have_been_accepted_yet(exact: bool) -> None:
    lost = harm(BESIDE['as-override'], Design(), TOWARDS['as-override'], exact=exact)
    assert lost & Flag.BLACKHOLE
    assert lost & Flag.LOOP


@pytest.mark.parametrize('exact', [True, False], ids=['exact', 'reduced'])
def test_mesh_off_first_leaves_nothing(exact: bool) -> None:
    assert harm(MESH, Design(), exact=exact) & Flag.BLACKHOLE


def test_racks_join_their_tors_one_by_one_without_loss() -> None:
    one = Design(tor=True, remedy='override', down='pods', mesh=True, racks=3, applied={0})
    two = Design(tor=True, remedy='override', down='pods', mesh=True, racks=3, applied={0, 1})
    assert harm(one, two) == Flag(0)


def test_ipip_is_lost_once_the_tors_send_a_default_beside_the_mesh() -> None:
    mesh = Design(mesh=True, host_routes=False, encapsulation=Encapsulation.IPIP_CROSS_SUBNET)
    beside = replace(mesh, tor=True, down='default')
    assert harm(mesh, beside) & Flag.BLACKHOLE


def test_what_is_not_announced_in_a_state_is_not_missed_there() -> None:
    before = Design(mesh=True, drained=('n0-0',))
    assert harm(before, MESH) == Flag(0)
