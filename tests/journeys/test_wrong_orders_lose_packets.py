"""Orders that lose packets do lose them in the lab: this is what the right order's zero is worth.

`docs/reliability.md` holds what each order lost with Calico's own agent, and what it loses with the lab's stand-in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import pytest

from lab.topology import Shape
from lab.traffic import Report
from netbox_calico.planning.model.observation import NodeRoute
from tests.journeys.orders import MESH, Move, lab_in_mesh, losses, measured, no_default_route, until

pytestmark = pytest.mark.alone

type Order = Callable[[Move], None]

# A sender that was held up so long says that routers and agents were as well: this machine was too busy to measure.
DISTURBED_MS = 250.0
EVERYWHERE = '0.0.0.0/0'


@pytest.fixture(scope='module')
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    """Nodes of other racks are reached over an overlay."""
    with lab_in_mesh('orders', tmp_path_factory.mktemp('orders'), Shape(families=(4,))) as move:
        yield move


@pytest.fixture(scope='module')
def routed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    """Nodes of other racks are reached by the kernel's default route alone."""
    folder = tmp_path_factory.mktemp('orders-23')
    with lab_in_mesh('orders-23', folder, Shape(families=(4,), variant='default')) as move:
        yield move


@pytest.fixture
def move(overlay: Move) -> Iterator[Move]:
    yield overlay
    overlay.back()


@pytest.fixture
def move_routed(routed: Move) -> Iterator[Move]:
    yield routed
    routed.back()


def without_filter(direction: str) -> Callable[[str], str]:
    """BGPPeers without their filter for what the nodes export or import."""

    def edit(artefact: str) -> str:
        document = json.loads(artefact)
        filters = document['object']['spec']['filters']
        left = [name for name in filters if not name.endswith(direction)]
        assert len(left) == len(filters) - 1
        document['object']['spec']['filters'] = left
        return json.dumps(document)

    return edit


def without_as_override(artefact: str) -> str:
    """Sections that pass routes on with the nodes' own AS number in them."""
    kept = [line for line in artefact.splitlines() if not line.endswith(' as-override')]
    assert len(kept) < len(artefact.splitlines())
    return '\n'.join(kept)


def sending_only(prefix: str) -> Callable[[str], str]:
    """Sections that send the nodes this, written as in a prefix-list, and nothing else."""

    def edit(artefact: str) -> str:
        lines = [line for line in artefact.splitlines() if ' prefix-list CAL-LAB-OUT4 permit ' not in line]
        assert len(lines) < len(artefact.splitlines())
        return '\n'.join([f'ip prefix-list CAL-LAB-OUT4 permit {prefix}', *lines])

    return edit


def right_order(move: Move) -> None:
    move.routers()
    move.filters()
    move.peers()
    move.labels()
    move.wait(move.routes)
    move.mesh_off()


def no_export_filter(move: Move) -> None:
    move.routers()
    move.filters()
    move.peers(without_filter('export'))
    move.labels()
    # The routers' half of the gate would have stopped the move for good, so only the nodes' half is waited for.
    move.wait(move.routes, lambda name: name.startswith('node '))
    assert any('announces what is not its own' in name for name in move.waiting(move.routes))
    move.mesh_off()


def no_gate(move: Move) -> None:
    move.routers()
    move.filters()
    move.peers()
    move.labels()
    move.mesh_off()


def mesh_off_first(move: Move) -> None:
    move.mesh_off()
    move.routers()
    move.filters()
    move.peers()
    move.labels()


WITH_CALICOS_OWN_AGENT: Mapping[Order, int] = {no_export_filter: 31, no_gate: 198, mesh_off_first: 287}


@pytest.fixture(scope='module')
def lost(overlay: Move) -> Mapping[Order, int]:
    """Packets lost in each of the wrong orders, one after the other."""
    return {order: undisturbed(overlay, order).lost for order in WITH_CALICOS_OWN_AGENT}


