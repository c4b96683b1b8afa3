"""The audit: silent beside a whole proof, and loud when a verdict is missing from one."""

from __future__ import annotations

from dataclasses import replace

from netbox_calico.planning.proof.audit import audit
from netbox_calico.planning.proof.prove import pair, prove
from netbox_calico.planning.proof.world import BLOCK

from .designs import Design

IRREGULAR = Design(
    racks=8,
    nodes=5,
    spines=2,
    tor=True,
    remedy='override',
    down='pods',
    absent=('tor3-1',),
    drained=('n2-1',),
    unlabelled=('n5-0',),
    nodes_of={6: 2},
)


def test_a_proof_agrees_with_the_full_world() -> None:
    world = IRREGULAR.world()
    found = audit([world], prove([world]), sample=40)
    owners = tuple(index for index, speaker in enumerate(world.speakers) if BLOCK in speaker.blocks)
    assert found.looked_at == owners
    assert found.disagreements == ()
    assert found.given_up == ()


def test_a_transition_agrees_with_the_full_worlds() -> None:
    states = [replace(IRREGULAR, mesh=True).world(), IRREGULAR.world()]
    assert audit(states, prove(states)).disagreements == ()


def test_a_missing_verdict_is_found() -> None:
    world = IRREGULAR.world()
    whole = prove([world])
    missing = pair(world, whole.classes, whole.verdicts[0])
    kept = tuple(verdict for verdict in whole.verdicts if pair(world, whole.classes, verdict) != missing)
    found = audit([world], replace(whole, verdicts=kept), sample=40)
    assert {pair(world, whole.classes, verdict) for verdict in found.disagreements} == {missing}


def test_the_sample_is_the_same_each_time() -> None:
    world = IRREGULAR.world()
    proof = prove([world])
    assert audit([world], proof).looked_at == audit([world], proof).looked_at
    assert len(audit([world], proof).looked_at) == 3


def test_what_is_too_much_for_the_full_world_is_said() -> None:
    world = Design(racks=2, nodes=4, mesh=True, plan='node', local_as=False).world()
    found = audit([world], prove([world], exact=True), sample=1)
    assert found.disagreements == ()
    assert len(found.given_up) == 1
