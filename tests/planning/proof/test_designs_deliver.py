"""The table of designs: what becomes of packets in a rack and across racks, by the exact engine and by the reduced."""

from __future__ import annotations

import pytest

from netbox_calico.planning.proof.outcome import Flag
from netbox_calico.planning.proof.world import Encapsulation, NextHop, Originate

from .agreement import between_nodes
from .designs import Design

ARRIVES = {Flag.DELIVERED}
LOST = {Flag.BLACKHOLE}
BY_DEFAULT = {Flag.DELIVERED | Flag.BY_DEFAULT}
IPIP = {'host_routes': False, 'encapsulation': Encapsulation.IPIP_CROSS_SUBNET}
BOTH_RACKS = {'n0-0': 1, 'n1-0': 1}

HIGHER = ('n0-0', 'n1-0', 'n2-0')

DESIGNS = {
    'mesh over host routes': (Design(mesh=True), ARRIVES, ARRIVES),
    'mesh without overlay': (Design(mesh=True, host_routes=False), ARRIVES, LOST),
    'mesh in IPIP across subnets': (Design(mesh=True, **IPIP), ARRIVES, ARRIVES),
    'mesh in VXLAN': (Design(mesh=True, host_routes=False, encapsulation=Encapsulation.FELIX), ARRIVES, ARRIVES),
    'VXLAN without any BGP': (Design(host_routes=False, encapsulation=Encapsulation.FELIX), ARRIVES, ARRIVES),
    'mesh and TOR, as-override': (Design(mesh=True, tor=True, remedy='override'), ARRIVES, ARRIVES),
    'as-override': (Design(tor=True, remedy='override', host_default=False), ARRIVES, ARRIVES),
    'as-override, an AS each TOR': (Design(tor=True, remedy='override', tor_as='each'), ARRIVES, ARRIVES),
    'one AS, no remedy': (Design(tor=True, host_default=False, down='pods'), LOST, LOST),
    'one AS, no remedy, host default': (Design(tor=True, down='pods'), BY_DEFAULT, BY_DEFAULT),
    'allow own AS': (Design(tor=True, remedy='allow', down='pods', host_default=False), ARRIVES, ARRIVES),
    'default downward': (Design(tor=True, down='default', host_default=False), BY_DEFAULT, BY_DEFAULT),
    'AS per rack, iBGP': (Design(tor=True, plan='rack', ibgp=True, down='pods'), ARRIVES, ARRIVES),
    'AS per rack, iBGP, next hop untouched': (
        Design(tor=True, plan='rack', ibgp=True, down='pods', next_hop=NextHop.USUAL, host_default=False),
        ARRIVES,
        LOST,
    ),
    'AS per rack, iBGP, with the mesh': (
        Design(mesh=True, tor=True, plan='rack', ibgp=True, down='pods'),
        ARRIVES,
        ARRIVES,
    ),
    'AS per rack, eBGP, no remedy in the rack': (
        Design(tor=True, plan='rack', down='pods', host_default=False),
        LOST,
        ARRIVES,
    ),
    'AS per rack, eBGP, host default': (Design(tor=True, plan='rack', down='pods'), BY_DEFAULT, ARRIVES),
    'AS per node': (Design(tor=True, plan='node', down='pods', host_default=False), ARRIVES, ARRIVES),
    'reflectors, one cluster ID': (Design(clusters=BOTH_RACKS, drained=tuple(BOTH_RACKS)), ARRIVES, ARRIVES),
    'reflectors with pods': (Design(clusters=BOTH_RACKS), ARRIVES, ARRIVES),
    'multi, 2 of 3': (Design(nodes=4, clusters={'n0-0': 1, 'n1-0': 2, 'n0-1': 3}, client_of=2), ARRIVES, ARRIVES),
    'multi, 1 of 3': (Design(nodes=4, clusters={'n0-0': 1, 'n1-0': 2, 'n0-1': 3}, client_of=1), ARRIVES, ARRIVES),
    'quorum, 2 of 3': (Design(nodes=4, clusters={**BOTH_RACKS, 'n0-1': 1}, client_of=2), ARRIVES, ARRIVES),
    'hierarchy': (
        Design(racks=4, nodes=5, clusters=dict.fromkeys(HIGHER, 1), drained=HIGHER, rack_reflectors=2),
        ARRIVES,
        ARRIVES,
    ),
    'quorum, 3 of 5': (
        Design(nodes=8, clusters={f'n0-{at}': 1 for at in range(5)}, client_of=3),
        ARRIVES,
        ARRIVES,
    ),
}


