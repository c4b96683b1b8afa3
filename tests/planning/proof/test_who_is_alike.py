"""Classes: what makes speakers alike, and what must keep them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netbox_calico.planning.proof.classes import Classes, classify
from netbox_calico.planning.proof.describing import Describing
from netbox_calico.planning.proof.leaves import labels
from netbox_calico.planning.proof.reduced import reduce
from netbox_calico.planning.proof.scopes import Scopes
from netbox_calico.planning.proof.world import HalfSession, Role, Software, Speaker, World

from .agreement import both
from .designs import RACK_CLUSTER, Design, session

FABRIC = Design(racks=5, nodes=4, spines=2, tor=True, remedy='override', down='pods')
SIX = {f'n{rack}-0': 1 for rack in range(6)}
REFLECTED = Design(racks=9, nodes=4, clusters=SIX, client_of=2)


def classes_of(design: Design, *more: Design) -> dict[str, int]:
    worlds = [state.world() for state in (design, *more)]
    return by_name(worlds[0], classify(worlds))


def by_name(world: World, classes: Classes) -> dict[str, int]:
    return {speaker.name: classes.of[index] for index, speaker in enumerate(world.speakers)}


def alike(classes: dict[str, int], names: Sequence[str]) -> bool:
    return len({classes[name] for name in names}) == 1


def test_racks_of_one_kind_are_alike_whatever_their_numbers_and_subnets() -> None:
    for plan in ('one', 'rack', 'node'):
        classes = classes_of(replace(FABRIC, plan=plan))
        assert alike(classes, [f'n{rack}-{node}' for rack in range(5) for node in range(4)])
        assert alike(classes, [f'tor{rack}-0' for rack in range(5)])
        assert not alike(classes, ['tor0-0', 'tor0-1'])


def test_a_rack_that_lacks_something_is_of_its_own_class() -> None:
    classes = classes_of(replace(FABRIC, absent=('tor1-1',), unlabelled=('n2-0',), nodes_of={3: 2}))
    assert len({classes[f'n{rack}-1'] for rack in (0, 1, 2, 3)}) == 4
    assert not alike(classes, ['n2-0', 'n2-1'])
    assert alike(classes, ['n0-1', 'n4-1'])


def test_what_differs_in_one_state_of_a_transition_is_not_alike_in_it() -> None:
    assert alike(classes_of(FABRIC), ['n0-0', 'n1-0'])
    classes = classes_of(FABRIC, replace(FABRIC, applied={0}))
    assert not alike(classes, ['n0-0', 'n1-0'])
    assert alike(classes, ['n1-0', 'n2-0'])


def test_two_separate_fabrics_are_not_one() -> None:
    """Refining colours cannot tell two planes of spines from one: a rack names the spines that it has."""
    speakers = [Speaker(f'spine{i}', Software.FRR, Role.SPINE, i, 65000, f's{i}', frozenset({f's{i}'})) for i in (0, 1)]
    sessions: list[HalfSession] = []
    for rack in range(4):
        spine, home = rack % 2, f'r{rack}'
        tor = Speaker(f'tor{rack}', Software.FRR, Role.TOR, 9 + rack, 65001 + rack, home, frozenset({home}), home)
        speakers.append(tor)
        sessions += session(spine, len(speakers) - 1, (f's{spine}', home), (65000, tor.asn))
    world = World(tuple(speakers), tuple(sessions))
    classes = by_name(world, classify([world]))
    assert alike(classes, ['tor0', 'tor2'])
    assert not alike(classes, ['tor0', 'tor1'])


def test_clients_of_interchangeable_reflectors_are_alike_whichever_they_have() -> None:
    classes = classes_of(REFLECTED)
    assert alike(classes, [f'n{rack}-{node}' for rack in (6, 7, 8) for node in range(4)])
    assert alike(classes, list(SIX))


def test_a_client_beside_a_reflector_is_told_from_one_afar() -> None:
    classes = classes_of(REFLECTED)
    assert not alike(classes, ['n0-1', 'n6-1'])


def test_to_a_leaf_a_reflector_of_its_rack_is_not_what_one_elsewhere_is() -> None:
    """Even one that it does not peer with."""
    world = REFLECTED.world()
    at = {speaker.name: index for index, speaker in enumerate(world.speakers)}
    names = {at[name]: name for name in SIX}
    describing = Describing([world])

    def known(leaf: str) -> dict[str, int]:
        by_rack = {f'r{rack}': [at[f'n{rack}-0']] for rack in range(6)}
        return {names[reflector]: label for reflector, label in labels(describing, at[leaf], by_rack).items()}

    afar, beside, without = known('n6-0'), known('n0-1'), known('n1-1')
    assert [*beside] == ['n0-0', 'n1-0']
    assert len(set(afar.values())) == 1
    assert beside['n1-0'] in afar.values()
    assert beside['n0-0'] not in afar.values()
    assert [*without] == ['n0-0', 'n1-0', 'n4-0']
    assert without['n1-0'] not in {*afar.values(), *beside.values()}


def test_reflectors_with_an_id_each_may_change_places() -> None:
    """The ID that one peer alone has tells nobody apart."""
    each = {name: number for number, name in enumerate(SIX, start=RACK_CLUSTER)}
    classes = classes_of(replace(REFLECTED, clusters=each))
    assert alike(classes, list(SIX))
    assert alike(classes, [f'n{rack}-{node}' for rack in (6, 7, 8) for node in range(4)])


def test_what_is_ones_own_is_told_from_what_is_the_peers() -> None:
    world = replace(FABRIC, plan='node', tor_as='each').world()
    at = {speaker.name: index for index, speaker in enumerate(world.speakers)}
    tokens = Scopes([world]).tokens('r0')
    numbers = [
        [tokens.token('as', world.speakers[at[name]].asn, at[me], at[peer]) for name in ('tor0-0', 'tor0-1')]
        for me, peer in (('tor0-0', 'tor0-1'), ('tor0-1', 'tor0-0'))
    ]
    assert numbers[0] == numbers[1][::-1]
    assert numbers[0] != numbers[1]


def test_a_link_is_known_by_who_is_at_its_other_end() -> None:
    """Also one that no session uses: what stands at its other end can be a next hop."""
    speakers = [Speaker(f'spine{i}', Software.FRR, Role.SPINE, i, 65000, f's{i}', frozenset({f's{i}'})) for i in (0, 1)]
    for rack in range(4):
        spine, home, link = rack % 2, f'r{rack}', f'l{rack}'
        speakers[spine] = replace(speakers[spine], subnets=speakers[spine].subnets | {link})
        subnets = frozenset({home, link})
        speakers.append(Speaker(f'tor{rack}', Software.FRR, Role.TOR, 9 + rack, 65001 + rack, home, subnets, home))
    world = World(tuple(speakers), ())
    classes = by_name(world, classify([world]))
    assert alike(classes, ['tor0', 'tor2'])
    assert not alike(classes, ['tor0', 'tor1'])


def test_reflectors_whose_clusters_differ_keep_their_places() -> None:
    mixed = {name: number % 2 for number, name in enumerate(SIX)}
    assert not alike(classes_of(replace(REFLECTED, clusters=mixed)), list(SIX))


def test_reflectors_that_speak_to_tors_keep_their_places() -> None:
    design = replace(REFLECTED, tor=True, speak_to_tors=tuple(SIX), remedy='override', down='pods')
    assert len({classes_of(design)[name] for name in SIX}) == len(SIX)


def test_racks_whose_reflectors_and_those_above_are_clients_of_each_other_are_alike() -> None:
    above = dict.fromkeys(('n0-0', 'n1-0'), 1)
    design = Design(racks=7, nodes=5, clusters=above, rack_reflectors=2, mutual=True)
    classes = classes_of(design)
    assert alike(classes, [f'n{rack}-{node}' for rack in range(2, 7) for node in (3, 4)])
    assert alike(classes, [f'n{rack}-0' for rack in range(2, 7)])
    assert not alike(classes, ['n2-0', 'n2-1'])
    assert not alike(classes, ['n0-0', 'n1-0'])
    reduced, exact = both([design.world()])
    assert reduced == exact


def test_who_passes_something_on_is_no_leaf() -> None:
    world = replace(REFLECTED, tor=True, applied={8}, down='pods').world()
    names = {world.speakers[leaf].name for leaf in classify([world]).leaves}
    assert 'n7-1' in names
    assert not names & {'n8-0', 'n8-1', *SIX}


def test_members_of_a_mesh_of_several_as_numbers_are_no_leaves() -> None:
    one = replace(REFLECTED, mesh=True)
    assert classify([one.world()]).leaves
    several = replace(one, plan='rack', local_as=False)
    assert not classify([several.world()]).leaves


def test_a_node_beside_the_only_leaf_of_a_kind_is_an_origin() -> None:
    design = Design(
        racks=7,
        nodes=5,
        clusters={'n0-0': 1},
        tor=True,
        remedy='override',
        down='pods',
        unlabelled=('n0-0', 'n3-4'),
        nodes_of={0: 1},
    )
    assert alike(classes_of(design), ['n2-0', 'n3-0', 'n6-0'])
    reduced, exact = both([design.world()])
    assert reduced == exact


def test_a_reduced_world_is_small_whatever_the_size() -> None:
    small, large = (replace(FABRIC, racks=racks, nodes=nodes).world() for racks, nodes in ((4, 5), (60, 30)))
    sizes = [len(reduce([world], classify([world])).original) for world in (small, large)]
    assert sizes[0] == sizes[1]
