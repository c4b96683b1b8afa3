"""What is proven of a few racks and nodes is what a proof of all of them says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from netbox_calico.planning.model.inventory import Pool, Snapshot
from netbox_calico.planning.model.observation import KubernetesNode, Observation
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.proof import plan_proof
from netbox_calico.planning.proof import sample as sampling
from netbox_calico.planning.proof.description import NODES
from netbox_calico.planning.proof.fabric import fabric_of
from netbox_calico.planning.proof.sample import RACKS, Kept, sample
from netbox_calico.planning.proof.state import State
from tests.planning.proof.moves import Move, move
from tests.planning.world import RENDERERS, observation, snapshot

SIZE = {'racks': 8, 'nodes': 4, 'tors': 2}
SECOND = ip_network('10.250.0.0/16')


def as_it_is(made: Move) -> Move:
    return made


def ungated(made: Move) -> Move:
    return made.without_gates()


def unfiltered(made: Move) -> Move:
    return made.resources('BGPPeer', lambda spec: {**spec, 'filters': spec['filters'][1:]})


def not_overriding(made: Move) -> Move:
    return made.groups(lambda group: replace(group, as_override=False))


def one_rack_cut_off(made: Move) -> Move:
    routers = tuple(
        replace(router, sessions=()) if router.name.startswith('tor-5-') else router
        for router in made.observation.routers
    )
    return replace(made, observation=replace(made.observation, routers=routers))


def test_the_same_findings_come_of_all_beneath_reflectors(monkeypatch: pytest.MonkeyPatch) -> None:
    made = move(8, 4, 0, design='reflectors-hierarchy')
    few = {(finding.severity, finding.code) for finding in made.findings}
    assert few
    monkeypatch.setattr(sampling, 'SMALL', 1000)
    assert few == {(finding.severity, finding.code) for finding in made.findings}


def test_clients_of_many_reflectors_are_no_hubs(monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(reflectors_min=5, redundancy=5)
    wish = snapshot(14, 4, 0, (4,), design='reflectors', options=options)
    looked_at: list[Kept] = []

    def looked(*arguments: Any) -> Kept:
        looked_at.append(sample(*arguments))
        return looked_at[-1]

    monkeypatch.setattr(plan_proof, 'sample', looked)
    few = {(found.severity, found.code) for found in make_plan(wish, observation(wish), 'deploy', RENDERERS).findings}
    assert len(looked_at[0].nodes) < 14 * 4
    monkeypatch.setattr(sampling, 'SMALL', 1000)
    assert few == {
        (found.severity, found.code) for found in make_plan(wish, observation(wish), 'deploy', RENDERERS).findings
    }


@pytest.mark.parametrize('edit', [as_it_is, ungated, unfiltered, not_overriding, one_rack_cut_off])
def test_the_same_findings_come_of_all(edit: Callable[[Move], Move], monkeypatch: pytest.MonkeyPatch) -> None:
    made = edit(move(**SIZE))
    few = {(finding.severity, finding.code) for finding in made.findings}
    monkeypatch.setattr(sampling, 'SMALL', 1000)
    assert few == {(finding.severity, finding.code) for finding in made.findings}


def kept(made: Move, *nodes: KubernetesNode) -> Kept:
    cluster = made.observation.cluster
    if nodes:
        cluster = replace(cluster, nodes=nodes)
    state = State(cluster, {})
    return sample(made.snapshot, (state, state), (fabric_of(made.snapshot, made.observation, 4),), {})


def test_of_racks_alike_and_of_nodes_alike_a_few_are_kept() -> None:
    found = kept(move(**SIZE))
    assert found.of == 32
    assert len(found.nodes) == RACKS * NODES
    assert len(found.routers) == RACKS * SIZE['tors']


def reflecting(made: Move, cluster_id: str) -> Kept:
    """Who is kept where the first node of each rack is a reflector with this ID, in which the rack's number may be."""
    nodes = []
    for node in made.observation.cluster.nodes:
        _, rack, at = node.name.split('-')
        ids = {'projectcalico.org/RouteReflectorClusterID': cluster_id.format(rack)}
        nodes.append(replace(node, annotations=ids) if at == '1' else node)
    return kept(made, *nodes)


