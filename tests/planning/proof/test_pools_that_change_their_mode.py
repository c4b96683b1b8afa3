"""Tunnels end at nodes, and without them only routers reach another subnet: steps in another order are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation, Resource
from netbox_calico.planning.model.plan import Step
from netbox_calico.planning.proof.kinds import Kinds, kinds_of
from netbox_calico.planning.proof.world import BLOCK, Encapsulation
from netbox_calico.planning.rollout.encapsulation import mode_pair
from tests.planning.proof.moves import Move, move
from tests.planning.test_pools_change_their_mode_in_safe_steps import FIRST
from tests.planning.world import observation, snapshot


def having(mode: str, wished: str, version: str = 'v3.32.1'):
    """The pool in this mode in the cluster, and ours with another wish in NetBox."""

    def change(wish: Snapshot, seen: Observation) -> tuple[Snapshot, Observation]:
        pools = tuple(replace(pool, ipip=wished, ours=True) for pool in wish.pools)
        return replace(wish, pools=pools), in_mode(replace_version(seen, version), mode)

    return change


def replace_version(seen: Observation, version: str) -> Observation:
    return replace(seen, cluster=replace(seen.cluster, calico_version=version))


def in_mode(seen: Observation, mode: str) -> Observation:
    resources = tuple(
        Resource(found.kind, found.name, {**found.spec, 'ipipMode': mode}) if found.kind == 'IPPool' else found
        for found in seen.cluster.resources
    )
    return replace(seen, cluster=replace(seen.cluster, resources=resources))


def last(made: Move, title: str) -> Move:
    """The same with the step of that title at the end."""
    number = made.index(title)
    return replace(made, steps=(*made.steps[:number], *made.steps[number + 1 :], made.steps[number]))


def and_never(made: Move) -> Move:
    """The same, and the pool without tunnels right behind the last step."""
    [pool] = made.observation.cluster.of_kind('IPPool')
    do, _ = mode_pair('projectcalico.org', replace(pool, spec={**pool.spec, 'ipipMode': 'CrossSubnet'}), 'Never')
    end = made.steps[-1]
    return replace(made, steps=(*made.steps, Step(end.number + 1, end.wave + 1, 'Never', (do,), end.gate)))


@pytest.mark.parametrize('tors', [1, 2])
def test_always_gives_way_before_the_routers_come(tors: int) -> None:
    made = move(tors=tors, change=having('Always', 'CrossSubnet'))
    assert made.index(FIRST) == 1
    assert made.findings == ()


def test_always_that_gives_way_at_the_end_ends_at_the_one_router() -> None:
    made = last(move(tors=1, change=having('Always', 'CrossSubnet')), FIRST)
    assert 'proof-blackhole' in made.errors


def test_on_the_way_back_tunnels_are_there_before_routers_go() -> None:
    made = move(kind='back', change=having('Never', 'Never'))
    assert made.index(FIRST) == 1
    assert made.errors == set()
    late = last(made, FIRST)
    assert 'proof-blackhole' in late.errors
    assert any('set it to CrossSubnet before anything else' in finding.message for finding in late.findings)


def test_no_tunnels_are_no_loss_where_routers_carry_all_and_a_loss_in_the_mesh() -> None:
    assert and_never(move(change=having('Always', 'CrossSubnet'))).errors == set()
    back = move(kind='back', change=having('CrossSubnet', 'CrossSubnet'))
    assert 'proof-blackhole' in and_never(back).errors


@pytest.mark.parametrize(
    ('mode', 'version', 'changing', 'expected'),
    [
        ('Never', 'v3.32.1', (), Encapsulation.IPIP_CROSS_SUBNET),
        ('Never', 'v3.32.1', ('pool4',), Encapsulation.NONE),
        ('Never', 'v3.33.0', ('pool4',), Encapsulation.NONE),
        ('Always', 'v3.32.1', ('pool4',), Encapsulation.IPIP_ALWAYS),
        ('CrossSubnet', 'v3.32.1', ('pool4',), Encapsulation.IPIP_CROSS_SUBNET),
        ('CrossSubnet', 'v3.33.0', (), Encapsulation.FELIX),
        ('Always', 'v3.33.0', (), Encapsulation.FELIX),
    ],
)
def test_how_a_pool_is_carried(mode: str, version: str, changing: tuple[str, ...], expected: Encapsulation) -> None:
    cluster = in_mode(replace_version(observation(snapshot(families=(4,))), version), mode).cluster
    kinds: Kinds = kinds_of(cluster, 4, (), changing)
    assert kinds.encapsulation(cluster) == {BLOCK: expected}
