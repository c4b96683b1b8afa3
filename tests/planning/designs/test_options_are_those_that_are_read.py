"""A design names exactly the options that it reads: forms ask for these, and whoever sets another is not misled."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from netbox_calico.planning.designs import REGISTRY
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.options import LoopRemedy, Options, Scheme
from tests.planning.world import observation, snapshot

OTHERS = {
    'scheme': Scheme.SHARED_ADDRESS,
    'loop_remedy': LoopRemedy.ALLOW_OWN_AS,
    'presented_as': 65499,
    'nodes_per_reflector': 200,
    'reflectors_min': 6,
    'reflectors_max': 6,
    'redundancy': 2,
    'spine_reflectors': 2,
}
# Of 27 nodes seven would reflect, and five may.
STARTS = [Options(scheme=scheme, nodes_per_reflector=4, reflectors_max=5) for scheme in Scheme]


@pytest.mark.parametrize('key', sorted(REGISTRY))
def test_the_options_of_a_design_have_a_say_and_no_others(key: str) -> None:
    worlds = [snapshot(3, 9, 2, (4,), key, options=options) for options in STARTS]
    assert set(OTHERS) == {option.name for option in fields(Options)}
    telling = {
        name
        for name, value in OTHERS.items()
        if any(differs(world, options=replace(world.cluster.options, **{name: value})) for world in worlds)
    }
    if any(differs(world, asn_range=(4200000000, 4200000999)) for world in worlds):
        telling.add('asn_range')
    assert telling == set(REGISTRY[key].options)


def differs(world: Snapshot, **values: object) -> bool:
    """Whether the design of the cluster makes something else of the world with these values."""
    other = replace(world, cluster=replace(world.cluster, **values))
    derive = REGISTRY[world.cluster.design].derive
    return derive(world, observation(world)) != derive(other, observation(world))