def test_racks_with_a_cluster_id_each_are_alike() -> None:
    made = move(**SIZE)
    found = reflecting(made, '224.0.1.{}')
    assert found == reflecting(made, '224.0.1.9')
    assert len({name.split('-')[1] for name in found.nodes}) == RACKS


def test_a_rack_that_is_unlike_the_others_is_kept() -> None:
    made = move(**SIZE)
    odd = tuple(
        replace(node, annotations={'projectcalico.org/RouteReflectorClusterID': '224.0.0.9'})
        if node.name == 'node-4-2'
        else node
        for node in made.observation.cluster.nodes
    )
    assert 'node-4-2' in kept(made, *odd).nodes


def owning(made: Move, *owners: str) -> Move:
    """The same where these nodes alone have blocks."""
    cluster = made.observation.cluster
    blocks = tuple(block for block in cluster.affinities if block.node in owners)
    assert {block.node for block in blocks} == {*owners}
    return replace(made, observation=replace(made.observation, cluster=replace(cluster, affinities=blocks)))


def test_what_a_node_owns_makes_nobody_unlike() -> None:
    made = move(**SIZE)
    names = [node.name for node in made.observation.cluster.nodes]
    assert len(kept(owning(made, *(name for name in names if name != 'node-4-3'))).nodes) == RACKS * NODES


def test_of_what_few_own_an_owner_is_kept() -> None:
    found = kept(owning(move(**SIZE), 'node-4-3', 'node-5-2'))
    assert {'node-4-3', 'node-5-2'} & found.nodes
    assert len(found.nodes) <= (RACKS + 2) * (NODES + 1)


@pytest.mark.parametrize('edit', [ungated, unfiltered, not_overriding])
def test_the_same_findings_come_of_all_where_few_own_blocks(
    edit: Callable[[Move], Move], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = owning(edit(move(**SIZE)), 'node-4-3', 'node-5-2', 'node-5-3')
    few = {(finding.severity, finding.code) for finding in made.findings}
    assert few
    monkeypatch.setattr(sampling, 'SMALL', 1000)
    assert few == {(finding.severity, finding.code) for finding in made.findings}


def test_a_small_cluster_is_proven_whole() -> None:
    made = move(2, 3, 2)
    found = kept(made)
    assert found.nodes == {node.name for node in made.observation.cluster.nodes}
    assert found.others == frozenset()
    assert found.cluster(made.observation.cluster) == made.observation.cluster


def of_two_pools(wish: Snapshot, seen: Observation) -> tuple[Snapshot, Observation]:
    """A node in the midst of each rack has its block in a pool of its own."""
    pool = Pool('second', SECOND, 26)
    resource = replace(seen.cluster.find('IPPool', 'pool4'), name='second', spec={'cidr': str(pool.cidr)})
    blocks = tuple(
        replace(found, cidr=ip_network((int(pool.cidr.network_address) + 64 * number, 26)))
        if found.node.endswith('-4')
        else found
        for number, found in enumerate(seen.cluster.affinities)
    )
    cluster = replace(seen.cluster, resources=(*seen.cluster.resources, resource), affinities=blocks)
    return replace(wish, pools=(*wish.pools, pool)), replace(seen, cluster=cluster)


def test_nodes_whose_blocks_fare_otherwise_are_unlike() -> None:
    made = move(racks=2, nodes=16, change=of_two_pools)
    assert made.errors == set()
    kept_out = made.groups(lambda group: replace(group, permitted=tuple(p for p in group.permitted if p != SECOND)))
    assert 'proof-blackhole' in kept_out.errors


def test_pools_that_fare_alike_make_nobody_unlike() -> None:
    assert len(kept(move(racks=2, nodes=16, change=of_two_pools)).nodes) == 2 * NODES