def undisturbed(move: Move, order: Order) -> Report:
    """What was measured, when this machine let us measure."""
    for _ in range(3):
        report = losses(move, order)
        move.back()
        if report.worst_pause_ms < DISTURBED_MS and not report.receiver_drops:
            return report
    pytest.fail(f'This machine is too busy to measure: the sender was held up for {report.worst_pause_ms} ms.')


def test_the_right_order_loses_nothing(move: Move) -> None:
    assert losses(move, right_order).lost == 0


@pytest.mark.parametrize('order', WITH_CALICOS_OWN_AGENT)
def test_a_wrong_order_loses_about_what_it_loses_with_calicos_own_agent(
    lost: Mapping[Order, int], order: Order
) -> None:
    expected = WITH_CALICOS_OWN_AGENT[order]
    assert expected / 5 < lost[order] < expected * 5


def test_the_earlier_the_mesh_goes_the_more_is_lost(lost: Mapping[Order, int]) -> None:
    assert lost[no_export_filter] < lost[no_gate] <= lost[mesh_off_first]


def test_without_as_override_sessions_are_established_and_no_route_arrives(move: Move) -> None:
    with no_default_route(move.lab):
        move.routers(without_as_override)
        move.filters()
        move.peers()
        move.labels()
        move.lab.wait_converged()
        move.wait(move.routes, lambda name: name.startswith('tor-'))

        waiting = move.waiting(move.routes)

        assert not move.lab.sessions_down()
        assert {
            f'node {node.name}: no route from its routers to IPv4 {other.blocks[0]} of node {other.name}'
            for node in move.lab.topology.nodes
            for other in move.lab.topology.nodes
            if node != other
        } == set(waiting)

        move.mesh_off()
        until(lambda: not any(route.source == 'NodeMesh' for status in move.look() for route in status.routes))
        report = sent(move)

        assert not move.lab.sessions_down()
        assert [flow.lost for flow in report.flows] == [flow.sent for flow in report.flows]


@pytest.mark.parametrize('prefix', [EVERYWHERE, '10.1.0.0/16 le 24'], ids=['default', 'prefix of the other rack'])
class TestWhatCoversTheNodesOfOtherRacks:
    """BIRD resolves no next hop through a route that was resolved itself, so what a router sends may break the mesh."""

    def test_makes_the_routes_of_a_mesh_that_stays_established_unreachable(
        self, move_routed: Move, prefix: str
    ) -> None:
        move, topology = move_routed, move_routed.lab.topology
        move.routers(sending_only(prefix))
        move.filters()
        move.peers(without_filter('import'))
        move.labels()
        until(lambda: all(any(map(from_router, status.routes)) for status in move.look()))

        broken = {
            (status.node, route.destination)
            for status in move.look()
            for route in status.routes
            if route.source == 'NodeMesh' and route.interface == 'unreachable'
        }
        report = sent(move)

        assert not move.lab.sessions_down()
        assert broken >= {
            (node.name, other.blocks[0])
            for node in topology.nodes
            for other in topology.nodes
            if node.rack != other.rack
        }
        assert {flow.scope: flow.sent - flow.lost for flow in report.flows}['racks'] == 0
        assert not any(flow.lost for flow in report.flows if flow.scope == 'rack')

    def test_is_kept_out_by_the_import_filter(self, move_routed: Move, prefix: str) -> None:
        move = move_routed
        move.routers(sending_only(prefix))
        move.filters()
        move.peers()
        move.labels()
        move.lab.wait_converged()

        report = sent(move)

        assert not move.waiting(MESH)
        assert not any(map(from_router, (route for status in move.look() for route in status.routes)))
        assert report.lost == 0


def sent(move: Move) -> Report:
    """What becomes of traffic while nothing is changed."""
    with measured(move) as measurement:
        pass
    return measurement.report


def from_router(route: NodeRoute) -> bool:
    return route.source == 'BGPPeer'
