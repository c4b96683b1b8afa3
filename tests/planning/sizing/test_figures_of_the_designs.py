"""The figures that are known of the designs come out exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from netbox_calico.planning.designs import REGISTRY
from netbox_calico.planning.sizing import Role, Scale, Sized, Speakers, side_by_side


def sized(key: str, scale: Scale) -> Sized:
    return next(design for design in side_by_side(scale) if design.key == key)


def speakers(design: Sized, role: Role) -> Speakers:
    found = design.of(role)
    assert found is not None
    return found


def codes(design: Sized) -> set[str]:
    return {finding.code for finding in design.findings}


def test_every_design_that_can_be_planned_is_sized() -> None:
    assert set(REGISTRY) <= {design.key for design in side_by_side(Scale.of(500))}


def test_the_mesh_of_500_nodes() -> None:
    mesh = sized('mesh', Scale.of(500))
    assert mesh.sessions == 124_750
    assert speakers(mesh, Role.NODE).sessions.parts == ((499, 500),)
    assert (mesh.bgp_peers, mesh.evaluations, mesh.as_numbers) == (0, 0, 1)


def test_three_reflectors_of_500_nodes() -> None:
    reflectors = speakers(sized('reflectors', Scale.of(500, reflectors=3)), Role.REFLECTOR)
    assert reflectors.clients is not None
    assert reflectors.clients.parts == ((497, 3),)
    assert reflectors.sessions.parts == ((497 + 2, 3),)


def test_eleven_reflectors_with_an_id_each() -> None:
    reflectors = speakers(sized('reflectors-multi', Scale.of(2000, reflectors=11, redundancy=3)), Role.REFLECTOR)
    assert reflectors.clients is not None
    assert reflectors.clients.mean == Fraction(3 * 1989, 11)
    assert reflectors.clients.parts == ((542, 6), (543, 5))
    assert reflectors.sessions.least == 542 + 10 == 552


def test_a_quorum_of_thirteen() -> None:
    quorum = sized('reflectors-quorum', Scale.of(2000, reflectors=13, redundancy=3))
    clients = speakers(quorum, Role.REFLECTOR).clients
    assert clients is not None
    assert quorum.reflector_sets == 286
    assert f'{float(clients.mean):.1f}' == '458.5'
    assert codes(quorum) == {'size-not-complete'}
    assert quorum.refused


def test_a_hierarchy_of_ten_racks() -> None:
    hierarchy = sized('reflectors-hierarchy', Scale.of(5000, racks=10, redundancy=3, spines=3))
    clients = speakers(hierarchy, Role.REFLECTOR).clients
    assert clients is not None
    assert clients.mean == Fraction(4967, 10)
    assert speakers(hierarchy, Role.SPINE).sessions.parts == ((32, 3),)


@pytest.mark.parametrize(
    ('nodes', 'racks', 'per_router', 'shared'), [(400, 20, 80, 4), (1000, 50, 200, 4), (5000, 250, 1000, 4)]
)
def test_bgp_peers_are_those_that_were_measured(nodes: int, racks: int, per_router: int, shared: int) -> None:
    designs = [d for d in side_by_side(Scale.of(nodes, racks, 2, (4, 6))) if d.key == 'tor-full-tables']
    assert [design.bgp_peers for design in designs] == [per_router, shared]
    assert [design.evaluations for design in designs] == [per_router * nodes, shared * nodes]
    assert all(design.measured and design.measured.bgp_peers == design.bgp_peers for design in designs if nodes == 5000)


def test_the_hierarchy_stands_beside_the_one_that_was_measured() -> None:
    hierarchy = sized('reflectors-hierarchy', Scale.of(5000, 250, 2, (4, 6), reflectors=25))
    assert hierarchy.bgp_peers == 253
    assert hierarchy.measured is not None
    assert (hierarchy.measured.bgp_peers, hierarchy.measured.memory) == (251, '257 MB')


def test_as_numbers_of_the_nodes() -> None:
    scale = Scale.of(1200, racks=60)
    counted = {(design.key, design.scheme): design.as_numbers for design in side_by_side(scale) if design.scheme}
    assert {key: counted[key, scheme] for key, scheme in counted if scheme == 'per-router'} == {
        'tor-as-per-rack': 60,
        'tor-as-per-node': 1200,
        'tor-default': 1,
        'tor-full-tables': 1,
    }
    assert 'size-as-numbers' in codes(sized('tor-as-per-node', scale))
    assert 'size-as-numbers' not in codes(sized('tor-as-per-node', Scale.of(1023)))


def test_a_default_downward_spares_the_nodes_the_tables() -> None:
    scale = Scale.of(40, racks=2, tors=2, families=(4, 6), blocks=3)
    full, default = (speakers(sized(key, scale), Role.NODE) for key in ('tor-full-tables', 'tor-default'))
    assert full.paths is not None
    assert default.paths is not None
    assert (full.routes, full.paths.most) == (39 * 3 * 2, 39 * 3 * 2 * 2)
    assert (default.routes, default.paths.most) == (2, 4)
