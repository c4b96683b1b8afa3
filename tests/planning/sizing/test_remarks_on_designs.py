"""What sizing warns of begins where it should and not before."""

from __future__ import annotations

import pytest

from netbox_calico.planning.designs import REGISTRY
from netbox_calico.planning.sizing import Scale, Sized, remarks, side_by_side


def designs(key: str, **scale: object) -> tuple[Sized, ...]:
    return tuple(design for design in side_by_side(Scale.of(**scale)) if design.key == key)  # type: ignore[arg-type]


def codes(key: str, **scale: object) -> list[set[str]]:
    return [{finding.code for finding in design.findings} for design in designs(key, **scale)]


def test_every_design_that_can_be_planned_is_sized_and_no_other() -> None:
    assert {design.key for design in side_by_side(Scale.of(50))} == set(REGISTRY)


@pytest.mark.parametrize(('reflectors', 'refused'), [(2, False), (3, False), (4, True), (11, True)])
def test_reflectors_with_an_id_each_explode_from_four_on(reflectors: int, refused: bool) -> None:
    [design] = designs('reflectors-multi', nodes=100, reflectors=reflectors, redundancy=2)
    assert design.refused is refused
    assert ('size-explodes' in codes('reflectors-multi', nodes=100, reflectors=reflectors)[0]) is refused


def test_the_explosion_is_told_in_figures_with_a_mend() -> None:
    [design] = designs('reflectors-multi', nodes=2000, reflectors=11)
    [finding] = design.findings
    assert '986,410 paths' in finding.message
    assert 'Give them one cluster ID, build a hierarchy' in finding.message


def test_an_explosion_beyond_all_measure_is_told_in_a_line() -> None:
    [design] = designs('reflectors-multi', nodes=5000, reflectors=1000)
    assert 'more than 70,273,067,330,330,098,091,156 paths' in design.findings[0].message


@pytest.mark.parametrize(
    ('reflectors', 'k', 'complete'), [(1, 1, True), (2, 1, False), (3, 2, True), (4, 2, False), (13, 7, True)]
)
def test_a_quorum_is_complete_only_with_more_than_half(reflectors: int, k: int, complete: bool) -> None:
    [design] = designs('reflectors-quorum', nodes=100, reflectors=reflectors, redundancy=k)
    assert design.refused is not complete


def test_the_arithmetic_of_a_quorum_and_two_ways_out() -> None:
    [design] = designs('reflectors-quorum', nodes=2000, reflectors=13, redundancy=3)
    [finding] = design.findings
    assert '2 x 3 = 6 is not more than 13' in finding.message
    assert 'Take 7 of 13 (2 x 7 = 14), or 5 reflectors at most.' in finding.message


@pytest.mark.parametrize(('nodes', 'asked'), [(2000, False), (2001, True)])
def test_above_2000_nodes_shared_addresses_are_asked_for(nodes: int, asked: bool) -> None:
    per_router, shared = codes('tor-full-tables', nodes=nodes, racks=100)
    assert ('size-shared-addresses' in per_router) is asked
    assert 'size-shared-addresses' not in shared


@pytest.mark.parametrize(('nodes', 'refused'), [(500, False), (501, True)])
def test_an_as_a_node_is_refused_where_the_agents_would_not_follow(nodes: int, refused: bool) -> None:
    found = designs('tor-as-per-node', nodes=nodes, racks=30, families=(4, 6))
    assert found[0].bgp_peers == 4 * nodes
    assert found[0].refused is refused
    assert all('size-shared-addresses' not in each for each in codes('tor-as-per-node', nodes=5000, racks=250))


@pytest.mark.parametrize(('nodes', 'told'), [(100, False), (101, True)])
def test_the_mesh_is_advised_to_100_nodes(nodes: int, told: bool) -> None:
    assert codes('mesh', nodes=nodes) == [{'size-mesh-grows'} if told else set()]


@pytest.mark.parametrize(('families', 'told'), [((4,), False), ((4, 6), True)])
def test_a_listen_range_needs_a_limit_where_frrs_own_is_too_small(families: tuple[int, ...], told: bool) -> None:
    found = codes('tor-default', nodes=600, racks=6, families=families)
    assert [('size-listen-limit' in each) for each in found] == [told, told]
    if told:
        [finding, *_] = designs('tor-default', nodes=600, racks=6, families=families)[0].findings
        assert '200 sessions needs a limit of 400' in finding.message


@pytest.mark.parametrize(('nodes', 'told'), [(1501, False), (1502, True)])
def test_more_paths_than_a_node_status_carries(nodes: int, told: bool) -> None:
    assert ('size-paths-unseen' in codes('tor-full-tables', nodes=nodes, racks=60, tors=2)[0]) is told


def test_paths_are_counted_over_all_reflectors_too() -> None:
    assert 'size-paths-unseen' in codes('reflectors', nodes=1002, reflectors=3)[0]
    assert 'size-paths-unseen' not in codes('reflectors', nodes=1001, reflectors=3)[0]
    assert 'size-paths-unseen' in codes('reflectors-external', nodes=1502, external=2)[0]
    assert 'size-paths-unseen' in codes('reflectors-tor', nodes=1002, racks=3, reflectors=3)[0]


def test_one_of_a_kind_is_no_redundancy() -> None:
    assert 'size-one-tor' in codes('tor-full-tables', nodes=10, tors=1)[0]
    assert 'size-one-reflector' in codes('reflectors', nodes=10, reflectors=1)[0]
    assert 'size-one-reflector' in codes('reflectors-external', nodes=10, external=1)[0]


def test_designs_that_cannot_be_made_say_why_and_have_no_figures() -> None:
    without_tors = [design for design in side_by_side(Scale.of(5, tors=0)) if not design.speakers]
    assert {design.key for design in without_tors} == {
        'tor-as-per-rack',
        'tor-as-per-node',
        'tor-default',
        'tor-full-tables',
        'reflectors-hierarchy',
        'reflectors-tor',
    }
    assert all(design.refused and design.sessions == 0 for design in without_tors)
    [hierarchy] = designs('reflectors-hierarchy', nodes=5)
    assert hierarchy.findings[0].message == (
        '1 rack x 3 reflectors and 3 spine reflectors are 6 nodes, and there are 5: '
        'take fewer a rack, or another design.'
    )


@pytest.mark.parametrize('key', ['tor-as-per-rack', 'tor-as-per-node'])
def test_one_bgp_peer_for_all_racks_is_one_as_for_all_nodes(key: str) -> None:
    per_router, shared = designs(key, nodes=100, racks=5)
    assert not per_router.refused
    assert (shared.refused, shared.speakers) == (True, ())
    assert [finding.code for finding in shared.findings] == ['size-one-as']


def test_a_remark_on_several_designs_is_made_once() -> None:
    found = remarks(side_by_side(Scale.of(3000, racks=150, families=(4, 6))))
    assert len({(remark.severity, remark.message) for remark in found}) == len(found)
    [asked] = [remark for remark in found if 'take shared TOR-side addresses in one AS for all nodes' in remark.message]
    assert len(asked.designs) == 3
    assert [remark.severity for remark in found] == sorted(
        (remark.severity for remark in found), key=['error', 'warning', 'note'].index
    )
