"""A plan as a page of text, to be read and compared.

``python -m tests.planning.plan_as_text`` writes the golden ones anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import indent

from netbox_calico.planning.model.options import Options, Scheme
from netbox_calico.planning.model.plan import Gate, GateKind, Item, Plan
from netbox_calico.planning.plan import make_plan
from tests.planning.operations import OPERATIONS, Estate
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, observation, snapshot, with_external

FOLDER = Path(__file__).parent / 'golden'


def plan_as_text(plan: Plan) -> str:
    """Everything of a plan but its digests, which change with every word."""
    return '\n'.join(_lines(plan)) + '\n'


def _lines(plan: Plan) -> Iterator[str]:
    yield f'{plan.kind}: {plan.cluster} ({plan.handle}) to {plan.design}'
    yield f'label {plan.rack_label}; racks {_words(plan.racks)}'
    for session in plan.sessions:
        yield (
            f'session {session.node} [{session.rack}] {session.node_address} AS {session.node_as}'
            f' -- router {session.router} {session.router_address} AS {session.router_as}'
        )
    for finding in plan.findings:
        yield f'{finding.severity}: {finding.code} {finding.subject}: {finding.message}'
    for step in plan.steps:
        yield ''
        yield f'== {step.number}. {step.title}'
        for item in step.items:
            yield from _item('', item)
        yield from _gate('gate', step.gate)
        for item in step.undo:
            yield f'   undo: {item.operation} {item.target} {_compact(item)}'
        yield from _gate('undo gate', step.undo_gate)


def _item(title: str, item: Item) -> Iterator[str]:
    yield f'   {title}{item.operation} {item.target} «{item.label}»'
    if item.target.startswith('router:'):
        yield indent(item.artefact.rstrip('\n'), '      ')
    else:
        yield f'      {_compact(item)}'
        yield indent(item.diff, '        ')


def _compact(item: Item) -> str:
    if item.target.startswith('router:'):
        return f'({len(item.artefact.splitlines())} lines)'
    return json.dumps(json.loads(item.artefact), sort_keys=True)


def _gate(title: str, gate: Gate) -> Iterator[str]:
    if gate.kind is not GateKind.NONE:
        limits = ''.join(
            f' {name}={_words(values)}'
            for name, values in (
                ('racks', gate.racks),
                ('left', gate.left),
                ('routers', gate.routers),
                ('nodes', gate.nodes),
                ('reflectors', gate.reflectors),
                ('idle', gate.idle),
            )
            if values
        )
        yield (
            f'   {title}: {gate.kind} «{gate.title}» timeout={gate.timeout} hold={gate.hold} pause={gate.pause}{limits}'
        )


def _words(values: tuple[object, ...]) -> str:
    return ','.join(map(str, values)) or '-'


def _there(racks: int, tors: int, families: tuple[int, ...], nodes: int = 2, **cluster: object) -> Callable[[], Plan]:
    def make() -> Plan:
        wish = snapshot(racks, nodes, tors, families, **cluster)  # type: ignore[arg-type]
        keys = frozenset(router.name for router in wish.routers)
        seen = observation(wish, secrets={wish.cluster.password_secret: keys} if wish.cluster.password_secret else {})
        return make_plan(wish, seen, 'deploy', RENDERERS)

    return make


def _back(racks: int, tors: int, families: tuple[int, ...], **cluster: object) -> Callable[[], Plan]:
    def make() -> Plan:
        wish = snapshot(racks, 2, tors, families, **cluster)  # type: ignore[arg-type]
        world = World(observation(wish))
        world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
        return make_plan(wish, world.observed, 'back', RENDERERS)

    return make


def _schemes(first: Options, second: Options, design: str) -> Callable[[], Plan]:
    """Two racks of two nodes and two routers live by these, and BGPPeers shall find them otherwise."""

    def make() -> Plan:
        wish = snapshot(2, 2, 2, (4,), design, options=first)
        world = World(observation(wish))
        world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
        wish = replace(wish, cluster=replace(wish.cluster, options=second))
        return make_plan(wish, world.observed, 'deploy', RENDERERS)

    return make


def _joining() -> Plan:
    """One rack of two nodes lives by its routers; a third node has come."""
    wish = snapshot(1, 3, 2, (4,))
    world = World(observation(wish))
    smaller = replace(wish, nodes=wish.nodes[:2])
    with_two = replace(world.observed.cluster, nodes=world.observed.cluster.nodes[:2])
    third = world.observed.cluster.nodes[2]
    world.observed = replace(world.observed, cluster=with_two)
    world.run(make_plan(smaller, world.observed, 'deploy', RENDERERS))
    joined = replace(world.observed.cluster, nodes=(*world.observed.cluster.nodes, third))
    return make_plan(wish, replace(world.observed, cluster=joined), 'deploy', RENDERERS)


def _operation(name: str, design: str = 'tor-full-tables') -> Callable[[], Plan]:
    """Two racks of two nodes and two routers live by these, and this is done to them."""

    def make() -> Plan:
        estate = Estate.running(design, password='bgp-1')
        for change in OPERATIONS[name]:
            change(estate)
        return make_plan(estate.wish, estate.world.observed, 'deploy', RENDERERS)

    return make


SHARED = Options(scheme=Scheme.SHARED_ADDRESS)
REFLECTORS = {'design': 'reflectors', 'options': Options(reflectors_min=2, redundancy=2, spine_reflectors=1)}


def _with_reflectors(world: World) -> World:
    """The first node of each rack is without pods."""
    cluster = world.observed.cluster
    kept = tuple(affinity for affinity in cluster.affinities if not affinity.node.endswith('-1'))
    return World(replace(world.observed, cluster=replace(cluster, affinities=kept)))


def _reflectors(kind: str, *, drained: str = '', **cluster: object) -> Callable[[], Plan]:
    """To reflectors of two racks of four nodes, back from them, or to another in the place of a drained one."""

    def make() -> Plan:
        wish = snapshot(2, 4, 0, (4, 6), **{**REFLECTORS, **cluster})  # type: ignore[arg-type]
        world = _with_reflectors(World(observation(wish)))
        if kind == 'back' or drained:
            world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
        nodes = tuple(replace(node, drained=node.name == drained) for node in wish.nodes)
        return make_plan(replace(wish, nodes=nodes), world.observed, kind, RENDERERS)

    return make


def _with_routers(kind: str, **cluster: object) -> Callable[[], Plan]:
    """To reflectors that peer with the routers of two racks of two nodes, or back from them."""

    def make() -> Plan:
        wish = snapshot(2, 2, 1, (4, 6), **{**REFLECTORS, 'design': 'reflectors-tor', **cluster})  # type: ignore[arg-type]
        world = _with_reflectors(World(observation(wish)))
        if kind == 'back':
            world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
        return make_plan(wish, world.observed, kind, RENDERERS)

    return make


def _to_reflectors(
    racks: int, tors: int, families: tuple[int, ...], nodes: int = 2, **cluster: object
) -> Callable[[], Plan]:
    """To reflectors in the cluster or outside; where that changes anything the first node of a rack is without pods."""

    def make() -> Plan:
        wish = snapshot(racks, nodes, tors, families, **{**REFLECTORS, **cluster})  # type: ignore[arg-type]
        if wish.cluster.design == 'reflectors-external':
            wish = with_external(wish)
            return make_plan(wish, observation(wish), 'deploy', RENDERERS)
        return make_plan(wish, _with_reflectors(World(observation(wish))).observed, 'deploy', RENDERERS)

    return make


def _external(kind: str, *, before: int = 0, reflectors: int = 2, **cluster: object) -> Callable[[], Plan]:
    """To reflectors outside of two racks of two nodes, from so many that were there (none: the mesh), or back."""

    def make() -> Plan:
        wish = snapshot(2, 2, 1, (4, 6), design='reflectors-external', **cluster)  # type: ignore[arg-type]
        first, then = with_external(wish, before), with_external(wish, reflectors)
        world = World(observation(then))
        if before:
            world.run(make_plan(first, world.observed, 'deploy', RENDERERS))
        return make_plan(then, world.observed, kind, RENDERERS)

    return make


PLANS: Mapping[str, Callable[[], Plan]] = {
    'to-tor-2-racks-2-tors-both-families': _there(2, 2, (4, 6), settle_time=10, rack_pause=5),
    'to-tor-1-rack-1-tor-ipv4': _there(1, 1, (4,)),
    'to-tor-12-racks-1-tor-ipv4': _there(12, 1, (4,), nodes=1),
    'to-tor-3-racks-2-tors-ipv6': _there(3, 2, (6,), nodes=1),
    'to-tor-2-racks-1-tor-ipv4-password': _there(2, 1, (4,), nodes=1, password_secret='bgp-passwords'),
    'back-2-racks-2-tors-both-families': _back(2, 2, (4, 6)),
    'back-1-rack-1-tor-ipv4': _back(1, 1, (4,)),
    'join-1-rack-2-tors-ipv4': _joining,
    'drain-a-router': _operation('a router is drained'),
    'drain-a-router-default': _operation('a router is drained', 'tor-default'),
    'drain-a-router-shared-addresses': _operation('a router is drained', 'tor-full-tables-shared'),
    'tor-full-tables-to-shared-addresses': _schemes(Options(), SHARED, 'tor-full-tables'),
    'tor-full-tables-from-shared-addresses': _schemes(SHARED, Options(), 'tor-full-tables'),
    'tor-default-to-shared-addresses': _schemes(Options(), SHARED, 'tor-default'),
    'tor-default-from-shared-addresses': _schemes(SHARED, Options(), 'tor-default'),
    'replace-a-router-by-one-beside-it': _operation('a router is replaced by one beside it'),
    'rotate-passwords': _operation('passwords are rotated', 'tor-as-per-rack'),
    'to-reflectors-2-racks-both-families': _reflectors('deploy', settle_time=10),
    'back-from-reflectors-2-racks-both-families': _reflectors('back'),
    'another-reflector-for-a-drained-one': _reflectors('deploy', drained='node-1-1'),
    'to-reflectors-multi-2-racks-both-families': _reflectors('deploy', design='reflectors-multi'),
    'to-reflectors-quorum-2-racks-both-families': _reflectors('deploy', design='reflectors-quorum'),
    'to-reflectors-hierarchy-2-racks-both-families': _reflectors('deploy', design='reflectors-hierarchy'),
    'back-from-reflectors-hierarchy-2-racks-both-families': _reflectors('back', design='reflectors-hierarchy'),
    'to-reflectors-with-routers-2-racks-both-families': _with_routers('deploy', settle_time=10),
    'back-from-reflectors-with-routers-2-racks-both-families': _with_routers('back'),
    'to-external-reflectors-2-racks-both-families': _external('deploy', settle_time=10),
    'back-from-external-reflectors-2-racks-both-families': _external('back', before=2),
    'a-third-external-reflector': _external('deploy', before=2, reflectors=3),
    **{
        f'{name}-{size}': make
        for name, wish in TOP_OF_RACK.items()
        for size, make in {
            'there-2-racks-2-tors-both-families': _there(2, 2, (4, 6), **wish),
            'there-3-racks-2-tors-ipv4': _there(3, 2, (4,), nodes=1, **wish),
            'there-1-rack-1-tor-ipv6': _there(1, 1, (6,), **wish),
            'there-12-racks-1-tor-ipv4': _there(12, 1, (4,), nodes=1, **wish),
            'back-2-racks-2-tors-both-families': _back(2, 2, (4, 6), **wish),
        }.items()
        if name != 'tor-full-tables'
    },
    **{
        f'{name}-there-{size}': make
        for name in (
            'reflectors',
            'reflectors-multi',
            'reflectors-quorum',
            'reflectors-hierarchy',
            'reflectors-tor',
            'reflectors-external',
        )
        for size, make in {
            '1-rack-1-tor-ipv6': _to_reflectors(1, 1, (6,), nodes=4, design=name),
            '3-racks-2-tors-both-families': _to_reflectors(3, 2, (4, 6), design=name),
            '12-racks-1-tor-ipv4': _to_reflectors(12, 1, (4,), design=name),
        }.items()
    },
}

if __name__ == '__main__':
    FOLDER.mkdir(exist_ok=True)
    for name, make in PLANS.items():
        (FOLDER / f'{name}.txt').write_text(plan_as_text(make()))
