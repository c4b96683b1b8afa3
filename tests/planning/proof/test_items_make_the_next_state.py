"""Items are applied to a state as the Kubernetes API and the routers would apply them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.artefact import router_target
from netbox_calico.planning.expansion import Resources
from netbox_calico.planning.model.observation import ClusterObservation, KubernetesNode, Resource
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.proof.state import State, applied, resources_of
from tests.planning.world import FRR, RENDERERS, World, observation, snapshot

LABEL = 'netbox-calico.io/rack'


def by_name(cluster: ClusterObservation) -> tuple[object, object]:
    return {node.name: node for node in cluster.nodes}, {(r.kind, r.name): dict(r.spec) for r in cluster.resources}


@pytest.mark.parametrize('kind', ['deploy', 'back'])
def test_every_step_of_a_plan_leads_where_the_world_goes(kind: str) -> None:
    wish = snapshot(2, 2, 2, (4, 6))
    world = World(observation(wish))
    if kind == 'back':
        world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    plan = make_plan(wish, world.observed, kind, RENDERERS)
    wanted = {
        (item.target, item.after): FRR.groups(FRR.outcomes[item.before, item.artefact])
        for step in plan.steps
        for item in step.items
        if item.target.startswith('router:')
    }
    state = State(
        world.observed.cluster, {router.router: FRR.groups(router.section) for router in world.observed.routers}
    )
    assert plan.steps
    for step in plan.steps:
        state = applied(state, step.items, wanted, LABEL)
        for item in step.items:
            world.apply(item)
        assert by_name(state.cluster) == by_name(world.observed.cluster)
        assert state.groups == {router.router: FRR.groups(router.section) for router in world.observed.routers}


def test_a_section_that_nobody_knows_carries_nothing() -> None:
    wish = snapshot(1, 1, 1, (4,))
    plan = make_plan(wish, observation(wish), 'deploy', RENDERERS)
    [item] = [item for step in plan.steps for item in step.items if item.target == router_target(11)]
    state = State(observation(wish).cluster, {})
    assert applied(state, [item], {}, LABEL).groups == {11: ()}


def test_a_label_that_somebody_else_sets_survives_an_apply_without_it() -> None:
    wish = snapshot(1, 1, 1, (4,))
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    back = make_plan(wish, world.observed, 'back', RENDERERS)
    [undo] = [item for step in back.steps for item in step.items if item.target.startswith('kubernetes:Node/')]
    [node] = world.observed.cluster.nodes
    given = replace(node, provisioned_labels=frozenset({LABEL}))
    kept = applied(State(replace(world.observed.cluster, nodes=(given,)), {}), [undo], {}, LABEL)
    gone = applied(State(world.observed.cluster, {}), [undo], {}, LABEL)
    assert LABEL in kept.cluster.nodes[0].labels
    assert LABEL not in gone.cluster.nodes[0].labels


def test_nodes_are_read_as_the_agent_reads_their_manifests() -> None:
    wish = snapshot(1, 5, 1, (4, 6))
    seen = observation(wish).cluster
    first, second, third, fourth, fifth = seen.nodes
    nodes = (
        replace(first, annotations={REFLECTOR_ANNOTATION: '224.0.0.1'}, labels={'a': 'b'}),
        replace(second, annotations={'projectcalico.org/ASNumber': '1.10', 'projectcalico.org/labels': '{"x": "y"}'}),
        replace(third, asn=65010),
        replace(fourth, annotations={REFLECTOR_ANNOTATION: 'nonsense'}),
        replace(fifth, annotations={REFLECTOR_ANNOTATION: ''}),
    )
    read = {node.name: node for node in resources_of(replace(seen, nodes=nodes)).nodes}
    manifests = [
        {
            'apiVersion': 'v1',
            'kind': 'Node',
            'metadata': {'name': node.name, 'labels': node.labels, 'annotations': _annotations(node)},
        }
        for node in nodes
    ]
    assert read == {node.name: node for node in Resources.from_objects(manifests).nodes}


def _annotations(node: KubernetesNode) -> dict[str, str]:
    addresses = {f'projectcalico.org/IPv{end.version}Address': str(end) for end in node.addresses}
    own = {'projectcalico.org/ASNumber': str(node.asn)} if node.asn is not None else {}
    return {**node.annotations, **addresses, **own}


def test_a_merge_creates_what_is_missing() -> None:
    wish = snapshot(1, 1, 1, (4,))
    seen = observation(wish)
    bare = replace(seen.cluster, resources=tuple(r for r in seen.cluster.resources if r.kind != 'BGPConfiguration'))
    plan = make_plan(wish, replace(seen, cluster=bare), 'deploy', RENDERERS)
    items = [item for step in plan.steps for item in step.items if 'BGPConfiguration' in item.target]
    after = applied(State(bare, {}), items, {}, LABEL).cluster
    found = after.find('BGPConfiguration', 'default')
    assert isinstance(found, Resource)
    assert not after.mesh