@pytest.mark.parametrize('name', DESIGNS)
@pytest.mark.parametrize('exact', [True, False], ids=['exact', 'reduced'])
def test_design(name: str, exact: bool) -> None:
    design, in_the_rack, across_racks = DESIGNS[name]
    found = between_nodes([design.world()], exact=exact)
    assert found['in the rack'] == in_the_rack
    assert found['across racks'] == across_racks


@pytest.mark.parametrize(
    ('reflectors', 'client_of', 'nodes'),
    [(('n0-0', 'n1-0', 'n0-1'), 1, 4), (('n0-0', 'n1-0', 'n0-1', 'n1-1'), 2, 6)],
    ids=['1 of 3', '2 of 4'],
)
def test_a_quorum_without_a_majority_loses_what_lives_by_no_default(
    reflectors: tuple[str, ...], client_of: int, nodes: int
) -> None:
    design = Design(nodes=nodes, clusters=dict.fromkeys(reflectors, 1), client_of=client_of)
    across = between_nodes([design.world()])['across racks']
    assert across == {Flag.DELIVERED, Flag.BLACKHOLE | Flag.BY_DEFAULT}


@pytest.mark.parametrize(
    ('originate', 'fate'),
    [
        (Originate.ALWAYS, BY_DEFAULT | {Flag.DELIVERED | Flag.BLACKHOLE | Flag.BY_DEFAULT}),
        (Originate.IF_KNOWN, BY_DEFAULT),
    ],
)
def test_an_unconditional_default_blackholes_behind_a_tor_that_lost_its_uplinks(
    originate: Originate, fate: set[Flag]
) -> None:
    design = Design(
        tor=True, host_default=False, down='default', lost_uplinks=('tor0-0',), originate=originate, subnets=False
    )
    assert between_nodes([design.world()])['across racks'] == fate


@pytest.mark.parametrize(('down', 'fate'), [('default', LOST), ('pods', ARRIVES)])
def test_a_default_by_bgp_makes_next_hops_of_the_mesh_unreachable(down: str, fate: set[Flag]) -> None:
    design = Design(mesh=True, tor=True, down=down, remedy='override' if down == 'pods' else '', **IPIP)
    assert between_nodes([design.world()])['across racks'] == fate


def test_host_routes_hide_what_a_default_by_bgp_does_to_the_mesh() -> None:
    assert between_nodes([Design(mesh=True, tor=True, down='default').world()])['across racks'] == ARRIVES


@pytest.mark.parametrize(('tors', 'fate'), [(2, ARRIVES), (1, LOST)])
def test_ipip_always_survives_only_while_a_route_has_two_next_hops(tors: int, fate: set[Flag]) -> None:
    design = Design(tor=True, tors=tors, remedy='override', encapsulation=Encapsulation.IPIP_ALWAYS, host_routes=False)
    assert between_nodes([design.world()])['across racks'] == fate


def test_packets_from_outside_circle_where_reflectors_alone_speak_to_the_tors_of_their_racks() -> None:
    """A TOR announces blocks of other racks as its own, and sends what comes for them back to the spine."""
    names = ('n0-0', 'n1-0')
    design = Design(
        clusters=dict.fromkeys(names, 1), drained=names, tor=True, speak_to_tors=names, remedy='override', down='pods'
    )
    assert between_nodes([design.world()]) == {
        'in the rack': ARRIVES,
        'across racks': ARRIVES,
        'from outside': {Flag.DELIVERED | Flag.LOOP},
    }


def test_services_are_reached_from_outside_by_those_who_announce_them() -> None:
    names = {'n0-0', 'n1-1'}
    design = Design(
        tor=True,
        remedy='override',
        services={'service': names},
        drained=[f'n{r}-{n}' for r in (0, 1) for n in (0, 1, 2)],
    )
    found = between_nodes([design.world()])
    assert found == {'in the rack': set(), 'across racks': set(), 'from outside': ARRIVES}
