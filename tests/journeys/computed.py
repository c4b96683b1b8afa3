"""What the proof computes of a lab, held beside what its speakers say themselves."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from lab.addressing import Family
from lab.datacentre import Lab
from netbox_calico.planning import ranges
from netbox_calico.planning.model.inventory import Network, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.proof.build import build
from netbox_calico.planning.proof.ground import Ground, ground_of
from netbox_calico.planning.proof.plan_proof import start_of
from netbox_calico.planning.proof.world import Role, Software, World
from netbox_calico.render import RENDERERS
from tests.journeys.tables import Table, of_node, of_router
from tests.planning.proof.tables import EVERYWHERE, Entry, Tables, tables

LIMIT_SECONDS, PAUSE_SECONDS = 120.0, 0.5
ORDERS = 100


def assert_as_computed(
    lab: Lab, snapshot: Snapshot, observation: Observation, holding: Collection[str] | None = None
) -> None:
    """Every path of every node and router to every block, and the default, in every family; they may take a while.

    Of services every table is one that may be: which of equal paths a router passes on is a matter of age.
    ``holding`` are speakers that must have blocks, all nodes if not said otherwise.
    """
    deadline = time.monotonic() + LIMIT_SECONDS
    blocks = {affinity.cidr for affinity in observation.cluster.affinities}
    for family in lab.topology.shape.families:
        computed = expected(snapshot, observation, family)
        assert all(blocks & computed[name].keys() for name in holding or {node.name for node in lab.topology.nodes})
        services = {network for _, network in ranges.services(observation.cluster) if network.version == family}
        possible = Possible(snapshot, observation, family)
        prefixes = blocks | {EVERYWHERE[family]}
        # Services only when all else stands: to look for an order takes long.
        while differing := (
            [*differences(prefixes, computed, seen := real(lab, family))] or [*possible.missing(services, seen)]
        ):
            assert time.monotonic() < deadline, differing
            time.sleep(PAUSE_SECONDS)
            announce_once_more(lab)


def announce_once_more(lab: Lab) -> None:
    """FRR names a third party on the subnet, but itself to the first that comes: once all are there it says so."""
    for tor in lab.topology.tors:
        lab.routers[tor.name].vtysh('clear bgp * soft out')


def expected(snapshot: Snapshot, observation: Observation, family: Family) -> Tables:
    """What the proof computes from what is on both sides."""
    return tables(*overlaid(snapshot, observation, family), observation.cluster.affinities)


def overlaid(snapshot: Snapshot, observation: Observation, family: Family) -> tuple[Ground, World]:
    """The world as it is on both sides. The overlay gives nodes a route to each other."""
    ground = ground_of(snapshot, observation, family)
    state, findings = start_of(snapshot, observation, RENDERERS)
    assert not findings
    world = build(ground, state).world
    speakers = tuple(replace(s, host_routes=True) if s.role is Role.NODE else s for s in world.speakers)
    return ground, replace(world, speakers=speakers)


def real(lab: Lab, family: Family) -> Mapping[str, Table]:
    """What the speakers say themselves."""
    topology = lab.topology
    return {
        **{node.name: of_node(lab, node.name, family) for node in topology.nodes},
        **{router.name: of_router(lab, router.name, family) for router in (*topology.tors, *topology.reflectors)},
    }


class Possible:
    """What the proof computes of services, for one order after another in which routers may have heard of them."""

    def __init__(self, snapshot: Snapshot, observation: Observation, family: Family) -> None:
        self._ground, self._world = overlaid(snapshot, observation, family)
        self._random = random.Random(1)
        self._tables: dict[tuple[str, Network], set[frozenset[Entry]]] = defaultdict(set)

    def missing(self, services: Collection[Network], seen: Mapping[str, Table]) -> Iterator[str]:
        """Tables that come of no order, in words."""
        left = {
            (name, service): table.get(service, frozenset()) for name, table in seen.items() for service in services
        }
        for _ in range(ORDERS):
            left = {place: entries for place, entries in left.items() if entries not in self._tables[place]}
            if not left:
                return
            computed = tables(self._ground, self._world, (), self._ages())
            for name, service in left:
                self._tables[name, service].add(computed.get(name, {}).get(service, frozenset()))
        for (name, service), entries in left.items():
            yield f'{name} {service}: in no order {sorted(entries)}, but {self._tables[name, service]}'

    def _ages(self) -> Mapping[int, Mapping[int, int]]:
        senders = range(len(self._world.speakers))
        return {
            index: dict(zip(senders, self._random.sample(senders, len(senders)), strict=True))
            for index, speaker in enumerate(self._world.speakers)
            if speaker.software is Software.FRR
        }


def differences(prefixes: Collection[Network], computed: Tables, seen: Mapping[str, Table]) -> Iterator[str]:
    """Where the two differ on the prefixes, in words."""
    for name, table in seen.items():
        mine = computed.get(name, {})
        for prefix in {*mine, *table}.intersection(prefixes):
            here, there = mine.get(prefix, frozenset()), table.get(prefix, frozenset())
            if here != there:
                yield f'{name} {prefix}: only computed {sorted(here - there)}, only real {sorted(there - here)}'
