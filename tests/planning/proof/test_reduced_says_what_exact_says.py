"""The reduction by symmetry against the exact engine, on random worlds: no verdict may differ."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from netbox_calico.planning.proof.prove import prove
from netbox_calico.planning.proof.world import Encapsulation, NextHop, Originate

from .agreement import both
from .designs import CALICO_3_32, RACK_CLUSTER, Design

LARGEST_UNPRUNED_MESH = 9


@st.composite
def irregularities(draw: st.DrawFn, racks: int, nodes: int, tors: int) -> dict[str, object]:
    """TORs that are absent or without uplinks, nodes that are drained or not labelled, racks of another size."""
    some_node = st.builds('n{}-{}'.format, st.integers(0, racks - 1), st.integers(0, nodes - 1))
    some_nodes = st.lists(some_node, max_size=2, unique=True)
    some_tors = st.lists(
        st.builds('tor{}-{}'.format, st.integers(0, racks - 1), st.integers(0, tors - 1)), max_size=2, unique=True
    )
    return {
        'absent': draw(some_tors),
        'lost_uplinks': draw(some_tors),
        'drained': draw(st.lists(some_node, max_size=racks * nodes, unique=True)),
        'unlabelled': draw(some_nodes),
        'nodes_of': draw(st.dictionaries(st.integers(0, racks - 1), st.integers(1, 4), max_size=2)),
    }


@st.composite
def tor_designs(draw: st.DrawFn) -> Design:
    racks, nodes, tors = draw(st.integers(2, 5)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    plan = draw(st.sampled_from(['one', 'rack', 'node']))
    ibgp = plan == 'rack' and draw(st.booleans())
    some_racks = st.none() | st.sets(st.integers(0, racks - 1), max_size=2)
    mesh = draw(st.booleans())
    return Design(
        racks=racks,
        nodes=nodes,
        tors=tors,
        spines=draw(st.integers(1, 3)),
        mesh=mesh,
        tor=draw(st.integers(0, 9)) > 0,
        filtered=draw(st.booleans()),
        remedy='' if ibgp else draw(st.sampled_from(['', 'override', 'allow'])),
        down=draw(st.sampled_from(['everything', 'pods', 'default'])),
        originate=draw(st.sampled_from([Originate.ALWAYS, Originate.IF_KNOWN])),
        plan=plan,
        ibgp=ibgp,
        next_hop=draw(st.sampled_from([NextHop.EXTERNAL, NextHop.USUAL])),
        local_as=draw(st.booleans()),
        host_default=draw(st.booleans()),
        host_routes=draw(st.booleans()),
        encapsulation=draw(st.sampled_from(Encapsulation)),
        tor_as=draw(st.sampled_from(['rack', 'each'])),
        applied=draw(some_racks),
        routers_ready=draw(some_racks),
        subnets=draw(st.booleans()),
        local_preference=draw(st.sampled_from([100, CALICO_3_32])),
        relax=draw(st.booleans()),
        services={'service': draw(st.sets(st.sampled_from(['n0-0', 'n1-0', 'n1-1'])))},
        **draw(irregularities(racks, nodes, tors)),  # type: ignore[arg-type]
    )


@st.composite
def reflector_designs(draw: st.DrawFn) -> Design:
    """Reflectors anywhere, by turns or a set a rack, some racks with TOR sessions beside them."""
    racks, nodes = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    everybody = [f'n{rack}-{at}' for rack in range(racks) for at in range(nodes)]
    names = draw(st.lists(st.sampled_from(everybody), min_size=1, max_size=5, unique=True))
    kinds = draw(st.sampled_from([1, 1, 2, len(names)]))
    return Design(
        racks=racks,
        nodes=nodes,
        spines=2,
        clusters={name: RACK_CLUSTER - 1 - place % kinds for place, name in enumerate(names)},
        client_of=draw(st.integers(1, len(names))),
        by_rack=draw(st.booleans()),
        rack_reflectors=draw(st.sampled_from([0, 0, 1, 2])),
        mutual=kinds == 1 and draw(st.booleans()),
        speak_to_tors=names if draw(st.booleans()) else None,
        drained=names if draw(st.booleans()) else draw(st.lists(st.sampled_from(everybody), unique=True)),
        host_routes=draw(st.booleans()),
        host_default=draw(st.booleans()),
        encapsulation=draw(st.sampled_from(Encapsulation)),
        mesh=draw(st.booleans()) and racks * nodes <= LARGEST_UNPRUNED_MESH,
        tor=draw(st.booleans()),
        applied=draw(st.just(()) | st.sets(st.integers(0, racks - 1), max_size=2)),
        remedy=draw(st.sampled_from(['', 'override'])),
        down='pods',
        services={'service': draw(st.sets(st.sampled_from(everybody), max_size=3))},
        nodes_of=draw(st.dictionaries(st.integers(0, racks - 1), st.integers(1, 6), max_size=1)),
    )


def agrees(*states: Design) -> None:
    worlds = [state.world() for state in states]
    exact = prove(worlds, exact=True)
    if exact.unsettled:
        event('unsettled')
    assume(not exact.unsettled)
    reduced, full = both(worlds)
    assert reduced == full


def bounded(design: Design) -> Design:
    """Without the pruning a mesh that passes on what it learns is slow, and one of many AS numbers explodes."""
    members = sum(design.nodes_of.get(rack, design.nodes) for rack in range(design.racks))
    small = members <= LARGEST_UNPRUNED_MESH and (design.local_as or design.plan == 'one' or members <= 5)
    return design if small else replace(design, mesh=False)


def test_what_routers_return_to_nodes_of_others_is_not_left_out() -> None:
    before = Design(
        nodes=2,
        tors=1,
        filtered=False,
        remedy='override',
        local_as=False,
        host_default=False,
        host_routes=False,
        subnets=False,
        local_preference=100,
        unlabelled=['n0-0'],
    )
    reduced, full = both([before.world(), replace(before, mesh=True, tor=True).world()])
    assert reduced == full


@given(tor_designs())
@settings(deadline=None, max_examples=100)
def test_top_of_rack_with_and_without_mesh(design: Design) -> None:
    agrees(bounded(design))


@given(reflector_designs())
@settings(deadline=None, max_examples=60)
def test_reflectors(design: Design) -> None:
    agrees(design)


@given(reflector_designs(), st.data())
@settings(deadline=None, max_examples=60)
def test_transitions_of_reflectors(before: Design, data: st.DataObject) -> None:
    names = sorted(before.clusters)
    fewer = data.draw(st.sampled_from([names, names[1:], names[:1]]))
    after = replace(
        before,
        clusters={name: before.clusters[name] for name in fewer},
        client_of=min(before.client_of, len(fewer)),
        by_rack=data.draw(st.booleans()),
        tor=data.draw(st.booleans()),
        mesh=False,
    )
    if data.draw(st.booleans()):
        before = bounded(replace(before, clusters={}, mesh=True))
    agrees(before, after)


@given(tor_designs(), st.data())
@settings(deadline=None, max_examples=60)
def test_transitions(before: Design, data: st.DataObject) -> None:
    after = replace(
        before,
        mesh=data.draw(st.booleans()),
        tor=data.draw(st.booleans()),
        filtered=data.draw(st.booleans()),
        applied=data.draw(st.none() | st.sets(st.integers(0, before.racks - 1), max_size=2)),
        drained=data.draw(st.sets(st.sampled_from(['n0-0', 'n1-0']))),
    )
    agrees(bounded(before), bounded(after))
