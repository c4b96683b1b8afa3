"""What happens to a running data centre: each operation changes NetBox and what is there, as people and machines do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from ipaddress import ip_interface

from netbox_calico.planning.model.inventory import Address, Router, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.plan import make_plan
from tests.planning.world import RENDERERS, TOP_OF_RACK, World, address_texts, observation, snapshot

SECRETS = ('bgp-1', 'bgp-2')


@dataclass
class Estate:
    """Racks 1 and 2, two nodes and two routers each, deployed; rack 3, third nodes and third routers may come."""

    base: Snapshot
    wish: Snapshot
    world: World

    @classmethod
    def running(cls, design: str, families: tuple[int, ...] = (4,), password: str = '') -> Estate:
        options = {**TOP_OF_RACK[design], 'password_secret': password}
        base = snapshot(3, 3, 3, families, **options)  # type: ignore[arg-type]
        keys = frozenset(('position-1', 'position-2', 'position-3', *(router.name for router in base.routers)))
        seen = observation(base, secrets=dict.fromkeys(SECRETS, keys))
        made = cls(base, base, World(seen))
        made.keep(range(1, 3), range(1, 3), range(1, 3))
        plan = make_plan(made.wish, made.world.observed, 'deploy', RENDERERS)
        assert plan.steps, plan.findings
        made.world.run(plan)
        return made

    def keep(self, racks: Iterable[int], nodes: Iterable[int], routers: Iterable[int]) -> None:
        """Nodes and routers of these racks and positions, in NetBox and there; what is new comes as it is at first."""
        racks = set(racks)
        members = {(rack, node) for rack in racks for node in nodes}
        positions = {(rack, router) for rack in racks for router in routers}
        self.wish = replace(
            self.wish,
            nodes=tuple(node for node in self.base.nodes if divmod(node.id, 1000) in members),
            routers=tuple(router for router in self.base.routers if divmod(router.id, 10) in positions),
        )
        fresh, there = observation(self.base), self.world.observed
        names, keys = {node.name for node in self.wish.nodes}, {router.id for router in self.wish.routers}
        nodes_there = {node.name: node for node in (*fresh.cluster.nodes, *there.cluster.nodes)}
        routers_there = {router.router: router for router in (*fresh.routers, *there.routers)}
        cluster = replace(
            there.cluster,
            nodes=tuple(node for name, node in nodes_there.items() if name in names),
            affinities=tuple(affinity for affinity in fresh.cluster.affinities if affinity.node in names),
        )
        routers_now = tuple(router for key, router in routers_there.items() if key in keys)
        self.world.observed = Observation(cluster, routers_now)

    def router(self, key: int, **changes: object) -> None:
        """NetBox says something else of a router."""
        routers = tuple(
            replace(router, **changes) if router.id == key else router  # type: ignore[arg-type]
            for router in self.wish.routers
        )
        self.wish = replace(self.wish, routers=routers)

    def emptied(self, key: int) -> None:
        """Another device stands in the router's place, and nobody has configured it."""
        routers = (
            replace(router, section='') if router.router == key else router for router in self.world.observed.routers
        )
        self.world.observed = replace(self.world.observed, routers=tuple(routers))

    def readdressed(self, name: str, rack: int) -> None:
        """A node has new addresses, in this rack."""
        addresses = tuple(map(ip_interface, address_texts(rack, 50, self.wish.cluster.families)))
        there = self.world.observed
        nodes = (replace(node, addresses=addresses) if node.name == name else node for node in there.cluster.nodes)
        self.world.observed = replace(there, cluster=replace(there.cluster, nodes=tuple(nodes)))
        place = next(node.rack for node in self.base.nodes if node.id // 1000 == rack)
        known = tuple(Address('eth0', address) for address in addresses)
        self.wish = replace(
            self.wish,
            nodes=tuple(
                replace(node, rack=place, addresses=known) if node.name == name else node for node in self.wish.nodes
            ),
        )


def _router_is_given_an_address(estate: Estate) -> None:
    families = estate.wish.cluster.families
    [router] = [router for router in estate.wish.routers if router.id == 12]
    new = tuple(Address('vlan10', ip_interface(text)) for text in address_texts(1, 9, families))
    estate.router(12, addresses=(*new, *router.addresses[len(families) :]))


def _router_is_replaced(estate: Estate) -> None:
    """By one in another position; the old one stays in NetBox until it is clear."""
    estate.keep(range(1, 3), range(1, 3), range(1, 4))
    _leaves(estate, 23)
    estate.router(12, drained=True)


def _leaves(estate: Estate, key: int) -> None:
    routers: tuple[Router, ...] = tuple(router for router in estate.wish.routers if router.id != key)
    estate.wish = replace(estate.wish, routers=routers)


def _password(secret: str) -> Callable[[Estate], None]:
    def change(estate: Estate) -> None:
        estate.wish = replace(estate.wish, cluster=replace(estate.wish.cluster, password_secret=secret))

    return change


def _drained(*keys: int) -> Callable[[Estate], None]:
    """These routers are drained and no other."""

    def change(estate: Estate) -> None:
        for router in estate.wish.routers:
            estate.router(router.id, drained=router.id in keys)

    return change


OPERATIONS: dict[str, tuple[Callable[[Estate], None], ...]] = {
    'a node joins': (lambda estate: estate.keep(range(1, 3), range(1, 4), range(1, 3)),),
    'a node leaves': (lambda estate: estate.keep(range(1, 3), range(1, 2), range(1, 3)),),
    'a node changes its address': (lambda estate: estate.readdressed('node-1-1', 1),),
    'a node changes its rack': (lambda estate: estate.readdressed('node-1-1', 2),),
    'a router is added': (lambda estate: estate.keep(range(1, 3), range(1, 3), range(1, 4)),),
    'a router is drained': (_drained(12),),
    'routers are drained and put back': (_drained(12, 21), _drained()),
    'another router of the rack is drained': (_drained(12), _drained(11)),
    'a router is replaced by one that is empty': (lambda estate: estate.emptied(12),),
    'a router is replaced by one beside it': (_router_is_replaced,),
    'a router is given another address': (_router_is_given_an_address,),
    'a rack is added': (lambda estate: estate.keep(range(1, 4), range(1, 3), range(1, 3)),),
    'a rack is removed': (lambda estate: estate.keep(range(1, 2), range(1, 3), range(1, 3)),),
    'passwords are rotated': (_password('bgp-2'),),
}
