"""A move from mesh to top of rack made by hand, from the items of a plan, so that it can be made in a wrong order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

from lab import traffic
from lab.datacentre import Lab, take_down, up
from lab.frr import Router
from lab.inventory import NODE_INTERFACE
from lab.topology import Shape
from lab.traffic import Report
from lab.traffic.flows import Flow
from netbox_calico.adapters.kubernetes import KubernetesCluster, open_cluster
from netbox_calico.planning.gates import Look, evaluate, needs
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import (
    NodeStatus,
    Observation,
    RouterObservation,
    RouterRoute,
    RouterSession,
)
from netbox_calico.planning.model.plan import Gate, GateKind, Item, Plan, Result, Step
from netbox_calico.planning.plan import make_plan
from netbox_calico.render import RENDERERS
from tests.journeys.inventory import snapshot_of

HANDLE = 'lab'
PACKETS_A_SECOND = 100.0
AROUND_SECONDS = 1.0
LIMIT_SECONDS, PAUSE_SECONDS = 120.0, 0.2

type Edit = Callable[[str], str]
"""From the artefact that the plan would send to the one that is sent instead."""

MESH = Gate(GateKind.MESH, 'All nodes reach each other by the mesh')


class Move:
    """A lab in mesh, to be moved to top of rack in any order, and back in the right one."""

    def __init__(self, lab: Lab, cluster: KubernetesCluster, **wish: object) -> None:
        """Plan the move; nothing is changed yet. ``wish`` is what the cluster's design is, if not the usual one."""
        self.lab = lab
        self._cluster = cluster
        self._wish = wish
        self._routers: Mapping[int, Router] = {
            number: lab.routers[tor.name] for number, tor in enumerate(lab.topology.tors, start=1)
        }
        self._plan = self._planned('deploy')

    def towards(self, **wish: object) -> Move:
        """The same lab, to be moved to another design."""
        return Move(self.lab, self._cluster, **wish)

    def beside(self) -> None:
        """All that the plan does until it proves that the mesh may go, waiting for nothing."""
        for step in self._plan.steps[: self._proof]:
            self._take(step)

    def alone(self) -> None:
        """All that comes then, the mesh off among it."""
        for step in self._plan.steps[self._proof :]:
            self._take(step)

    def home(self) -> None:
        """The plan that leads back to the mesh, waiting for nothing."""
        for step in self._planned('back').steps:
            self._take(step)

    def routers(self, edit: Edit = str) -> None:
        """The sections of all TORs, side by side."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda item: self._send(item, edit), self._items('router:')))

    def filters(self) -> None:
        """The BGPFilters."""
        for item in self._items('kubernetes:BGPFilter/'):
            self._send(item)

    def peers(self, edit: Edit = str) -> None:
        """The BGPPeers."""
        for item in self._items('kubernetes:BGPPeer/'):
            self._send(item, edit)

    def labels(self) -> None:
        """The rack labels, by which the nodes get their BGPPeers."""
        for item in self._items('kubernetes:Node/'):
            # What goes by merge patch are the marks with which racks leave the mesh one by one.
            if json.loads(item.artefact)['verb'] == 'apply':
                self._send(item)

    def mesh_off(self) -> None:
        """The mesh, for all nodes at once."""
        for item in self._items('kubernetes:BGPConfiguration/'):
            self._send(item)

    @property
    def routes(self) -> Gate:
        """The plan's gate before the mesh is left: every block of every node, on every router and every other node."""
        return next(step.gate for step in self._plan.steps if step.gate.kind is GateKind.ROUTES and not step.gate.racks)

    def waiting(self, gate: Gate) -> tuple[str, ...]:
        """What a gate waits for now, by name."""
        return self._waiting(gate, self._plan)

    def wait(self, gate: Gate, counts: Callable[[str], bool] = bool) -> None:
        """Return when the gate waits for nothing that ``counts``; AssertionError with the names when it still does."""
        self._wait(gate, self._plan, counts)

    def look(self) -> tuple[NodeStatus, ...]:
        """Sessions and routes of every node."""
        return self._cluster.look([node.name for node in self.lab.topology.nodes])

    def back(self) -> None:
        """To the mesh by the plan that leads back; AssertionError when that leaves anything behind.

        BGPPeers that a wrong order left without their filters get them first: no plan leads back from there.
        """
        if self.observe().cluster.of_kind('BGPPeer'):
            for item in (*self._found('kubernetes:BGPFilter/'), *self._found('kubernetes:BGPPeer/')):
                self._send(item)
        plan = self._planned('back')
        for step in plan.steps:
            self._take(step)
            if step.gate.kind in (GateKind.MESH, GateKind.GONE):
                self._wait(step.gate, plan)
        self.lab.wait_converged()
        assert self._planned('deploy').steps == self._plan.steps, 'the lab is not as it was before the move'

    @property
    def snapshot(self) -> Snapshot:
        """What NetBox would say of the lab."""
        return snapshot_of(self.lab.topology, HANDLE, **self._wish)

    def observe(self) -> Observation:
        """Both sides as they are."""
        return Observation(
            self._cluster.observe(), tuple(_observed(key, router) for key, router in self._routers.items())
        )

    def _planned(self, kind: str) -> Plan:
        plan = make_plan(self.snapshot, self.observe(), kind, RENDERERS)
        assert not plan.errors, plan.errors
        return plan

    @property
    def _proof(self) -> int:
        """Where the plan proves all routes before the mesh goes: the first step of no items after the check."""
        return next(number for number, step in enumerate(self._plan.steps) if number and not step.items)

    def _items(self, target: str) -> list[Item]:
        found = self._found(target)
        assert found, f'the plan has nothing for {target}'
        return found

    def _found(self, target: str) -> list[Item]:
        return [item for step in self._plan.steps for item in step.items if item.target.startswith(target)]

    def _take(self, step: Step) -> None:
        routers = [item for item in step.items if item.target.startswith('router:')]
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._send, routers))
        for item in step.items:
            if item not in routers:
                self._send(item)

    def _send(self, item: Item, edit: Edit = str) -> None:
        kind, _, key = item.target.partition(':')
        if kind == 'router':
            # Line by line as at the console: FRR holds neighbours that come in a file back for seconds.
            lines = edit(item.artefact).splitlines()
            self._routers[int(key)].vtysh('configure terminal', *(line.strip() for line in lines))
        else:
            outcome = self._cluster.apply(replace(item, artefact=edit(item.artefact)))
            assert outcome.result is not Result.FAILED, outcome

    def _wait(self, gate: Gate, plan: Plan, counts: Callable[[str], bool] = bool) -> None:
        deadline = time.monotonic() + LIMIT_SECONDS
        while missing := [name for name in self._waiting(gate, plan) if counts(name)]:
            assert time.monotonic() < deadline, missing
            time.sleep(PAUSE_SECONDS)

    def _waiting(self, gate: Gate, plan: Plan) -> tuple[str, ...]:
        cluster = self._cluster.observe()
        wanted = needs(gate, plan, cluster)
        look = Look(
            cluster,
            routers=tuple(_observed(key, self._routers[key]) for key in wanted.routers),
            tables={key: tuple(self._table(self._routers[key])) for key in wanted.tables},
            nodes=self._cluster.look(wanted.nodes),
        )
        return evaluate(gate, plan, look).waiting

    def _table(self, router: Router) -> Iterator[RouterRoute]:
        for family in self.lab.topology.shape.families:
            answer = json.loads(router.vtysh(f'show bgp ipv{family} unicast json'))
            for prefix, paths in answer['routes'].items():
                for path in paths:
                    neighbor = None if path['peerId'] == '(unspec)' else ip_address(path['peerId'])
                    yield RouterRoute(ip_network(prefix), neighbor, 'bestpath' in path or 'multipath' in path)


