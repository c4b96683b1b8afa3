"""Pools of ours go from one mode of IPIP to the next, before all else or behind it; all others stay as they are."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from netbox_calico.planning.designs import find
from netbox_calico.planning.encapsulation import by_felix, moves, of_operator
from netbox_calico.planning.errors import Refused
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import ClusterObservation, Resource
from netbox_calico.planning.model.plan import GateKind, Plan
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.rollout.encapsulation import mode_pair, still_to_set
from tests.planning.walking import made, walk
from tests.planning.world import RENDERERS, World, observation, snapshot, with_external

FIRST = 'Leave tunnels to what crosses subnets (CrossSubnet)'
ALWAYS = 'Let tunnels carry all traffic between nodes (Always)'
NEVER = 'Leave tunnels altogether (Never)'
MODES = ('Never', 'CrossSubnet', 'Always')
BY_OPERATOR = {'app.kubernetes.io/managed-by': 'tigera-operator'}


def wishing(ipip: str, *, ours: bool = True, design: str = 'tor-full-tables', **size: int) -> Snapshot:
    wish = snapshot(**{'racks': 2, 'nodes': 2, 'tors': 2, **size}, families=(4,), design=design)
    return replace(wish, pools=tuple(replace(pool, ipip=ipip, ours=ours) for pool in wish.pools))


def world_with(wish: Snapshot, mode: str | None, labels: dict[str, str] | None = None, **spec: str) -> World:
    """The cluster in mesh, its pool in this mode; None is one that says nothing of it."""
    world = World(observation(wish))
    set_pool(world, labels, ipipMode=mode, **spec)
    return world


def set_pool(world: World, labels: dict[str, str] | None = None, **spec: str | None) -> None:
    """Somebody writes the pool; None takes a field away."""
    cluster = world.observed.cluster
    [pool] = cluster.of_kind('IPPool')
    merged = {key: value for key, value in {**pool.spec, **spec}.items() if value is not None}
    others = tuple(found for found in cluster.resources if found is not pool)
    changed = replace(cluster, resources=(*others, replace(pool, spec=merged, labels=labels or {})))
    world.observed = replace(world.observed, cluster=changed)


def spec_of(world: World) -> dict:
    [pool] = world.observed.cluster.of_kind('IPPool')
    return dict(pool.spec)


def titles(plan: Plan) -> list[str]:
    return [step.title for step in plan.steps]


def changes_pools(plan: Plan) -> bool:
    return any(item.target.startswith('kubernetes:IPPool/') for step in plan.steps for item in step.items)


def test_always_gives_way_before_any_router_and_never_is_a_plan_of_its_own() -> None:
    wish = wishing('Never')
    world = world_with(wish, 'Always', natOutgoing=True)
    there = made(wish, world)
    assert titles(there)[1] == FIRST
    assert titles(there)[2].startswith('Configure')
    assert there.steps[1].gate.kind is there.steps[1].undo_gate.kind is GateKind.MESH
    assert NEVER not in titles(there)
    walk(world, there)
    assert spec_of(world)['ipipMode'] == 'CrossSubnet'

    bare = made(wish, world)
    assert titles(bare) == [
        'Check both sides before anything is changed',
        'Prove all routes before tunnels are left',
        NEVER,
    ]
    assert [step.gate.kind for step in bare.steps[1:]] == [GateKind.ROUTES, GateKind.ROUTES]
    walk(world, bare)
    assert spec_of(world) == {**spec_of(world_with(wish, 'Never', natOutgoing=True))}, 'nothing else has changed'
    assert made(wish, world).steps == ()

    back = made(wish, world, 'back')
    assert titles(back)[1:3] == [FIRST, 'Switch the mesh on']
    walk(world, back)
    assert spec_of(world)['ipipMode'] == 'CrossSubnet', 'the mesh needs tunnels from one subnet to another'
    assert made(wish, world, 'back').steps == ()


@pytest.mark.parametrize(
    ('design', 'gate'),
    [
        ('tor-default', GateKind.DEFAULT),
        ('reflectors-tor', GateKind.REFLECTED),
        ('reflectors', None),
        ('reflectors-external', None),
    ],
)
def test_never_waits_for_what_the_design_lives_by_and_never_comes_where_tunnels_carry_all(
    design: str, gate: GateKind | None
) -> None:
    wish = wishing('Never', design=design, nodes=3)
    if design == 'reflectors-external':
        wish = with_external(wish)
    world = world_with(wish, 'Always')
    there = made(wish, world)
    assert titles(there)[1] == FIRST
    assert ('pool-mode-unfit' in {finding.code for finding in there.findings}) is (gate is None)
    walk(world, there)
    bare = made(wish, world)
    assert titles(bare)[-1:] == ([NEVER] if gate else [])
    walk(world, bare)
    assert [step.gate.kind for step in bare.steps[1:]] == ([gate, gate] if gate else [])
    assert spec_of(world)['ipipMode'] == ('Never' if gate else 'CrossSubnet')


def test_the_way_back_to_always_ends_with_it() -> None:
    wish = wishing('CrossSubnet')
    world = world_with(wish, 'CrossSubnet')
    world.run(made(wish, world))
    for mode in ('CrossSubnet', 'Never'):
        set_pool(world, ipipMode=mode)
        back = made(wishing('Always'), world, 'back')
        assert titles(back)[-1] == ALWAYS
        assert back.steps[-1].gate.kind is GateKind.MESH
        assert titles(back)[1] == (FIRST if mode == 'Never' else 'Switch the mesh on')
    walk(world, back)
    assert spec_of(world)['ipipMode'] == 'Always'
    assert made(wishing('Always'), world, 'back').steps == ()


def test_a_mesh_that_carries_what_the_one_router_cannot_meanwhile_has_tunnels() -> None:
    wish = wishing('Never', tors=1)
    world = world_with(wish, 'Never')
    world.run(made(wish, world))
    other = replace(wish, routers=tuple(replace(router, asn=(router.asn or 0) + 100) for router in wish.routers))
    settings = {router.id: str(router.asn) for router in other.routers}
    seen = world.observed.routers
    routers = tuple(replace(r, settings={**r.settings, 'asn': settings[r.router]}) for r in seen)
    world.observed = replace(world.observed, routers=routers)
    plan = made(other, world)
    assert titles(plan)[1:3] == [FIRST, 'Switch the mesh on, which carries the traffic while sessions restart']
    world.run(plan)
    assert not world.observed.cluster.mesh
    assert titles(made(other, world))[-1:] == [NEVER]


@pytest.mark.parametrize('mode', ['Always', 'CrossSubnet'])
def test_a_mesh_that_stays_takes_any_mode_but_never(mode: str) -> None:
    wish = wishing(mode, design='mesh')
    world = world_with(wish, 'CrossSubnet' if mode == 'Always' else 'Always')
    walk(world, made(wish, world))
    assert spec_of(world)['ipipMode'] == mode
    assert spec_of(world).get('vxlanMode') == 'Never'
    bare = made(wishing('Never', design='mesh'), world)
    assert titles(bare)[1:] == ([FIRST] if mode == 'Always' else [])


@pytest.mark.parametrize(('there', 'wished'), list(itertools.permutations(MODES, 2)))
@pytest.mark.parametrize('design', ['tor-full-tables', 'mesh', 'reflectors-tor', 'reflectors-external'])
def test_no_step_skips_a_mode(design: str, there: str, wished: str) -> None:
    wish = with_external(wishing(wished, design=design, nodes=3))
    world = world_with(wish, there)
    intent = find(design).derive(wish, world.observed)
    [move] = moves(wish, world.observed, intent)
    way = [there, *(mode for mode in (move.first, move.last) if mode)]
    assert way[-1] == move.goal
    assert all(abs(MODES.index(one) - MODES.index(next_one)) == 1 for one, next_one in itertools.pairwise(way))
    unfit = {'tor-full-tables': 'Always', 'mesh': 'Never', 'reflectors-external': 'Never'}.get(design)
    assert move.goal == there or move.goal != unfit


def test_a_node_that_joins_does_not_take_tunnels_away() -> None:
    wish = wishing('Never')
    world = world_with(wish, 'CrossSubnet')
    world.run(made(wish, world))
    first, *others = world.observed.cluster.nodes
    bare = replace(first, labels={})
    world.observed = replace(world.observed, cluster=replace(world.observed.cluster, nodes=(bare, *others)))
    joined = made(wish, world)
    assert joined.steps
    assert not changes_pools(joined)


def test_a_pool_of_ipv6_knows_no_ipip_on_the_way_back_either() -> None:
    wish = snapshot()
    wish = replace(wish, pools=tuple(replace(pool, ours=True) for pool in wish.pools))
    world = World(observation(wish))
    world.run(made(wish, world))
    walk(world, made(wish, world, 'back'))
    modes = {found.name: found.spec['ipipMode'] for found in world.observed.cluster.of_kind('IPPool')}
    assert modes == {'pool4': 'CrossSubnet', 'pool6': 'Never'}


def test_the_way_back_is_not_kept_from_the_mesh_by_routers_that_are_away() -> None:
    wish = wishing('Never')
    world = world_with(wish, 'Never')
    world.run(made(wish, world))
    back = made(wish, world, 'back')
    assert titles(back)[1] == FIRST
    assert [(gate.kind, gate.pause) for gate in (back.steps[1].gate, back.steps[1].undo_gate)] == [
        (GateKind.NONE, 30),
        (GateKind.NONE, 30),
    ]


@pytest.mark.parametrize(
    ('ours', 'mode', 'labels'), [(False, 'CrossSubnet', {}), (True, 'Never', {}), (True, 'CrossSubnet', BY_OPERATOR)]
)
def test_all_other_pools_are_left_alone(ours: bool, mode: str, labels: dict[str, str]) -> None:
    wish = wishing('Never', ours=ours)
    world = world_with(wish, mode, labels)
    plan = made(wish, world)
    assert plan.steps
    assert not changes_pools(plan)
    world.run(plan)
    assert not changes_pools(made(wish, world))


@pytest.mark.parametrize('labels', [{}, BY_OPERATOR])
def test_always_beside_routers_is_refused_where_no_plan_may_change_it(labels: dict[str, str]) -> None:
    wish = wishing('CrossSubnet', ours=bool(labels))
    plan = make_plan(wish, world_with(wish, 'Always', labels).observed, 'deploy', RENDERERS)
    [finding] = plan.errors
    assert finding.code == 'pool-ipip-always'
    assert ('Installation' if labels else 'mark the pool as ours') in finding.message


def test_always_that_is_wished_for_beside_routers_is_refused() -> None:
    wish = wishing('Always')
    plan = make_plan(wish, world_with(wish, 'Always').observed, 'deploy', RENDERERS)
    assert [finding.code for finding in plan.errors] == ['pool-ipip-always']


def test_vxlan_is_refused_whoever_has_the_pool() -> None:
    wish = wishing('Never')
    plan = make_plan(wish, world_with(wish, 'Never', vxlanMode='CrossSubnet').observed, 'deploy', RENDERERS)
    assert 'pool-vxlan' in {finding.code for finding in plan.errors}


def pool(mode: str | None = 'Always', **more: dict[str, str]) -> Resource:
    spec = {'cidr': '10.244.0.0/16', 'natOutgoing': True, **({'ipipMode': mode} if mode else {})}
    return Resource('IPPool', 'pool4', spec, **more)


def test_one_field_is_sent_and_comes_back_as_it_was() -> None:
    do, undo = mode_pair('crd.projectcalico.org', pool(None), 'CrossSubnet')
    patches = [json.loads(item.artefact) for item in (do, undo)]
    assert [patch['verb'] for patch in patches] == ['merge', 'merge']
    assert [patch['patch']['spec'] for patch in patches] == [{'ipipMode': 'CrossSubnet'}, {'ipipMode': None}]
    assert [(change.field, change.old, change.new) for change in do.changes] == [('ipipMode', 'Never', 'CrossSubnet')]
    assert (do.before, do.after) == (undo.after, undo.before)


def test_it_is_sent_to_a_pool_that_is_still_what_was_planned_for() -> None:
    do, _ = mode_pair('projectcalico.org', pool(), 'CrossSubnet')
    patch = json.loads(do.artefact)['patch']
    assert still_to_set(do, patch, pool())
    assert not still_to_set(do, patch, pool('CrossSubnet'))
    with pytest.raises(Refused, match='was set to ipipMode Never by somebody else'):
        still_to_set(do, patch, pool('Never'))
    with pytest.raises(Refused, match="is the operator's"):
        still_to_set(do, patch, pool(labels=BY_OPERATOR))
    for forged in ({**patch, 'spec': {**patch['spec'], 'natOutgoing': False}}, {**patch, 'metadata': {'labels': {}}}):
        with pytest.raises(Refused, match='nothing but its ipipMode is changed'):
            still_to_set(do, forged, pool())


@pytest.mark.parametrize(
    ('kept', 'expected'),
    [
        (json.dumps({'labels': BY_OPERATOR}), True),
        (json.dumps({'labels': None}), False),
        (json.dumps([]), False),
        ('{', False),
    ],
)
def test_the_operator_is_known_by_labels_that_the_older_group_keeps_in_an_annotation(kept: str, expected: bool) -> None:
    assert of_operator(pool(annotations={'projectcalico.org/metadata': kept})) is expected


@pytest.mark.parametrize(
    ('version', 'said', 'expected'),
    [
        ('v3.32.1', None, False),
        ('v3.33.0', None, True),
        ('v3.33.0', 'Disabled', False),
        ('v3.32.1', 'Enabled', True),
        ('', None, False),
    ],
)
def test_who_writes_the_routes_of_tunnels(version: str, said: str | None, expected: bool) -> None:
    settings = Resource('FelixConfiguration', 'default', {'programClusterRoutes': said} if said else {})
    found = ClusterObservation('projectcalico.org', calico_version=version, resources=(settings,))
    assert by_felix(found) is expected
