"""What the proof computes of a lab, held beside what its speakers say themselves."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from lab.addressing import Family
from lab.datacentre import Lab
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.proof.build import build
from netbox_calico.planning.proof.ground import ground_of
from netbox_calico.planning.proof.plan_proof import start_of
from netbox_calico.planning.proof.tables import Tables, tables
from netbox_calico.planning.proof.world import Role
from netbox_calico.render import RENDERERS
from tests.journeys.tables import Table, of_node, of_router

LIMIT_SECONDS, PAUSE_SECONDS = 120.0, 2.0


def assert_as_computed(lab: Lab, snapshot: Snapshot, observation: Observation) -> None:
    """Every path of every node, TOR and reflector to the blocks of others, in every family; they may take a while."""
    deadline = time.monotonic() + LIMIT_SECONDS
    for family in lab.topology.shape.families:
        computed = expected(snapshot, observation, family)
        while (differing := differences(observation, computed, real(lab, family))) and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS)
        assert not differing
        assert all(computed[node.name] for node in lab.topology.nodes)


def expected(snapshot: Snapshot, observation: Observation, family: Family) -> Tables:
    """What the proof computes from what is on both sides now. The overlay gives nodes a route to each other."""
    ground = ground_of(snapshot, observation, family)
    state, findings = start_of(snapshot, observation, RENDERERS)
    assert not findings
    world = build(ground, state).world
    overlaid = tuple(replace(s, host_routes=True) if s.role is Role.NODE else s for s in world.speakers)
    return tables(ground, replace(world, speakers=overlaid), observation.cluster.affinities)


def real(lab: Lab, family: Family) -> Mapping[str, Table]:
    """What the speakers say themselves."""
    topology = lab.topology
    return {
        **{node.name: of_node(lab, node.name, family) for node in topology.nodes},
        **{router.name: of_router(lab, router.name, family) for router in (*topology.tors, *topology.reflectors)},
    }


def differences(observation: Observation, computed: Tables, seen: Mapping[str, Table]) -> list[str]:
    """Where the two differ on the blocks of others, in words."""
    owners = {affinity.cidr: affinity.node for affinity in observation.cluster.affinities}
    found = []
    for name, table in seen.items():
        mine = computed.get(name, {})
        for block in sorted(block for block in {*mine, *table} & owners.keys() if owners[block] != name):
            here, there = mine.get(block, frozenset()), table.get(block, frozenset())
            if here != there:
                found.append(f'{name} {block}: only computed {sorted(here - there)}, only real {sorted(there - here)}')
    return found