def _observed(key: int, router: Router) -> RouterObservation:
    running, frr = router.vtysh('show running-config'), RENDERERS['frr']
    return RouterObservation(
        router=key,
        name=router.name,
        section=frr.owned(running, HANDLE, str),
        settings=frr.settings(running),
        sessions=tuple(_sessions(router)),
    )


def _sessions(router: Router) -> Iterator[RouterSession]:
    for family, summary in json.loads(router.vtysh('show bgp summary json')).items():
        for address, peer in summary['peers'].items():
            yield RouterSession(
                neighbor=ip_address(address),
                family=4 if family == 'ipv4Unicast' else 6,
                remote_as=peer['remoteAs'],
                established=peer['state'] == 'Established',
                received=peer['pfxRcd'],
            )


def until(condition: Callable[[], bool]) -> None:
    """Return when the condition holds; AssertionError when it does not for two minutes."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(PAUSE_SECONDS)


@contextmanager
def lab_in_mesh(name: str, folder: Path, shape: Shape) -> Iterator[Move]:
    """A lab of that shape for as long as the context lasts; one of that name that a crash left behind is ended."""
    take_down(name, folder)
    lab = up(shape, name=name, folder=folder)
    try:
        with open_cluster(lab.kubeconfig.read_text(), HANDLE) as cluster:
            yield Move(lab, cluster)
    finally:
        lab.down()


@contextmanager
def no_default_route(lab: Lab) -> Iterator[None]:
    """Nodes that do not leave by their TORs what they have no route for; else the TORs' routes hide missing ones."""
    for node in lab.topology.nodes:
        lab.exec(node.name, ['ip', 'route', 'delete', 'default'])
    try:
        yield
    finally:
        for node in lab.topology.nodes:
            route = ['default', 'via', str(node.gateways[0]), 'dev', NODE_INTERFACE, 'proto', 'static']
            lab.exec(node.name, ['ip', 'route', 'add', *route])


def is_measured(flow: Flow) -> bool:
    """Four flows: between two racks there and back, and one within each of them."""
    return flow.protocol == 'udp' and flow.scope in ('racks', 'rack')


@contextmanager
def measured(move: Move) -> Iterator[traffic.Measurement]:
    """Traffic at 100 packets a second a flow during what is done in the context, and a second before and after."""
    with traffic.measure(move.lab, rate=PACKETS_A_SECOND, choose=is_measured) as measurement:
        time.sleep(AROUND_SECONDS)
        yield measurement
        time.sleep(AROUND_SECONDS)


def losses(move: Move, order: Callable[[Move], None]) -> Report:
    """What was lost while the move was made in this order and until every route stood."""
    with measured(move) as measurement:
        order(move)
        move.wait(move.routes)
    return measurement.report
