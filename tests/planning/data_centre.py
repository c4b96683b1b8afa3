"""A data centre in memory to which things happen: what NetBox says of it and what is there change together.

Three racks of two nodes and two routers, and two reflectors outside, any of which may come, go or fail.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import ip_interface
from typing import Any

from netbox_calico.planning.designs import find
from netbox_calico.planning.designs.announced import DEFAULT_ROUTES
from netbox_calico.planning.gates import evaluate
from netbox_calico.planning.model.intent import Session
from netbox_calico.planning.model.inventory import Address, Snapshot
from netbox_calico.planning.model.observation import Observation, Resource
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.model.plan import Plan
from netbox_calico.planning.naming import OWNER_LABEL
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import make_plan
from tests.planning.network import Network
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, address_texts, observation, snapshot, with_external

DESIGNS: dict[str, dict[str, Any]] = {
    'mesh': {'design': 'mesh'},
    **TOP_OF_RACK,
    **{
        name: {'design': name, 'options': Options(reflectors_min=2, redundancy=2, spine_reflectors=1)}
        for name in (
            'reflectors',
            'reflectors-multi',
            'reflectors-quorum',
            'reflectors-hierarchy',
            'reflectors-tor',
            'reflectors-external',
        )
    },
}
SECRETS = ('', 'bgp-1', 'bgp-2')
FOREIGN = (
    Resource('BGPPeer', 'upstream', {'nodeSelector': "edge == 'yes'", 'peerIP': '192.0.2.1', 'asNumber': 65000}),
    Resource('BGPFilter', 'theirs', {'exportV4': [{'action': 'Accept'}]}, {OWNER_LABEL: 'other'}),
)
THEIRS = {'example.net/team': 'a'}
WITHOUT_ROUTES = ('becomes', 'become ', 'reflects', 'reflect ')
"""Titles of steps in which a node changes its role: it is without routes for a moment, which the plan says."""

type Reach = frozenset[tuple[str, str, int]]
"""Pairs of nodes, the second of which the first has a route in use to, by family."""


@dataclass
class DataCentre:
    """``places`` has the rack and the number of each node, ``routers`` those that NetBox knows."""

    families: tuple[int, ...] = (4,)
    design: str = 'mesh'
    secret: str = ''
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    routers: set[int] = field(default_factory=set)
    drained: set[int] = field(default_factory=set)
    down: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.base = with_external(snapshot(3, 3, 2, self.families, design='tor-as-per-rack', deletion_share=100))
        routers = tuple(replace(router, tied_racks=()) for router in self.base.routers)
        self.base = replace(self.base, routers=routers)
        fresh = observation(self.base)
        nodes = tuple(replace(node, labels=THEIRS) for node in fresh.cluster.nodes)
        self.fresh = replace(fresh, cluster=replace(fresh.cluster, nodes=nodes))
        self.places = {f'node-{rack}-{n}': (rack, 10 + n) for rack in (1, 2) for n in (1, 2)}
        self.routers = {router.id for router in self.base.routers if router.id // 10 != 3}
        keys = frozenset(('position-1', 'position-2', *(router.name for router in self.base.routers)))
        cluster = replace(
            self.fresh.cluster,
            nodes=(),
            affinities=(),
            resources=(*self.fresh.cluster.resources, *FOREIGN),
            secrets={secret: keys for secret in SECRETS if secret},
        )
        self.world = World(Observation(cluster, ()))
        self.settle()

    @property
    def wish(self) -> Snapshot:
        known = {node.name: node for node in self.base.nodes}
        racks = {node.id // 1000: node.rack for node in self.base.nodes}
        return replace(
            self.base,
            cluster=replace(self.base.cluster, password_secret=self.secret, **DESIGNS[self.design]),
            nodes=tuple(
                replace(known[name], rack=racks[rack], addresses=tuple(Address('eth0', end) for end in self._at(name)))
                for name, (rack, _) in sorted(self.places.items())
            ),
            routers=tuple(
                replace(router, drained=router.id in self.drained)
                for router in self.base.routers
                if router.id in self.routers
            ),
        )

    def settle(self) -> None:
        """Nodes and routers are there as NetBox says; whoever is new is as it comes."""
        there, cluster = self.world.observed, self.world.observed.cluster
        nodes = {node.name: node for node in (*self.fresh.cluster.nodes, *cluster.nodes)}
        routers = {router.router: router for router in (*self.fresh.routers, *there.routers)}
        cluster = replace(
            cluster,
            nodes=tuple(replace(nodes[name], addresses=self._at(name)) for name in sorted(self.places)),
            affinities=tuple(
                found
                for found in self.fresh.cluster.affinities
                if found.node in self.places and not found.node.endswith('-1')
            ),
        )
        self.world.observed = Observation(cluster, tuple(routers[key] for key in sorted(self.routers)))

    def _at(self, name: str) -> tuple[Any, ...]:
        return tuple(map(ip_interface, address_texts(*self.places[name], self.families)))

    def plan(self, kind: str = 'deploy') -> Plan:
        """The plan; one with errors has no steps."""
        made = make_plan(self.wish, self.world.observed, kind, RENDERERS)
        assert not (made.errors and made.steps)
        return made

    def carried(self, router: int) -> bool:
        """Whether anything of ours is on the router."""
        return any(found.section for found in self.world.observed.routers if found.router == router)

    def empty(self, router: int) -> None:
        """Another device stands in its place, and nobody has configured it."""
        there = self.world.observed
        routers = (replace(found, section='') if found.router == router else found for found in there.routers)
        self.world.observed = replace(there, routers=tuple(routers))

    def network(self, plan: Plan) -> Network:
        """With all sessions that may be, whatever the plan leads to, but of routers that are down."""
        wish = replace(self.wish, routers=tuple(replace(router, drained=False) for router in self.wish.routers))
        found: dict[tuple[object, ...], Session] = {}
        for design in ('tor-as-per-node', 'reflectors-tor', 'reflectors-external'):
            options = {**DESIGNS[design], 'asn_range': (64601, 64999)}
            derived = find(design).derive(replace(wish, cluster=replace(wish.cluster, **options)), self.world.observed)
            for session in (*plan.sessions, *plan.former, *derived.sessions):
                found.setdefault((session.node, session.router, session.family), session)
        up = tuple(session for session in found.values() if session.router not in self.down)
        return Network(self.world, replace(plan, sessions=up, former=()))

    def reach(self, plan: Plan) -> Reach:
        """Who reaches whom."""
        network = self.network(plan)
        owners = {found.cidr: found.node for found in self.world.observed.cluster.affinities}
        return frozenset(
            (status.node, owner, block.version)
            for status in network.look().nodes
            for block, owner in owners.items()
            if owner != status.node
            and any(
                route.fib and route.destination in (block, DEFAULT_ROUTES[block.version]) for route in status.routes
            )
        )

    def waits(self, plan: Plan, number: int) -> tuple[str, ...]:
        """What the gate of a step waits for."""
        up = replace(plan, sessions=self._up(plan.sessions), former=self._up(plan.former))
        seen = Network(self.world, up).look()
        return evaluate(plan.steps[number].gate, plan, seen).waiting

    def _up(self, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        return tuple(session for session in sessions if session.router not in self.down)

    def of_others(self) -> object:
        """All that is not ours."""
        cluster = self.world.observed.cluster
        default = cluster.find('BGPConfiguration', 'default')
        assert default is not None
        return (
            [found for found in cluster.resources if found in FOREIGN or found.kind == 'IPPool'],
            {key: value for key, value in default.spec.items() if key != 'nodeToNodeMeshEnabled'},
            all(node.labels.items() >= THEIRS.items() for node in cluster.nodes),
        )

    def essence(self) -> object:
        """All that is there, in order."""
        return in_order(self.wish, self.world.observed)[1]
